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
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.rest.CallerFilter;
import org.planisphere.foundation.rest.Media;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.planner.session.Change;
import org.planisphere.planner.storage.Kept;
import org.planisphere.planner.storage.Storages;
import org.planisphere.wire.Update;
import org.planisphere.wire.codec.Fault;

/** Storage that outlives its sessions: what the caller has of it, its end, and its removal. That of others is not found. */
@Path("/storage")
@Produces(Media.JSON)
public final class StorageDoor {
    private static final String ENDS = "ends";

    private final PlannerContext planner;
    private final Storages storages;

    public StorageDoor(PlannerContext planner, Storages storages) {
        this.planner = planner;
        this.storages = storages;
    }

    @GET
    public String list(@Context ContainerRequestContext call) {
        List<Kept> all = storages.list(CallerFilter.caller(call));
        Map<UUID, List<UUID>> users = storages.users(all);
        List<Map<String, @Nullable Object>> items = new ArrayList<>();
        all.forEach(kept -> items.add(fields(kept, users.getOrDefault(kept.id(), List.of()))));
        return AuditDoor.json(Map.of("items", items));
    }

    @GET
    @Path("{storage}")
    public String one(@PathParam("storage") String storage, @Context ContainerRequestContext call) {
        return AuditDoor.json(
                fields(storages.find(id(storage), CallerFilter.caller(call)).orElseThrow(ExecutionDoor::notFound)));
    }

    /** Keeps it until another instant: an update of {@code ends}. */
    @POST
    @Path("{storage}")
    @Consumes({Media.JSON, Media.XML, Media.YAML, Media.TEXT_XML, Media.X_YAML, Media.TEXT_YAML})
    public Response keep(
            @PathParam("storage") String storage,
            InputStream body,
            @HeaderParam("Idempotency-Key") @Nullable String key,
            @Context HttpHeaders headers,
            @Context ContainerRequestContext call) {
        Caller caller = CallerFilter.caller(call);
        UUID id = storages.find(id(storage), caller)
                .orElseThrow(ExecutionDoor::notFound)
                .id();
        byte[] bytes = Bodies.bytes(body, planner.maxBytes());
        return planner.idempotency().answer(key, caller.id(), "POST /storage/" + id, bytes, () -> {
            Change change = Updates.change(Bodies.document(bytes, headers, Update.class, planner.maxBytes()));
            CallerFilter.need(caller, Caller.Right.MODIFY);
            if (!(change instanceof Change.StringChange asked) || !change.path().equals(ENDS)) {
                throw new ProblemException(
                        ProblemType.NOT_AN_OPTION, "Of a storage its end can be changed: a string at the path ends.");
            }
            return Response.ok(AuditDoor.json(fields(done(storages.keep(id, caller, instant(asked.value()))))))
                    .type(Media.JSON)
                    .build();
        });
    }

    /** Removes it with all its content. */
    @DELETE
    @Path("{storage}")
    public Response remove(@PathParam("storage") String storage, @Context ContainerRequestContext call) {
        Caller caller = CallerFilter.caller(call);
        CallerFilter.need(caller, Caller.Right.CANCEL);
        done(storages.remove(id(storage), caller));
        return Response.noContent().build();
    }

    private static Kept done(Storages.Answer answer) {
        if (answer instanceof Storages.Answer.Refused refused) {
            throw new ProblemException(ProblemType.CONFLICT, refused.why());
        }
        if (answer instanceof Storages.Answer.Done done) {
            return done.kept();
        }
        throw ExecutionDoor.notFound();
    }

    private Map<String, @Nullable Object> fields(Kept kept) {
        return fields(kept, storages.users(kept));
    }

    private Map<String, @Nullable Object> fields(Kept kept, List<UUID> users) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("uuid", kept.id().toString());
        fields.put("name", kept.name());
        fields.put("url", planner.base() + "/storage/" + kept.id());
        fields.put("platform", kept.platform());
        fields.put("size", kept.mib() / 1024);
        storages.used(kept).ifPresent(bytes -> fields.put("usedBytes", bytes));
        fields.put("made", kept.made().toString());
        fields.put("ends", kept.ends().toString());
        fields.put("session", planner.base() + "/sessions/" + kept.session());
        fields.put(
                "usedBy",
                users.stream()
                        .map(session -> planner.base() + "/sessions/" + session)
                        .toList());
        return fields;
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new ProblemException(
                    ProblemType.INVALID_DOCUMENT,
                    "The update cannot be understood; see errors.",
                    List.of(new Fault("/value", "is no instant such as 2027-01-31T12:00:00Z")));
        }
    }

    private static UUID id(String text) {
        try {
            UUID id = UUID.fromString(text);
            if (id.toString().equalsIgnoreCase(text)) {
                return id;
            }
        } catch (IllegalArgumentException e) {
            // No storage has such a name.
        }
        throw ExecutionDoor.notFound();
    }
}
