package org.planisphere.planner.federation;

import java.net.URI;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A planner that is asked, as the operator names it or a registry lists it.
 *
 * @param name for people
 * @param base its address, {@code https://host/planner}
 * @param near hosts whose data are near it, besides its own
 * @param kinds names of the executable kinds it is asked for; empty for all
 * @param cores the most it has, where that is known
 * @param memory in GiB, the most it has, where that is known
 */
record PeerSettings(
        String name,
        URI base,
        List<String> near,
        Set<String> kinds,
        @Nullable Long cores,
        @Nullable Long memory) {
    PeerSettings {
        near = List.copyOf(near);
        kinds = Set.copyOf(kinds);
    }

    /** A planner of which only name and address are known. */
    static PeerSettings of(String name, URI base) {
        return new PeerSettings(name, base, List.of(), Set.of(), null, null);
    }
}
