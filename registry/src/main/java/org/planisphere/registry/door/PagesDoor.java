package org.planisphere.registry.door;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.registry.publish.Registry;
import org.planisphere.registry.resource.Ivoid;

/** The registry for a person with any browser: plain pages without scripts, every foreign text escaped. */
@Path("")
@Produces("text/html;charset=utf-8")
public final class PagesDoor {
    private final Registry registry;
    private final Pages pages;

    PagesDoor(Registry registry) {
        this.registry = registry;
        this.pages = new Pages(registry);
    }

    /** A search box, and the records that match. */
    @GET
    public String list(@Context UriInfo uri) {
        Query query = Query.of(uri.getQueryParameters());
        return pages.found(query, registry.search(query.wanted()));
    }

    /** One record. */
    @GET
    @Path("record/{ivoid: .+}")
    public String record(@PathParam("ivoid") String path) {
        Ivoid ivoid = Refusals.ivoid(path);
        return registry.find(ivoid)
                .map(pages::record)
                .orElseThrow(() -> new ProblemException(ProblemType.NOT_FOUND, "There is no record of " + ivoid + "."));
    }

    /** How the pages look. */
    @GET
    @Path("style.css")
    @Produces("text/css;charset=utf-8")
    public String style() throws IOException {
        try (InputStream file = PagesDoor.class.getResourceAsStream("style.css")) {
            if (file == null) {
                throw new IOException("style.css is missing");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
