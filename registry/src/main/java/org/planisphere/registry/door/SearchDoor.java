package org.planisphere.registry.door;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.planisphere.foundation.rest.Media;
import org.planisphere.registry.publish.Registry;
import org.planisphere.wire.RegistryList;

/** Finds records by words and by what they are and can do. Open to everybody. */
@Path("search")
public final class SearchDoor {
    private final Registry registry;
    private final Pages pages;

    SearchDoor(Registry registry) {
        this.registry = registry;
        this.pages = new Pages(registry);
    }

    /** A page of records; the next one's address is in {@code next} and in the Link header. */
    @GET
    @Produces({Media.JSON, Media.XML, Media.YAML, Media.TEXT_XML, Media.X_YAML, Media.TEXT_YAML})
    public Response search(@Context UriInfo uri) {
        Query query = Query.of(uri.getQueryParameters());
        Registry.Hits hits = registry.search(query.wanted());
        RegistryList list = new RegistryList();
        list.items = hits.rows().stream().map(Items::item).toList();
        Response.ResponseBuilder answer = Response.ok(list);
        if (hits.next() != null) {
            list.next = registry.settings().base() + "/search" + query.next(hits.next());
            answer.header("Link", "<" + list.next + ">; rel=\"next\"");
        }
        return answer.build();
    }

    /** The same for people. */
    @GET
    @Produces("text/html;charset=utf-8;qs=0.5")
    public String page(@Context UriInfo uri) {
        Query query = Query.of(uri.getQueryParameters());
        return pages.found(query, registry.search(query.wanted()));
    }
}
