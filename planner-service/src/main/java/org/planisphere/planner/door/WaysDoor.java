package org.planisphere.planner.door;

import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.OPTIONS;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.ClientException;
import org.planisphere.client.PlannerClient;
import org.planisphere.client.RawAnswer;
import org.planisphere.foundation.http.Line;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.rest.CallerFilter;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.planner.federation.Elsewhere;
import org.planisphere.planner.platform.LiveConnector;
import org.planisphere.planner.platform.Reach;
import org.planisphere.planner.session.Session;

/**
 * HTTP and WebSockets to what a run serves, through the planner: for callers who do not reach the run's own port, and for
 * other planners that stand in for the session. The session's owner only. No credentials pass in either direction, cookies
 * only under names and a path of their own ({@link WayCookies}), and a browser shows what comes in a sandbox: nothing in it
 * acts as the planner's own page. See ADR 26.
 */
@Path("/sessions/{uuid}/connectors/{number: [0-9]{1,2}}/{rest: .*}")
public final class WaysDoor {
    /** The request's property by which the server says that it can upgrade this connection. */
    public static final String UPGRADES = "org.planisphere.upgrades";
    /** The request's property by which the door gives the server the {@link Tunnel} to upgrade it to. */
    public static final String TUNNEL = "org.planisphere.tunnel";

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Jupyter's server agrees to a kernel's WebSocket when the kernel has answered, for which it waits a minute. */
    private static final Duration UPGRADE_PATIENCE = Duration.ofSeconds(90);

    private static final int SWITCHING = 101;
    private static final Set<String> SENT = Set.of(
            "accept",
            "accept-encoding",
            "accept-language",
            "cache-control",
            "content-encoding",
            "content-type",
            "if-match",
            "if-modified-since",
            "if-none-match",
            "if-range",
            "last-event-id",
            "range",
            "user-agent",
            "x-requested-with");
    private static final Set<String> HANDSHAKE =
            Set.of("sec-websocket-extensions", "sec-websocket-key", "sec-websocket-protocol", "sec-websocket-version");
    private static final List<String> AGREED =
            List.of("sec-websocket-accept", "sec-websocket-extensions", "sec-websocket-protocol");

    private final PlannerContext planner;
    private final Tunnels tunnels;
    private final LivePasses passes;

    public WaysDoor(PlannerContext planner, Tunnels tunnels, LivePasses passes) {
        this.planner = planner;
        this.tunnels = tunnels;
        this.passes = passes;
    }

    @GET
    public Response get(
            @PathParam("uuid") String uuid, @PathParam("number") int number, @Context ContainerRequestContext call) {
        boolean upgrade = "websocket".equalsIgnoreCase(call.getHeaderString("Upgrade"))
                && Boolean.TRUE.equals(call.getProperty(UPGRADES));
        return upgrade ? join(uuid, number, call) : pass(uuid, number, call, null);
    }

    @HEAD
    public Response head(
            @PathParam("uuid") String uuid, @PathParam("number") int number, @Context ContainerRequestContext call) {
        return pass(uuid, number, call, null);
    }

    @OPTIONS
    public Response options(
            @PathParam("uuid") String uuid, @PathParam("number") int number, @Context ContainerRequestContext call) {
        return pass(uuid, number, call, null);
    }

    @POST
    public Response post(
            @PathParam("uuid") String uuid,
            @PathParam("number") int number,
            @Context ContainerRequestContext call,
            InputStream body) {
        return pass(uuid, number, call, body);
    }

    @PUT
    public Response put(
            @PathParam("uuid") String uuid,
            @PathParam("number") int number,
            @Context ContainerRequestContext call,
            InputStream body) {
        return pass(uuid, number, call, body);
    }

    @PATCH
    public Response patch(
            @PathParam("uuid") String uuid,
            @PathParam("number") int number,
            @Context ContainerRequestContext call,
            InputStream body) {
        return pass(uuid, number, call, body);
    }

    @DELETE
    public Response delete(
            @PathParam("uuid") String uuid, @PathParam("number") int number, @Context ContainerRequestContext call) {
        return pass(uuid, number, call, null);
    }

    /**
     * A way that its owner asks for, which is open.
     *
     * @param own whether it is asked for at the session's own origin
     */
    private record Asked(Session session, LiveConnector way, int number, String root, String rest, boolean own) {}

    private Asked asked(String uuid, int number, ContainerRequestContext call, boolean changes) {
        Caller caller = CallerFilter.caller(call);
        // At its own origin the session is known by the host; the service may name itself as another planner knows it.
        Optional<UUID> own = LivePasses.asked(call);
        Session session = owned(planner, own.orElseGet(() -> planner.session(uuid, caller)), caller);
        if (changes) {
            CallerFilter.need(caller, Caller.Right.MODIFY);
        }
        URI address = call.getUriInfo().getRequestUri();
        return new Asked(
                session, open(session, number), number, root(address, number), rest(address, number), own.isPresent());
    }

    /** A session that is the caller's; to everybody else it is not there. */
    static Session owned(PlannerContext planner, UUID id, Caller caller) {
        return planner.sessions()
                .find(id, caller)
                .filter(found -> found.owner().equals(caller.id()))
                .orElseThrow(ExecutionDoor::notFound);
    }

    /** A way into its run that speaks HTTP, and is open. */
    static LiveConnector open(Session session, int number) {
        List<LiveConnector> open = session.connectors();
        if (session.phase().terminal() || number >= open.size() || !http(open.get(number))) {
            throw ExecutionDoor.notFound();
        }
        return open.get(number);
    }

    private Response pass(String uuid, int number, ContainerRequestContext call, @Nullable InputStream body) {
        Asked asked =
                asked(uuid, number, call, !Set.of("GET", "HEAD", "OPTIONS").contains(call.getMethod()));
        LiveConnector way = asked.way();
        WayCookies cookies = cookies(asked);
        Map<String, String> headers = headers(call.getHeaders(), SENT);
        cookies.sent(call.getHeaders().get("Cookie")).ifPresent(own -> headers.put("Cookie", own));
        Elsewhere.Passing passing = new Elsewhere.Passing(call.getMethod(), headers, body, length(call, body));
        Optional<Elsewhere> original = planner.federation().elsewhere(asked.session());
        URI address = call.getUriInfo().getRequestUri();
        try {
            if (original.isEmpty() && inside(way)) {
                Reach reach = reach(asked);
                WayAnswer answer = new WayAnswer(way, address, asked.root(), reach.root(), cookies, origin(asked));
                return answer.of(within(reach, asked.rest(), passing));
            }
            RawAnswer answer = original.isPresent()
                    ? original.get().way(way, number, asked.rest(), passing)
                    : here(way, asked.rest(), passing);
            return new WayAnswer(way, address, asked.root(), "/", cookies, origin(asked)).of(answer);
        } catch (ClientException | IllegalArgumentException | IOException e) {
            throw silent();
        }
    }

    private static ProblemException silent() {
        return new ProblemException(ProblemType.UNAVAILABLE, "What runs there does not answer now.")
                .with("Retry-After", "5");
    }

    private WayCookies cookies(Asked asked) {
        if (asked.own()) {
            return WayCookies.ofOwnOrigin(passes.cookie(), passes.secure());
        }
        boolean secure = "https".equals(planner.base().getScheme());
        return WayCookies.of(asked.session().id(), asked.number(), asked.root(), secure);
    }

    private String origin(Asked asked) {
        return asked.own() ? passes.origin(asked.session().id()).orElse("") : "";
    }

    private Reach reach(Asked asked) {
        String platform = asked.session().offer().platform();
        return planner.platforms().stream()
                .filter(one -> one.describe().id().equals(platform))
                .findFirst()
                .flatMap(one -> one.reach(asked.session().id(), asked.way()))
                .orElseThrow(WaysDoor::silent);
    }

    /** Whether a way into a run speaks HTTP. */
    static boolean http(LiveConnector way) {
        return inside(way) || way.location().matches("(?i)https?://[^/?#\\s]+([/?#].*)?");
    }

    /** Whether only the planner gets there. */
    static boolean inside(LiveConnector way) {
        return way.location().startsWith("/");
    }

    /** The engine has told the address. */
    private static RawAnswer here(LiveConnector way, String rest, Elsewhere.Passing call) {
        URI told = URI.create(way.location());
        URI root = URI.create(told.getScheme() + "://" + told.getRawAuthority());
        return PlannerClient.at(root)
                .withTimeout(PATIENCE)
                .forward(call.method(), URI.create(root + "/" + rest), call.headers(), call.body(), call.length());
    }

    /** Through a socket that only this planner can open. */
    private static RawAnswer within(Reach reach, String rest, Elsewhere.Passing call) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>(call.headers());
        headers.putAll(reach.headers());
        headers.put("Host", "localhost");
        headers.put("Connection", "close");
        Line line = Line.to(reach.socket());
        try {
            String path = reach.root() + rest;
            Line.Head head = line.send(call.method(), path, headers, call.body(), call.length(), PATIENCE);
            return answer(line, call.method(), head);
        } catch (IOException | RuntimeException e) {
            line.close();
            throw e;
        }
    }

    private static RawAnswer answer(Line line, String method, Line.Head head) throws IOException {
        return new RawAnswer(
                head.status(), HttpHeaders.of(head.headers(), (name, value) -> true), line.body(method, head));
    }

    // WebSockets ------------------------------------------------------------------------------------------------------

    /** Asks the service to upgrade the connection; where it agrees, so does the answer, and the server joins the two. */
    private Response join(String uuid, int number, ContainerRequestContext call) {
        Asked asked = asked(uuid, number, call, true);
        if (!asked.own()) {
            fromOurs(call);
        }
        tunnels.room(asked.session().id());
        Map<String, String> headers = headers(call.getHeaders(), HANDSHAKE);
        headers.putAll(headers(call.getHeaders(), Set.of("accept-language", "user-agent")));
        WayCookies cookies = cookies(asked);
        cookies.sent(call.getHeaders().get("Cookie")).ifPresent(own -> headers.put("Cookie", own));
        headers.put("Upgrade", "websocket");
        headers.put("Connection", "Upgrade");
        LiveConnector way = asked.way();
        Optional<Elsewhere> original = planner.federation().elsewhere(asked.session());
        Line line = null;
        try {
            String path;
            String inner = "/";
            if (original.isEmpty() && inside(way)) {
                Reach reach = reach(asked);
                inner = reach.root();
                path = inner + asked.rest();
                headers.putAll(reach.headers());
                headers.put("Host", "localhost");
                line = Line.to(reach.socket());
            } else {
                URI target = original.isPresent()
                        ? original.get().target(way, number, asked.rest())
                        : URI.create(way.location().replaceFirst("(?i)^(https?://[^/?#]+).*", "$1/") + asked.rest());
                original.ifPresent(there -> headers.putAll(there.credentials(way, number)));
                path = target.getRawPath() + (target.getRawQuery() == null ? "" : "?" + target.getRawQuery());
                headers.put("Host", target.getRawAuthority());
                line = Line.to(target, PATIENCE);
            }
            Line.Head head = line.send("GET", path, headers, null, 0, UPGRADE_PATIENCE);
            if (head.status() != SWITCHING) {
                URI address = call.getUriInfo().getRequestUri();
                return new WayAnswer(way, address, asked.root(), inner, cookies, origin(asked))
                        .of(answer(line, "GET", head));
            }
            return joined(asked, call, line, head);
        } catch (IOException | IllegalArgumentException e) {
            if (line != null) {
                line.close();
            }
            throw silent();
        }
    }

    private Response joined(Asked asked, ContainerRequestContext call, Line line, Line.Head head) {
        UUID id = asked.session().id();
        String owner = asked.session().owner();
        Supplier<Optional<Caller>> again = CallerFilter.again(call);
        Tunnel tunnel = tunnels.open(
                id,
                () -> again.get().filter(caller -> caller.id().equals(owner)).isPresent()
                        && planner.sessions()
                                .find(id)
                                .filter(now -> !now.phase().terminal())
                                .isPresent(),
                line);
        call.setProperty(TUNNEL, tunnel);
        Response.ResponseBuilder response =
                Response.status(SWITCHING).header("Upgrade", "websocket").header("Connection", "Upgrade");
        for (String name : AGREED) {
            if (!head.first(name).isEmpty()) {
                response.header(name, head.first(name));
            }
        }
        return response.build();
    }

    /**
     * A browser lets any page open a WebSocket anywhere and sends cookies along, but says truly whose page it is: ours may,
     * those of others may not, and a page without an origin, such as a run's own in its sandbox, is never known by a cookie.
     */
    private void fromOurs(ContainerRequestContext call) {
        String origin = call.getHeaderString("Origin");
        URI base = planner.base();
        String ours = base.getScheme() + "://" + base.getRawAuthority();
        boolean byCookie = call.getHeaderString("Authorization") == null
                && !CallerFilter.caller(call).anonymous();
        boolean good = origin == null || origin.equalsIgnoreCase(ours) || origin.equals("null") && !byCookie;
        if (!good) {
            throw new ProblemException(
                    ProblemType.NOT_ALLOWED,
                    "WebSockets into runs are opened by this node's own pages and by programs.");
        }
    }

    // Addresses and headers -------------------------------------------------------------------------------------------

    /** The path up to the way's own root, slash included. */
    private static String root(URI asked, int number) {
        String path = asked.getRawPath();
        String door = "/connectors/" + number + "/";
        int from = path.indexOf(door);
        return from < 0 ? path : path.substring(0, from + door.length());
    }

    private static String rest(URI asked, int number) {
        String path = asked.getRawPath().substring(root(asked, number).length());
        return asked.getRawQuery() == null ? path : path + "?" + asked.getRawQuery();
    }

    private static Map<String, String> headers(MultivaluedMap<String, String> all, Set<String> wanted) {
        Map<String, String> sent = new LinkedHashMap<>();
        all.forEach((name, values) -> {
            if (wanted.contains(name.toLowerCase(Locale.ROOT)) && !values.isEmpty()) {
                sent.put(name, String.join(", ", values));
            }
        });
        return sent;
    }

    private static long length(ContainerRequestContext call, @Nullable InputStream body) {
        String told = call.getHeaderString("Content-Length");
        return body != null && told != null && told.matches("[0-9]{1,15}") ? Long.parseLong(told) : -1;
    }
}
