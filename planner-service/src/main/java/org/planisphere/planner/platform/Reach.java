package org.planisphere.planner.platform;

import java.nio.file.Path;
import java.util.Map;

/**
 * How the planner, and nobody else, gets to what a run serves.
 *
 * @param socket a Unix socket on this machine on which HTTP is spoken
 * @param root the path up to which the service's own addresses begin, slash included
 * @param headers to send with every call, such as the service's own secret; never shown to anybody
 */
public record Reach(Path socket, String root, Map<String, String> headers) {
    public Reach {
        headers = Map.copyOf(headers);
    }

    /** Without its secrets. */
    @Override
    public String toString() {
        return "Reach[" + socket + "]";
    }
}
