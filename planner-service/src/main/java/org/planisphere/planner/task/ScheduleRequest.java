package org.planisphere.planner.task;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When the run is to begin and how long it takes.
 *
 * @param duration above zero; null leaves it to the platform's default
 * @param start the run must begin within it; null for any time from now
 */
public record ScheduleRequest(
        @Nullable Duration duration, @Nullable Interval start) {
    public static final ScheduleRequest ANY = new ScheduleRequest(null, null);
}
