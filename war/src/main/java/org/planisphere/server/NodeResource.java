package org.planisphere.server;

import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.util.Map;
import org.planisphere.foundation.settings.Keys;

/** {@code GET /}: which node this is. */
@Path("")
public class NodeResource {
    private final Node node;

    /** Called by the container. */
    @Inject
    public NodeResource(Node node) {
        this.node = node;
    }

    /** Name and address of the node. */
    @GET
    @Produces("application/json")
    public Map<String, String> about() {
        return Map.of(
                "name",
                node.settings().get(Keys.NODE_NAME),
                "url",
                node.settings().nodeUrl().toString());
    }
}
