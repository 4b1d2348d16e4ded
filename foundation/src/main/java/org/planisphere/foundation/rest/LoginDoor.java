package org.planisphere.foundation.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.identity.SecurityLog;
import org.planisphere.foundation.identity.Witness;
import org.planisphere.foundation.identity.login.Finished;
import org.planisphere.foundation.identity.login.Logins;
import org.planisphere.wire.codec.Json;

/**
 * Where people log in with a browser: to their issuer and back, with a cookie at the end. Pages of this node then act as
 * that person; {@code docs/identity.md} tells how.
 */
@Path("login")
public final class LoginDoor {
    private static final System.Logger LOG = System.getLogger(LoginDoor.class.getName());

    private final Logins logins;
    private final LoginCookies cookies;
    private final LoginPages pages;
    private final Witness witness;

    public LoginDoor(PageCallers callers) {
        this(callers, Witness.NONE);
    }

    /** @param witness told of who logs in, and of who could not */
    public LoginDoor(PageCallers callers, Witness witness) {
        this.witness = witness;
        this.logins = callers.logins();
        this.cookies = callers.cookies();
        this.pages = new LoginPages(logins);
    }

    /**
     * For people: on to their issuer, or a choice where there are several, or who they are if they are logged in.
     *
     * @param issuer the chosen one
     * @param back path of this node to return to
     * @param failed why the last try failed
     */
    @GET
    @Produces("text/html;charset=utf-8;qs=0.9")
    public Response login(
            @QueryParam("issuer") @Nullable String issuer,
            @QueryParam("return") @Nullable String back,
            @QueryParam("failed") @Nullable String failed,
            @Context ContainerRequestContext call) {
        Caller caller = CallerFilter.caller(call);
        if (meant(call)) {
            if (issuer != null) {
                return begin(issuer, back);
            }
            if (failed == null && caller.anonymous() && logins.issuers().size() == 1) {
                return begin(logins.issuers().keySet().iterator().next(), back);
            }
        }
        return pages.page(
                caller.anonymous()
                        ? pages.choice(LoginPages.why(failed), back)
                        : pages.known(caller.name(), open(call)));
    }

    /**
     * Whether the person wanted to come here: another site's page that sends a browser here begins no login behind its
     * back, not even at an issuer that asks nothing any more; a page of this node asks first.
     */
    private static boolean meant(ContainerRequestContext call) {
        String site = call.getHeaderString("Sec-Fetch-Site");
        return site == null || site.equals("same-origin") || site.equals("none");
    }

    private List<Logins.Open> open(ContainerRequestContext call) {
        return logins.open(
                CallerFilter.caller(call).id(),
                cookies.session(call.getHeaders().get(HttpHeaders.COOKIE)).orElse(null));
    }

    /** For scripts of pages: who is logged in, and where one can. Sends nobody anywhere. */
    @GET
    @Produces(Media.JSON)
    public Response who(@Context ContainerRequestContext call) {
        Caller caller = CallerFilter.caller(call);
        ObjectNode answer = Json.mapper().createObjectNode();
        if (!caller.anonymous()) {
            ObjectNode person = answer.putObject("person");
            person.put("id", caller.id());
            person.put("name", caller.name());
        }
        ArrayNode issuers = answer.putArray("issuers");
        logins.issuers()
                .forEach((name, title) -> issuers.addObject()
                        .put("name", name)
                        .put("title", title)
                        .put("login", pages.login(name, null)));
        answer.put("logout", logins.settings().logout().toString());
        return Response.ok(answer.toString())
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    /** Where the issuer's page sends the browser back to. */
    @GET
    @Path("callback")
    public Response callback(
            @QueryParam("state") @Nullable String state,
            @QueryParam("code") @Nullable String code,
            @QueryParam("iss") @Nullable String iss,
            @Context ContainerRequestContext call) {
        Finished finished = logins.finish(
                cookies.underWay(call.getHeaders().get(HttpHeaders.COOKIE)).orElse(null),
                new Logins.Returned(state, code, iss),
                cookies.session(call.getHeaders().get(HttpHeaders.COOKIE)).orElse(null));
        if (finished instanceof Finished.In in) {
            SecurityLog.tell(SecurityLog.Event.LOGIN, in.who().id(), "logged in at a page");
            witness.saw(in.who(), "login", in.who().id(), "at a page");
            return to(logins.settings().at(in.back()))
                    .header(HttpHeaders.SET_COOKIE, cookies.session(in.session()))
                    .header(HttpHeaders.SET_COOKIE, cookies.notUnderWay())
                    .build();
        }
        Finished.Out out = (Finished.Out) finished;
        Finished.Why why = out.why();
        SecurityLog.tell(
                SecurityLog.Event.LOGIN,
                call.getProperty(CallerFilter.ORIGIN) instanceof String origin ? origin : "-",
                "could not log in at a page: " + why.name().toLowerCase(Locale.ROOT));
        if (why != Finished.Why.STALE) {
            // What was not begun here says nothing, and anybody could fill the audit with it.
            witness.saw(
                    CallerFilter.caller(call),
                    "login-failed",
                    iss == null ? "" : iss,
                    why.name().toLowerCase(Locale.ROOT));
        }
        return failed(why, out.back())
                .header(HttpHeaders.SET_COOKIE, cookies.notUnderWay())
                .build();
    }

    @GET
    @Path("style.css")
    @Produces("text/css;charset=utf-8")
    public Response style() {
        return Response.ok(LoginPages.STYLE)
                .header(HttpHeaders.CACHE_CONTROL, "public, max-age=300")
                .build();
    }

    private Response begin(String issuer, @Nullable String back) {
        try {
            Optional<Logins.Way> way = logins.begin(issuer, back);
            if (way.isEmpty()) {
                throw new ProblemException(ProblemType.INVALID_PARAMETER, "issuer: one of those of /login");
            }
            return to(way.get().to())
                    .header(HttpHeaders.SET_COOKIE, cookies.underWay(way.get().carried(), Logins.patience()))
                    .build();
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    () -> "Nobody can log in at issuer " + issuer + " now: " + e.getMessage());
            return failed(Finished.Why.UNAVAILABLE, back == null ? "" : back).build();
        }
    }

    private Response.ResponseBuilder failed(Finished.Why why, String back) {
        return to(URI.create(pages.failed(why, back)));
    }

    private static Response.ResponseBuilder to(URI at) {
        return Response.seeOther(at).header(HttpHeaders.CACHE_CONTROL, "no-store");
    }
}
