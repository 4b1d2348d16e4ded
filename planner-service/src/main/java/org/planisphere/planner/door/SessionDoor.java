package org.planisphere.planner.door;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.rest.CallerFilter;
import org.planisphere.foundation.rest.Media;
import org.planisphere.planner.session.Answer;
import org.planisphere.planner.session.Change;
import org.planisphere.planner.session.Session;
import org.planisphere.wire.Component;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.Update;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.Format;

/**
 * One session: what it is now, what may be done to it, and its end. Sessions of others are not found.
 *
 * @see <a href="https://github.com/ivoa-std/ExecutionBroker">ExecutionBroker 1.0, /sessions/{uuid}</a>
 */
@Path("/sessions/{uuid}")
@Produces({Media.JSON, Media.XML, Media.YAML, Media.TEXT_XML, Media.X_YAML, Media.TEXT_YAML})
public final class SessionDoor {
    private final PlannerContext planner;
    private final Documents documents;

    public SessionDoor(PlannerContext planner) {
        this.planner = planner;
        this.documents = planner.documents();
    }

    @GET
    public ExecutionSession session(@PathParam("uuid") String uuid, @Context ContainerRequestContext call) {
        return planner.document(find(uuid, call), CallerFilter.caller(call));
    }

    /** One part of a session, by its own UUID: where {@code meta.url} of every component leads. */
    @GET
    @Path("components/{component}")
    public Component component(
            @PathParam("uuid") String uuid,
            @PathParam("component") String component,
            @Context ContainerRequestContext call) {
        Component part = Documents.component(
                planner.document(find(uuid, call), CallerFilter.caller(call)), component.toLowerCase(Locale.ROOT));
        if (part == null) {
            throw ExecutionDoor.notFound();
        }
        return part;
    }

    /**
     * Changes one of the session's options: its phase, its duration, its start. With {@code Prefer: next-best}, when an
     * offer that is to be accepted has gone, the next best of its set is accepted instead; the answer is that session.
     */
    @POST
    @Consumes({Media.JSON, Media.XML, Media.YAML, Media.TEXT_XML, Media.X_YAML, Media.TEXT_YAML})
    public Response update(
            @PathParam("uuid") String uuid,
            InputStream body,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            @HeaderParam("Prefer") @Nullable String prefer,
            @Context HttpHeaders headers,
            @Context Request request,
            @Context ContainerRequestContext call) {
        Caller caller = CallerFilter.caller(call);
        Delegating delegating = Delegating.of(planner, call);
        UUID session = planner.session(uuid, caller);
        Format answerIn = Bodies.format(request);
        byte[] bytes = Bodies.bytes(body, planner.maxBytes());
        return planner.idempotency()
                .answer(key, caller.id(), "POST /sessions/" + session + " " + answerIn, bytes, () -> {
                    Change change = Updates.change(Bodies.document(bytes, headers, Update.class, planner.maxBytes()));
                    CallerFilter.need(caller, Updates.right(change));
                    boolean nextBest = ExecutionDoor.prefers(prefer, "next-best");
                    delegating.accepting(Updates.right(change) == Caller.Right.CREATE && !nextBest);
                    Answer answer =
                            delegating.with(session, () -> planner.sessions().update(session, caller, change));
                    boolean gone = nextBest && NextBest.gone(change, answer);
                    Session changed =
                            ExecutionDoor.done(gone ? NextBest.accept(planner, session, caller, answer) : answer);
                    return Response.ok(Codecs.write(planner.document(changed, caller), answerIn))
                            .header("Content-Location", documents.addressOf(changed))
                            .header("Preference-Applied", gone ? "next-best" : null)
                            .type(answerIn.mediaType() + ";charset=utf-8")
                            .build();
                });
    }

    /** Removes an ended session with its events and results. */
    @DELETE
    public Response delete(@PathParam("uuid") String uuid, @Context ContainerRequestContext call) {
        Caller caller = CallerFilter.caller(call);
        ExecutionDoor.done(planner.sessions().delete(planner.session(uuid, caller), caller));
        return Response.noContent().build();
    }

    private Session find(String uuid, ContainerRequestContext call) {
        return planner.sessions()
                .find(planner.session(uuid, CallerFilter.caller(call)), CallerFilter.caller(call))
                .orElseThrow(ExecutionDoor::notFound);
    }
}
