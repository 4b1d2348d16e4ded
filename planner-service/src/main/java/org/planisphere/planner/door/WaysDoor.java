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
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.client.ClientException;
import org.planisphere.client.PlannerClient;
import org.planisphere.client.RawAnswer;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.rest.CallerFilter;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.planner.federation.Elsewhere;
import org.planisphere.planner.platform.LiveConnector;
import org.planisphere.planner.session.Session;

/**
 * HTTP to what a run serves, through the planner: for callers who do not reach the run's own port, and for other planners
 * that stand in for the session. The session's owner only. Neither cookies nor credentials pass in either direction, and a
 * browser shows what comes in a sandbox: nothing in it acts as the planner's own page.
 */
@Path("/sessions/{uuid}/connectors/{number: [0-9]{1,2}}/{rest: .*}")
public final class WaysDoor {
    static final String SANDBOX = "sandbox allow-scripts allow-forms allow-downloads allow-popups";

    private static final Duration PATIENCE = Duration.ofSeconds(30);
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
    private static final List<String> ANSWERED = List.of(
            "Accept-Ranges",
            "Cache-Control",
            "Content-Disposition",
            "Content-Encoding",
            "Content-Language",
            "Content-Length",
            "Content-Range",
            "ETag",
            "Last-Modified",
            "Retry-After",
            "Vary");

    private final PlannerContext planner;

    public WaysDoor(PlannerContext planner) {
        this.planner = planner;
    }

    @GET
    public Response get(
            @PathParam("uuid") String uuid, @PathParam("number") int number, @Context ContainerRequestContext call) {
        return pass(uuid, number, call, null);
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

    private Response pass(String uuid, int number, ContainerRequestContext call, @Nullable InputStream body) {
        Caller caller = CallerFilter.caller(call);
        UUID id = planner.session(uuid, caller);
        Session session = planner.sessions()
                .find(id, caller)
                .filter(found -> found.owner().equals(caller.id()))
                .orElseThrow(ExecutionDoor::notFound);
        if (!Set.of("GET", "HEAD", "OPTIONS").contains(call.getMethod())) {
            CallerFilter.need(caller, Caller.Right.MODIFY);
        }
        List<LiveConnector> open = session.connectors();
        if (session.phase().terminal() || number >= open.size() || !http(open.get(number))) {
            throw ExecutionDoor.notFound();
        }
        LiveConnector way = open.get(number);
        Elsewhere.Passing passing =
                new Elsewhere.Passing(call.getMethod(), headers(call.getHeaders()), body, length(call, body));
        String rest = rest(call.getUriInfo().getRequestUri(), number);
        Optional<Elsewhere> original = planner.federation().elsewhere(session);
        try {
            RawAnswer answer =
                    original.isPresent() ? original.get().way(way, number, rest, passing) : here(way, rest, passing);
            return answer(answer, way, call.getUriInfo().getRequestUri(), number);
        } catch (ClientException | IllegalArgumentException e) {
            throw new ProblemException(ProblemType.UNAVAILABLE, "What runs there does not answer now.")
                    .with("Retry-After", "5");
        }
    }

    /** Whether a way into a run speaks HTTP. */
    static boolean http(LiveConnector way) {
        return way.location().matches("(?i)https?://[^/?#\\s]+([/?#].*)?");
    }

    /** The engine has told the address. */
    private static RawAnswer here(LiveConnector way, String rest, Elsewhere.Passing call) {
        URI told = URI.create(way.location());
        URI root = URI.create(told.getScheme() + "://" + told.getRawAuthority());
        return PlannerClient.at(root)
                .withTimeout(PATIENCE)
                .forward(call.method(), URI.create(root + "/" + rest), call.headers(), call.body(), call.length());
    }

    private static Response answer(RawAnswer answer, LiveConnector way, URI asked, int number) {
        StreamingOutput body = out -> {
            try (answer) {
                copy(answer.body(), out);
            }
        };
        Response.ResponseBuilder response = Response.status(answer.status())
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", "no-referrer")
                .header("Content-Security-Policy", SANDBOX);
        answer.headers().firstValue("Content-Type").ifPresent(type -> response.header("Content-Type", type));
        for (String name : ANSWERED) {
            answer.headers().firstValue(name).ifPresent(value -> response.header(name, value));
        }
        answer.headers()
                .firstValue("Location")
                .flatMap(location -> moved(location, way, asked, number))
                .ifPresent(location -> response.header("Location", location));
        return response.entity(body).build();
    }

    /** Sends on what there is, so that a service's events are not held back. */
    private static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[8192];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            out.write(buffer, 0, read);
            out.flush();
        }
    }

    /** A redirection within the way stays within it; others lead nowhere. */
    private static Optional<String> moved(String location, LiveConnector way, URI asked, int number) {
        String root = root(asked, number);
        String origin = way.location().replaceFirst("(?i)^(https?://[^/?#]+).*", "$1");
        if (location.startsWith(origin + "/")) {
            return Optional.of(root + Documents.behind(location));
        }
        if (location.startsWith("/") && !location.startsWith("//")) {
            return Optional.of(location.startsWith(root) ? location : root + location.substring(1));
        }
        if (location.matches("(?i)[a-z][a-z0-9+.-]*:.*|//.*")) {
            return Optional.empty();
        }
        try {
            return Optional.of(asked.resolve(location).normalize().toString())
                    .filter(there -> URI.create(there).getRawPath().startsWith(root));
        } catch (IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

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

    private static Map<String, String> headers(MultivaluedMap<String, String> all) {
        Map<String, String> sent = new LinkedHashMap<>();
        all.forEach((name, values) -> {
            if (SENT.contains(name.toLowerCase(Locale.ROOT)) && !values.isEmpty()) {
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
