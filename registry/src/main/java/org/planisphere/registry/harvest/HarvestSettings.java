package org.planisphere.registry.harvest;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.planisphere.registry.resource.Schemas;

/**
 * How this registry harvests.
 *
 * @param node by which nodes on one database know each other; the same after a restart
 * @param ownAuthorities of this registry, lower case, of which nobody else may publish records here
 * @param sources OAI-PMH addresses that the operator names
 * @param registries registries of registries, whose lists of publishers are harvested too
 * @param interval between two harvests of a source
 * @param fullInterval after which a source is harvested as a whole again
 * @param schemas by which records are checked besides; what they find is listed with the record
 */
public record HarvestSettings(
        String node,
        Set<String> ownAuthorities,
        List<URI> sources,
        List<URI> registries,
        Duration interval,
        Duration fullInterval,
        Schemas schemas,
        Limits limits) {
    public HarvestSettings {
        ownAuthorities = Set.copyOf(ownAuthorities);
        sources = List.copyOf(sources);
        registries = List.copyOf(registries);
    }
}
