package org.planisphere.planner.door;

import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.rest.CallerFilter;
import org.planisphere.foundation.rest.Media;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.planner.platform.LiveConnector;
import org.planisphere.planner.session.Session;

/** Gives the owner of a session an address at which a browser opens what its run serves, at an origin of its own. */
@Path("/sessions/{uuid}/connectors/{number: [0-9]{1,2}}")
public final class TicketDoor {
    private final PlannerContext planner;
    private final LivePasses passes;

    public TicketDoor(PlannerContext planner, LivePasses passes) {
        this.planner = planner;
        this.passes = passes;
    }

    /** The address is good once, for a minute. */
    @POST
    @Produces(Media.JSON)
    public Response ticket(
            @PathParam("uuid") String uuid,
            @PathParam("number") int number,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            @Context ContainerRequestContext call) {
        Caller caller = CallerFilter.caller(call);
        Session session = WaysDoor.owned(planner, planner.session(uuid, caller), caller);
        CallerFilter.need(caller, Caller.Right.MODIFY);
        LiveConnector way = WaysDoor.open(session, number);
        UUID id = session.id();
        String origin = passes.origin(id)
                .orElseThrow(() -> new ProblemException(
                        ProblemType.UNAVAILABLE,
                        "This planner has no origin of its own for what runs serve: its operator has not set"
                                + " planner.live.url."));
        String path = planner.base().getRawPath();
        String asked = "POST /sessions/" + id + "/connectors/" + number;
        String to = path + "/sessions/" + id + "/connectors/" + number + "/" + Documents.behind(way.location());
        return planner.idempotency().answer(key, caller.id(), asked, new byte[0], () -> {
            String address = origin + path + "/entrance/" + passes.ticket(id, to, CallerFilter.again(call));
            return Response.status(Response.Status.CREATED)
                    .location(URI.create(address))
                    .type(Media.JSON)
                    .header("Cache-Control", "no-store")
                    .entity(AuditDoor.json(Map.of("url", address)).getBytes(StandardCharsets.UTF_8))
                    .build();
        });
    }
}
