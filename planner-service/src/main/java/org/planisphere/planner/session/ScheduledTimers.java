package org.planisphere.planner.session;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Timers on a scheduler of the JVM, set by the database's clock. */
public final class ScheduledTimers implements Timers {
    private final ScheduledExecutorService scheduler;
    private final Supplier<Instant> now;

    /**
     * @param scheduler one thread is enough; what is called must be short
     * @param now the database's clock
     */
    public ScheduledTimers(ScheduledExecutorService scheduler, Supplier<Instant> now) {
        this.scheduler = scheduler;
        this.now = now;
    }

    @Override
    public Alarm at(Instant when, Runnable what) {
        long millis = Math.max(0, Duration.between(now.get(), when).toMillis() + 1);
        Future<?> call = scheduler.schedule(what, millis, TimeUnit.MILLISECONDS);
        return () -> call.cancel(false);
    }
}
