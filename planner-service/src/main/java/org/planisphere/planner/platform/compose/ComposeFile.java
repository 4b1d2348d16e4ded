package org.planisphere.planner.platform.compose;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A Compose file that can be run.
 *
 * @param services none before one it waits for
 * @param volumes that they mount; one without a name is called after its service
 * @param closed whether its network is to have no way out
 */
public record ComposeFile(List<Service> services, List<String> volumes, boolean closed) {
    public ComposeFile {
        services = List.copyOf(services);
        volumes = List.copyOf(volumes);
    }

    /** The services that nobody waits for: when all of these have ended, the run has. At least one. */
    public Set<String> last() {
        Set<String> last = services.stream().map(Service::name).collect(Collectors.toCollection(LinkedHashSet::new));
        services.forEach(service -> last.removeAll(service.needs().keySet()));
        return last;
    }

    /** Whether anybody waits until the service is healthy. */
    public boolean watched(String service) {
        return services.stream().anyMatch(other -> other.needs().get(service) == Service.Condition.HEALTHY);
    }

    /** Whether it takes a network to run it: two services that may talk to each other. */
    public boolean talks() {
        return services.stream().filter(Service::network).count() > 1;
    }

    /** All images, each once. */
    public Set<String> images() {
        return services.stream().map(Service::image).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** How many ports are published. */
    public int ports() {
        return services.stream().mapToInt(service -> service.ports().size()).sum();
    }
}
