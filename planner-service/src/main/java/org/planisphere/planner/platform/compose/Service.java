package org.planisphere.planner.platform.compose;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One service of a Compose file, as far as it is honoured.
 *
 * @param name as the others know it
 * @param image the image's name
 * @param architecture the machine it is for; empty when the file does not say
 * @param command arguments; null when the image says
 * @param entrypoint null when the image says
 * @param directory its working directory; null for the work folder
 * @param needs the services it waits for, and for what of them
 * @param health how it is told whether it is healthy; null when nobody says
 * @param mounts the session's volumes it sees
 * @param temporary paths of file systems in memory, and their bytes; 0 for what is usual
 * @param network whether it has a network at all
 * @param aliases more names under which the others know it
 */
public record Service(
        String name,
        String image,
        String architecture,
        @Nullable List<String> command,
        @Nullable List<String> entrypoint,
        Map<String, String> environment,
        @Nullable String directory,
        List<Port> ports,
        Map<String, Condition> needs,
        @Nullable Health health,
        Limits limits,
        List<Mount> mounts,
        Map<String, Long> temporary,
        boolean network,
        List<String> aliases) {
    /** What is waited for before a service is started. */
    public enum Condition {
        STARTED,
        HEALTHY,
        COMPLETED
    }

    /** A port that is published; {@code protocol} is UDP, TCP, HTTP or HTTPS. */
    public record Port(int target, String protocol) {}

    /** A volume of the session at a path of the service. */
    public record Mount(String volume, String target, boolean readOnly) {}

    /**
     * What a service may use.
     *
     * @param cpus processors, null when the file does not say
     * @param memory bytes
     * @param processes at once
     */
    public record Limits(
            @Nullable Double cpus,
            @Nullable Long memory,
            @Nullable Long processes) {
        public static final Limits NONE = new Limits(null, null, null);
    }

    /**
     * A command that ends with 0 in a healthy service.
     *
     * @param period after the start in which a failure does not count
     */
    public record Health(
            List<String> command,
            Duration interval,
            Duration timeout,
            int retries,
            Duration period,
            Duration periodInterval) {}

    /** How its health is told, where it is. */
    public Optional<Health> checked() {
        return Optional.ofNullable(health);
    }
}
