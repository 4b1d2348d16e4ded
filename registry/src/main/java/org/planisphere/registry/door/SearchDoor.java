package org.planisphere.registry.door;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.rest.Media;
import org.planisphere.registry.publish.Registry;
import org.planisphere.registry.store.RecordRow;
import org.planisphere.wire.RegistryItem;
import org.planisphere.wire.RegistryList;

/** Finds records by the standard of a capability, by words, authority and availability. Open to everybody. */
@Path("search")
public final class SearchDoor {
    private final Registry registry;

    SearchDoor(Registry registry) {
        this.registry = registry;
    }

    /** A page of records by identifier; the next one's address is in {@code next} and in the Link header. */
    @GET
    @Produces({Media.JSON, Media.XML, Media.YAML, Media.TEXT_XML, Media.X_YAML, Media.TEXT_YAML})
    public Response search(
            @QueryParam("standardID") @Nullable String standardId,
            @QueryParam("q") @Nullable String text,
            @QueryParam("authority") @Nullable String authority,
            @QueryParam("availability") @Nullable String availability,
            @QueryParam("capabilityType") @Nullable String capabilityType,
            @QueryParam("after") @Nullable String after,
            @QueryParam("limit") @Nullable String limit) {
        Query query = Query.of(standardId, text, authority, availability, capabilityType, after, limit);
        List<RecordRow> rows = registry.search(query.wanted());
        RegistryList list = new RegistryList();
        List<RegistryItem> items = new ArrayList<>();
        for (RecordRow row : rows.subList(0, Math.min(rows.size(), query.limit()))) {
            items.add(Items.item(row));
        }
        list.items = items;
        Response.ResponseBuilder answer = Response.ok(list);
        if (rows.size() > query.limit()) {
            list.next = registry.settings().base() + "/search" + query.next(rows.get(query.limit() - 1).ivoid);
            answer.header("Link", "<" + list.next + ">; rel=\"next\"");
        }
        return answer.build();
    }
}
