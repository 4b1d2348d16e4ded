package org.planisphere.planner.door;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.EntityPart;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.rest.CallerFilter;
import org.planisphere.foundation.rest.Media;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.planner.federation.Trip;
import org.planisphere.planner.offer.Accepts;
import org.planisphere.planner.task.KindRef;
import org.planisphere.wire.AcceptsResponse;

/**
 * The simple question of the ExecutionPlanner note: is this type of task taken here at all? Answered from the same
 * evaluation as a request, for the same caller; an aggregator without a platform of its own for it asks the others.
 */
@Path("/accepts")
@Produces({Media.JSON, Media.XML, Media.YAML, Media.TEXT_XML, Media.X_YAML, Media.TEXT_YAML})
public final class AcceptsDoor {
    private static final int LONGEST = 2000;

    private final PlannerContext planner;

    public AcceptsDoor(PlannerContext planner) {
        this.planner = planner;
    }

    @GET
    public AcceptsResponse get(@QueryParam("tasktype") @Nullable String type, @Context ContainerRequestContext call) {
        return answer(type, call);
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public AcceptsResponse form(@FormParam("tasktype") @Nullable String type, @Context ContainerRequestContext call) {
        return answer(type, call);
    }

    @POST
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    public AcceptsResponse multipart(List<EntityPart> parts, @Context ContainerRequestContext call) throws IOException {
        for (EntityPart part : parts) {
            if (Objects.equals(part.getName(), "tasktype")) {
                try (InputStream content = part.getContent()) {
                    return answer(new String(content.readNBytes(LONGEST + 1), StandardCharsets.UTF_8), call);
                }
            }
        }
        return answer(null, call);
    }

    private AcceptsResponse answer(@Nullable String type, ContainerRequestContext call) {
        if (type == null || type.isBlank() || type.length() > LONGEST) {
            throw new ProblemException(
                    ProblemType.INVALID_PARAMETER, "tasktype: the URI of an executable kind, at most 2000 characters.");
        }
        String uri = type.strip();
        KindRef kind = new KindRef(planner.kinds().kind(uri).orElse(null), uri);
        Caller caller = CallerFilter.caller(call);
        Accepts accepts = planner.desk().accepts(kind, caller);
        if (!accepts.yes() && planner.federation().present()) {
            Trip trip = Trip.of(
                    call.getHeaderString(Trip.PATH),
                    call.getHeaderString(Trip.QUESTION),
                    call.getHeaderString(Trip.BUDGET));
            accepts = planner.federation().accepts(kind, caller, trip, accepts);
        }
        AcceptsResponse response = new AcceptsResponse();
        response.responseword = accepts.yes() ? "YES" : "NO";
        response.tasktype = uri;
        response.messages = planner.documents().messages(accepts.messages());
        return response;
    }
}
