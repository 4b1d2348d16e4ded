package org.planisphere.planner.ledger;

import java.time.Instant;

/**
 * A span of time on the ledger's axis: from the first instant, up to and without the last. The ledger counts it in whole
 * slots, widened outwards.
 */
public record Window(Instant from, Instant until) {
    public Window {
        if (!from.isBefore(until)) {
            throw new IllegalArgumentException("a window is empty or ends before it starts");
        }
    }
}
