package org.planisphere.planner.policy;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Looks again and again whether the policy's file has changed, on a thread of its own: a large one takes seconds to read. */
public final class PolicyWatch implements AutoCloseable {
    private final ScheduledExecutorService thread;

    public PolicyWatch(PolicyBook book, Duration every) {
        this.thread = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread made = new Thread(work, "policy-watch");
            made.setDaemon(true);
            return made;
        });
        thread.scheduleWithFixedDelay(book::refresh, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
