package org.planisphere.planner.offer;

import java.time.Duration;
import java.time.Instant;
import org.planisphere.planner.ledger.Window;
import org.planisphere.planner.task.Interval;

/**
 * When a session is prepared, runs and is released.
 *
 * @param preparing when preparation begins at the earliest
 * @param preparingFor how long it takes
 * @param start the run begins within it; before it, as soon as it is prepared, where nobody has named a start
 * @param duration of the run, at most
 * @param releasingFor how long the results take to be stored
 */
public record Schedule(
        Instant preparing, Duration preparingFor, Interval start, Duration duration, Duration releasingFor) {
    /** When the run is over at the latest, and releasing begins. */
    public Instant releasing() {
        return start.end().plus(duration);
    }

    /**
     * The same when the run has begun before its time. It ends the sooner, and nothing more is reserved.
     *
     * @param began before {@link #start}, when it was prepared already
     */
    public Schedule sooner(Instant began) {
        Instant from = began.isBefore(preparing) ? began : preparing;
        return new Schedule(
                from, Duration.between(from, began), new Interval(began, start.end()), duration, releasingFor);
    }

    /** Everything that is reserved. */
    public Window window() {
        return new Window(preparing, releasing().plus(releasingFor));
    }
}
