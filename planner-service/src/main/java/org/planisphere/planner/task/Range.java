package org.planisphere.planner.task;

import org.jspecify.annotations.Nullable;

/**
 * A smallest and a largest whole number, either of which may be left open.
 *
 * @param min at least 0 when given
 * @param max at least {@code min} when both are given
 */
public record Range(@Nullable Long min, @Nullable Long max) {
    public static final Range OPEN = new Range(null, null);

    public Range {
        if (min != null && min < 0) {
            throw new IllegalArgumentException("min is below 0");
        }
        if (max != null && max < (min == null ? 0 : min)) {
            throw new IllegalArgumentException("max is below min");
        }
    }

    public static Range of(long min, long max) {
        return new Range(min, max);
    }

    /** The smallest number asked, or the given default where none is. */
    public long minOr(long fallback) {
        return min == null ? fallback : min;
    }

    /** The largest number of use, or the given default where none is. */
    public long maxOr(long fallback) {
        return max == null ? fallback : max;
    }
}
