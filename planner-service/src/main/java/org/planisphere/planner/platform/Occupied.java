package org.planisphere.planner.platform;

import java.time.Instant;
import org.planisphere.planner.ledger.Amounts;

/**
 * Something on the platform that is not this planner's: a job that somebody gave a cluster directly, a core that is out of
 * order. The ledger does not know it; no offer is made on it.
 *
 * @param until after {@code from}; where nobody knows an end, the latest that can be booked
 */
public record Occupied(Instant from, Instant until, Amounts amounts) {
    public Occupied {
        if (!from.isBefore(until)) {
            throw new IllegalArgumentException("it ends before it begins");
        }
    }
}
