package org.planisphere.planner.platform.container;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Looks whether the first process of a run is still there, so that its end is noticed when it comes: podman tells those who
 * wait only when its own tidying up is over, a tenth of a second later. Only a hint: where the planner does not see the
 * engine's processes nothing is ever noticed here. Thread safe.
 */
final class Departures {
    /** Short runs are those where it matters. */
    private static final Duration YOUNG = Duration.ofSeconds(2);

    private static final long OFTEN = 4;
    private static final long SELDOM = 50;

    private final ScheduledExecutorService clock;
    private final Consumer<ContainerRun> noticed;

    /** @param noticed told once of each run whose process has gone; must not block */
    Departures(ScheduledExecutorService clock, Consumer<ContainerRun> noticed) {
        this.clock = clock;
        this.noticed = noticed;
    }

    /** Watches the run until its process has gone or its end is on record. */
    void watch(ContainerRun run) {
        if (!run.seen()) {
            return;
        }
        boolean young = Duration.between(run.since(), Instant.now()).compareTo(YOUNG) < 0;
        try {
            clock.schedule(() -> look(run), young ? OFTEN : SELDOM, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The platform is closed.
        }
    }

    private void look(ContainerRun run) {
        if (run.over().isDone()) {
            return;
        }
        if (run.gone()) {
            noticed.accept(run);
        } else {
            watch(run);
        }
    }
}
