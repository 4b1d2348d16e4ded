package org.planisphere.planner.door;

import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.rest.CallerFilter;
import org.planisphere.foundation.rest.Media;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.quota.Standing;
import org.planisphere.wire.Me;
import org.planisphere.wire.codec.Schemas;

/**
 * What the planner says of itself and of the caller: VOSI, the OpenAPI document and its try-it page, the kinds, the
 * problems, and the caller's own limits.
 */
@Path("/")
public final class InfoDoor {
    private static final Map<String, String> TRY_IT = Map.of(
            "",
            "text/html;charset=utf-8",
            "tryit.js",
            "text/javascript;charset=utf-8",
            "tryit.css",
            "text/css;charset=utf-8");
    /** Only what comes from this planner runs in a page of it. */
    private static final String PAGE_POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:;"
                    + " form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    private final PlannerContext planner;
    private final boolean extension;
    private final Instant upSince = Instant.now();

    /** @param extension whether capabilities say what the registry extension has words for */
    public InfoDoor(PlannerContext planner, boolean extension) {
        this.planner = planner;
        this.extension = extension;
    }

    /** Leads a person to the try-it page. */
    @GET
    public Response home() {
        return Response.seeOther(URI.create(planner.base() + "/tryit")).build();
    }

    /** @param asked whether a registry asks for what the registry extension has words for, whatever the settings say */
    @GET
    @Path("capabilities")
    @Produces({Media.XML, Media.TEXT_XML})
    public String capabilities(@QueryParam("extension") @DefaultValue("false") String asked) {
        boolean more = extension || asked.equals("true");
        return Vosi.capabilities(planner.base(), planner.standardId(), more ? Extension.of(planner) : null);
    }

    @GET
    @Path("availability")
    @Produces({Media.XML, Media.TEXT_XML})
    public String availability() {
        boolean ready = planner.ready().getAsBoolean();
        return Vosi.availability(ready, upSince, ready ? "" : "The storage does not answer.");
    }

    @GET
    @Path("openapi")
    @Produces({Media.YAML, Media.JSON})
    public Response openapi(@Context jakarta.ws.rs.core.HttpHeaders headers) {
        boolean json = headers.getAcceptableMediaTypes().stream()
                .findFirst()
                .filter(type -> type.getSubtype().equals("json"))
                .isPresent();
        return json ? page(Schemas.openapiJson(), Media.JSON) : page(Schemas.openapiYaml(), Media.YAML);
    }

    @GET
    @Path("openapi.json")
    @Produces(Media.JSON)
    public Response openapiJson() {
        return page(Schemas.openapiJson(), Media.JSON);
    }

    @GET
    @Path("openapi.yaml")
    @Produces(Media.YAML)
    public Response openapiYaml() {
        return page(Schemas.openapiYaml(), Media.YAML);
    }

    @GET
    @Path("tryit{file: (/.*)?}")
    public Response tryIt(@PathParam("file") String file) {
        String name = file.replaceFirst("^/", "");
        String type = TRY_IT.get(name);
        if (type == null) {
            throw ExecutionDoor.notFound();
        }
        if (name.isEmpty() && file.isEmpty()) {
            return Response.seeOther(URI.create(planner.base() + "/tryit/")).build();
        }
        Response page = found(Schemas.tryIt(name.isEmpty() ? "index.html" : name), type);
        return Response.fromResponse(page)
                .header("Content-Security-Policy", PAGE_POLICY)
                .build();
    }

    @GET
    @Path("kinds")
    @Produces(Media.JSON)
    public Response kinds() {
        return page(Schemas.kinds(), Media.JSON);
    }

    /** The JSON Schema of one kind, with or without an ending. */
    @GET
    @Path("kinds/{group}/{name}")
    @Produces({Media.JSON, "application/schema+json"})
    public Response kind(@PathParam("group") String group, @PathParam("name") String name) {
        return found(Schemas.kind(group, name.replaceFirst("\\.json$", "")), Media.JSON);
    }

    /** The JSON Schema of one document type. */
    @GET
    @Path("schemas/{name}")
    @Produces({Media.JSON, "application/schema+json"})
    public Response schema(@PathParam("name") String name) {
        return found(Schemas.document(name), Media.JSON);
    }

    @GET
    @Path("planisphere.xsd")
    @Produces(Media.XML)
    public Response xsd() {
        return page(Schemas.xsd(), Media.XML);
    }

    @GET
    @Path("problem.xsd")
    @Produces(Media.XML)
    public Response problemXsd() {
        return page(Schemas.problemXsd(), Media.XML);
    }

    /** Who the caller is here, every limit, what is used and what is left. */
    @GET
    @Path("me")
    @Produces({Media.JSON, Media.XML, Media.YAML, Media.TEXT_XML, Media.X_YAML, Media.TEXT_YAML})
    public Me me(@Context ContainerRequestContext call) {
        Caller caller = CallerFilter.caller(call);
        Me me = new Me();
        me.id = caller.id();
        me.name = caller.name();
        me.anonymous = caller.anonymous();
        me.groups = caller.groups().isEmpty()
                ? null
                : caller.groups().stream().sorted().toList();
        me.roles = caller.roles().isEmpty()
                ? null
                : caller.roles().stream()
                        .map(role -> role.name().toLowerCase(Locale.ROOT))
                        .sorted()
                        .toList();
        Standing standing = planner.quotas().standing(caller, planner.ledger().now());
        List<PlatformDescription> own = planner.platforms().stream()
                .map(Platform::describe)
                .filter(platform -> platform.capacity().cores() < Amounts.UNLIMITED)
                .toList();
        Standings.fill(me, standing, own, planner.ledger().view(standing.accounts()));
        return me;
    }

    private static Response found(Optional<byte[]> document, String type) {
        return page(document.orElseThrow(ExecutionDoor::notFound), type);
    }

    private static Response page(byte[] document, String type) {
        return Response.ok(document)
                .type(type)
                .header("Cache-Control", "public, max-age=300")
                .build();
    }
}
