package org.planisphere.registry.door;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.planisphere.foundation.rest.Media;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.wire.codec.Json;
import org.planisphere.wire.codec.Schemas;

/** What describes the registry to programs: its OpenAPI document, and the XML schema of our own. */
@Path("")
public final class DescriptionDoor {
    private static final String EXTENSION = "planisphere-registry.xsd";

    private final byte[] yaml;
    private final byte[] json;

    DescriptionDoor() {
        try (InputStream file = DescriptionDoor.class.getResourceAsStream("openapi.yaml")) {
            if (file == null) {
                throw new IllegalStateException("openapi.yaml is missing");
            }
            this.yaml = file.readAllBytes();
            this.json = Json.mapper().writeValueAsBytes(Json.yaml().readTree(yaml));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @GET
    @Path("openapi")
    @Produces({Media.YAML, Media.JSON})
    public Response openapi(@Context HttpHeaders headers) {
        boolean wantsJson = headers.getAcceptableMediaTypes().stream()
                .findFirst()
                .filter(type -> type.getSubtype().equals("json"))
                .isPresent();
        return wantsJson ? page(json, Media.JSON) : page(yaml, Media.YAML);
    }

    @GET
    @Path("openapi.json")
    @Produces(Media.JSON)
    public Response openapiJson() {
        return page(json, Media.JSON);
    }

    @GET
    @Path("openapi.yaml")
    @Produces(Media.YAML)
    public Response openapiYaml() {
        return page(yaml, Media.YAML);
    }

    /** By which a harvester reads what planners say of themselves beyond VOResource. */
    @GET
    @Path("schemas/{name}")
    @Produces(Media.XML)
    public Response schema(@PathParam("name") String name) {
        if (!name.equals(EXTENSION)) {
            throw new ProblemException(ProblemType.NOT_FOUND, "There is no such schema; there is " + EXTENSION + ".");
        }
        return page(Schemas.registryXsd(), Media.XML);
    }

    private static Response page(byte[] bytes, String type) {
        return Response.ok(bytes, type).header("Cache-Control", "max-age=300").build();
    }
}
