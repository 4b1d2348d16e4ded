package org.planisphere.planner.task;

import org.jspecify.annotations.Nullable;

/**
 * A cost or a metric: type and range. In a request a cost's {@code max} is a ceiling and a metric's {@code min} a floor;
 * in an offer both are what is quoted.
 *
 * @param type URI of what is counted
 */
public record Bound(
        KindRef kind,
        String type,
        @Nullable String description,
        @Nullable Double min,
        @Nullable Double max) {}
