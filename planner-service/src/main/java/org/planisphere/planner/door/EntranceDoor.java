package org.planisphere.planner.door;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.util.UUID;

/** Where a browser comes to a session's own origin: its ticket becomes a cookie of that origin. */
@Path("/entrance/{ticket: [0-9a-f]{64}}")
public final class EntranceDoor {
    private final LivePasses passes;

    public EntranceDoor(LivePasses passes) {
        this.passes = passes;
    }

    @GET
    public Response enter(@PathParam("ticket") String ticket, @Context ContainerRequestContext call) {
        UUID session = LivePasses.asked(call).orElseThrow(ExecutionDoor::notFound);
        LivePasses.Entered entered = passes.enter(ticket, session).orElseThrow(ExecutionDoor::notFound);
        // Lax: the browser comes here from the planner's own page, which is another site.
        String cookie = passes.cookie() + "=" + entered.secret() + "; Path=/; HttpOnly; SameSite=Lax"
                + (passes.secure() ? "; Secure" : "");
        return Response.status(Response.Status.SEE_OTHER)
                .header("Location", passes.origin(session).orElse("") + entered.to())
                .header("Set-Cookie", cookie)
                .header("Cache-Control", "no-store")
                .build();
    }
}
