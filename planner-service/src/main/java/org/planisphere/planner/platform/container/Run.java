package org.planisphere.planner.platform.container;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.planisphere.planner.platform.LiveConnector;
import org.planisphere.planner.platform.Observation;

/** One session while it runs: one container, or the services of a Compose file. Thread safe. */
sealed interface Run permits ContainerRun, ComposeRun {
    UUID session();

    List<LiveConnector> connectors();

    Observation.Running running();

    /** Sets another duration, from its start. */
    void lasts(Duration other);

    /** Reads the kernel's counters once more. Cheap; called many times a second. */
    void count();

    /** Why it has to end, when it has: what kind of end, and a sentence. Looks at its folder at most once a second. */
    Optional<String[]> excess(Instant now);

    /** Ends it for a reason, which is written down before; the first reason stands. Blocks until it is over. */
    void stop(String end, String detail) throws IOException;

    /** Stops watching; what runs goes on. */
    void detach();
}
