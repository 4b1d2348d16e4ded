package org.planisphere.registry.door;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.rest.CallerFilter;
import org.planisphere.foundation.rest.Media;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.registry.publish.Refusal;
import org.planisphere.registry.publish.Registry;
import org.planisphere.registry.resource.Ivoid;
import org.planisphere.registry.resource.RecordJson;
import org.planisphere.registry.resource.Xml;
import org.planisphere.registry.store.RecordRow;
import org.planisphere.wire.RegisterRequest;
import org.planisphere.wire.RegistryItem;
import org.planisphere.wire.codec.MalformedDocument;

/** Reads, writes and deletes single records. Writing is for publishers. */
@Path("")
public final class RecordsDoor {
    /** A whole record in JSON; {@code application/json} is the record in short when it is read. */
    static final String RECORD_JSON = "application/vnd.planisphere.record+json";

    private final Registry registry;

    RecordsDoor(Registry registry) {
        this.registry = registry;
    }

    /** Makes a service's record from the service's own capabilities; again with the same address renews it. */
    @POST
    @Path("register")
    @Consumes({Media.JSON, Media.XML, Media.YAML, Media.TEXT_XML, Media.X_YAML, Media.TEXT_YAML})
    @Produces({Media.JSON, Media.XML, Media.YAML, Media.TEXT_XML, Media.X_YAML, Media.TEXT_YAML})
    public Response register(@Nullable RegisterRequest request, @Context ContainerRequestContext call) {
        if (request == null || request.capabilitiesUrl == null) {
            throw new ProblemException(
                    ProblemType.INVALID_DOCUMENT, "Name the service's VOSI capabilities in capabilitiesUrl.");
        }
        try {
            RecordRow row = registry.register(
                    new Registry.Registration(
                            request.capabilitiesUrl,
                            request.identifier,
                            request.title,
                            request.shortName,
                            request.description,
                            request.publisher,
                            request.referenceUrl),
                    CallerFilter.caller(call));
            return Response.ok(Items.item(row)).location(address(row)).build();
        } catch (Refusal refusal) {
            throw Refusals.problem(refusal);
        }
    }

    /** A new record, or one in place of another, whose identifier the record itself says. */
    @POST
    @Path("records")
    @Consumes({Media.XML, Media.TEXT_XML})
    @Produces({Media.JSON, Media.XML, Media.YAML})
    public Response publish(InputStream body, @Context ContainerRequestContext call) throws IOException {
        RecordRow row = publish(body, null, call);
        return Response.created(address(row)).entity(Items.item(row)).build();
    }

    /** As {@link #publish(InputStream, ContainerRequestContext)}, from JSON. */
    @POST
    @Path("records")
    @Consumes({Media.JSON, RECORD_JSON})
    @Produces({Media.JSON, Media.XML, Media.YAML})
    public Response publishJson(InputStream body, @Context ContainerRequestContext call) throws IOException {
        RecordRow row = publishJson(body, null, call);
        return Response.created(address(row)).entity(Items.item(row)).build();
    }

    @PUT
    @Path("records/{ivoid: .+}")
    @Consumes({Media.JSON, RECORD_JSON})
    @Produces({Media.JSON, Media.XML, Media.YAML})
    public RegistryItem putJson(
            @PathParam("ivoid") String ivoid, InputStream body, @Context ContainerRequestContext call)
            throws IOException {
        return Items.item(publishJson(body, Refusals.ivoid(ivoid), call));
    }

    @PUT
    @Path("records/{ivoid: .+}")
    @Consumes({Media.XML, Media.TEXT_XML})
    @Produces({Media.JSON, Media.XML, Media.YAML})
    public RegistryItem put(@PathParam("ivoid") String ivoid, InputStream body, @Context ContainerRequestContext call)
            throws IOException {
        return Items.item(publish(body, Refusals.ivoid(ivoid), call));
    }

    /** The record itself, as VOResource XML. The record of what was deleted says so in its status. */
    @GET
    @Path("records/{ivoid: .+}")
    @Produces({Media.XML, Media.TEXT_XML})
    public String record(@PathParam("ivoid") String ivoid) {
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + find(ivoid).record;
    }

    /** The whole record as JSON, as it may be written again. */
    @GET
    @Path("records/{ivoid: .+}")
    @Produces(RECORD_JSON + ";qs=0.8")
    public String json(@PathParam("ivoid") String ivoid) {
        RecordRow row = find(ivoid);
        try {
            return RecordJson.write(
                    Xml.parse(row.record.getBytes(StandardCharsets.UTF_8)).getDocumentElement());
        } catch (Xml.Unreadable e) {
            throw new IllegalStateException("a stored record cannot be read", e);
        }
    }

    /** The record in short. */
    @GET
    @Path("records/{ivoid: .+}")
    @Produces({"application/json;qs=0.9", "application/yaml;qs=0.9"})
    public RegistryItem item(@PathParam("ivoid") String ivoid) {
        return Items.item(find(ivoid));
    }

    @DELETE
    @Path("records/{ivoid: .+}")
    public Response delete(@PathParam("ivoid") String ivoid, @Context ContainerRequestContext call) {
        try {
            registry.delete(Refusals.ivoid(ivoid), CallerFilter.caller(call));
            return Response.noContent().build();
        } catch (Refusal refusal) {
            throw Refusals.problem(refusal);
        }
    }

    private RecordRow publishJson(InputStream body, @Nullable Ivoid expected, ContainerRequestContext call)
            throws IOException {
        try {
            Caller caller = CallerFilter.caller(call);
            Registry.known(caller);
            return registry.publish(RecordJson.read(bytes(body)), expected, caller);
        } catch (MalformedDocument e) {
            throw new ProblemException(
                    ProblemType.MALFORMED_DOCUMENT, "The record cannot be read; see errors.", e.faults());
        } catch (Refusal refusal) {
            throw Refusals.problem(refusal);
        }
    }

    private static byte[] bytes(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(Registry.LONGEST + 1);
        if (bytes.length > Registry.LONGEST) {
            throw new ProblemException(ProblemType.TOO_LARGE, "A record has at most " + Registry.LONGEST + " bytes.");
        }
        return bytes;
    }

    private RecordRow publish(InputStream body, @Nullable Ivoid expected, ContainerRequestContext call)
            throws IOException {
        try {
            return registry.publish(bytes(body), expected, CallerFilter.caller(call));
        } catch (Refusal refusal) {
            throw Refusals.problem(refusal);
        }
    }

    private RecordRow find(String ivoid) {
        Ivoid wanted = Refusals.ivoid(ivoid);
        return registry.find(wanted)
                .orElseThrow(
                        () -> new ProblemException(ProblemType.NOT_FOUND, "There is no record of " + wanted + "."));
    }

    private URI address(RecordRow row) {
        return URI.create(registry.settings().base() + "/records/" + row.identifier.substring("ivo://".length()));
    }
}
