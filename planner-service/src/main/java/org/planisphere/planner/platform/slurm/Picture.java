package org.planisphere.planner.platform.slurm;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.platform.PlatformDescription;

/**
 * What the platform knows of its partition. Immutable; a newer one takes its place.
 *
 * @param description what offers are made of
 * @param others jobs that are not the platform's own
 * @param soonest when Slurm would start the smallest job; null where it does not tell or would start it at once
 */
record Picture(
        Cluster cluster,
        PlatformDescription description,
        List<Job> others,
        @Nullable Instant soonest) {
    Picture {
        others = List.copyOf(others);
    }
}
