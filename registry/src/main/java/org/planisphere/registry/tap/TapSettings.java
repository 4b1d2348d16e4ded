package org.planisphere.registry.tap;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.planisphere.foundation.settings.Keys;
import org.planisphere.foundation.settings.Settings;

/**
 * What the operator decided of queries.
 *
 * @param base address of the service, without a slash at its end
 * @param usualRows rows of an answer when the client names no number
 * @param mostRows rows of any answer
 * @param atOnce how long a query may take whose answer the client waits for
 * @param asJob how long one may take as a job
 * @param parallel queries that run at the same time
 * @param keep how long a job is kept
 * @param jobs that are kept at most
 * @param folder where results are
 * @param full whether this registry has every record of the VO
 */
public record TapSettings(
        URI base,
        int usualRows,
        int mostRows,
        Duration atOnce,
        Duration asJob,
        int parallel,
        Duration keep,
        int jobs,
        Path folder,
        boolean full) {

    public static TapSettings of(Settings settings) {
        return new TapSettings(
                URI.create(settings.nodeUrl() + "/registry/tap"),
                settings.get(Keys.REGISTRY_TAP_ROWS),
                settings.get(Keys.REGISTRY_TAP_MOST_ROWS),
                settings.get(Keys.REGISTRY_TAP_TIMEOUT),
                settings.get(Keys.REGISTRY_TAP_JOB_TIMEOUT),
                settings.get(Keys.REGISTRY_TAP_PARALLEL),
                settings.get(Keys.REGISTRY_TAP_KEEP),
                settings.get(Keys.REGISTRY_TAP_JOBS),
                settings.dataDir().resolve("tap"),
                settings.get(Keys.REGISTRY_FULL));
    }

    /** The usual ones, for a service at an address. */
    public static TapSettings usual(URI base, Path folder) {
        return new TapSettings(
                base,
                20_000,
                200_000,
                Duration.ofSeconds(20),
                Duration.ofMinutes(10),
                3,
                Duration.ofDays(2),
                1000,
                folder,
                false);
    }
}
