package org.planisphere.foundation.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.identity.Witness;
import org.planisphere.foundation.identity.login.Logins;
import org.planisphere.wire.codec.Json;

/**
 * The open logins of this node's pages: everybody sees and ends their own, operators anybody's. To end one asks for no new
 * login: it only takes rights away.
 */
@Path("logins")
public final class LoginsDoor {
    private static final String EVERYBODY = "*";

    private final Logins logins;
    private final LoginCookies cookies;
    private final Witness witness;

    public LoginsDoor(PageCallers callers) {
        this(callers, Witness.NONE);
    }

    /** @param witness told of every login that is ended here */
    public LoginsDoor(PageCallers callers, Witness witness) {
        this.logins = callers.logins();
        this.cookies = callers.cookies();
        this.witness = witness;
    }

    /** @param person whose logins, or {@code *} for everybody's, for operators; else the caller's own */
    @GET
    @Produces(Media.JSON)
    public Response open(@QueryParam("person") @Nullable String person, @Context ContainerRequestContext call) {
        ObjectNode answer = Json.mapper().createObjectNode();
        ArrayNode items = answer.putArray("items");
        for (Logins.Open one : logins.open(
                whose(person, call),
                cookies.session(call.getHeaders().get(HttpHeaders.COOKIE)).orElse(null))) {
            items.addObject()
                    .put("id", one.id())
                    .put("person", one.person())
                    .put("began", one.began().toString())
                    .put("seen", one.seen().toString())
                    .put("until", one.until().toString())
                    .put("here", one.here());
        }
        return Response.ok(answer.toString())
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    /** Ends all of somebody's logins; the same rules of whose. */
    @DELETE
    @Produces(Media.JSON)
    public Response endAll(@QueryParam("person") @Nullable String person, @Context ContainerRequestContext call) {
        int ended = end(whose(person, call), null, call).size();
        return Response.ok(Json.mapper().createObjectNode().put("ended", ended).toString())
                .build();
    }

    /** Ends one. */
    @DELETE
    @Path("{id}")
    public Response end(@PathParam("id") String id, @Context ContainerRequestContext call) {
        Caller caller = CallerFilter.caller(call);
        if (end(caller.operator() ? null : caller.id(), id, call).isEmpty()) {
            throw new ProblemException(ProblemType.NOT_FOUND, "There is no such login, or not any more.");
        }
        return Response.noContent().build();
    }

    /** From the form of a page: ends one of one's own. */
    @POST
    @Path("{id}")
    public Response form(@PathParam("id") String id, @Context ContainerRequestContext call) {
        end(CallerFilter.caller(call).id(), id, call);
        return Response.seeOther(logins.settings().login())
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    private List<String> end(@Nullable String person, @Nullable String id, ContainerRequestContext call) {
        List<String> ended = logins.endOpen(person, id);
        ended.forEach(whose -> witness.saw(CallerFilter.caller(call), "logout", whose, "ended from elsewhere"));
        return ended;
    }

    /** Null for everybody. */
    private static @Nullable String whose(@Nullable String person, ContainerRequestContext call) {
        Caller caller = CallerFilter.caller(call);
        if (person == null || person.equals(caller.id())) {
            return caller.id();
        }
        if (!caller.operator()) {
            throw new ProblemException(ProblemType.NOT_ALLOWED, "The logins of others are for operators.");
        }
        return person.equals(EVERYBODY) ? null : person;
    }
}
