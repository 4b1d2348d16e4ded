package org.planisphere.planner.task;

import java.time.Duration;
import java.time.Instant;

/** A span of time, both ends included; {@code end} is not before {@code start}. */
public record Interval(Instant start, Instant end) {
    public Interval {
        if (end.isBefore(start)) {
            throw new IllegalArgumentException("the interval ends before it starts");
        }
    }

    public boolean contains(Instant instant) {
        return !instant.isBefore(start) && !instant.isAfter(end);
    }

    public Duration length() {
        return Duration.between(start, end);
    }
}
