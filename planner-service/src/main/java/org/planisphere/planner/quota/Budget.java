package org.planisphere.planner.quota;

import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Meter;
import org.planisphere.planner.ledger.Periods;

/**
 * What one holder may consume in each period. Amounts as a {@link Meter} counts them: core-seconds, MiB-seconds,
 * accelerator-seconds, and millionths of money in the place of sessions.
 *
 * @param account where it is summed
 * @param holder for people
 * @param limit of every period
 * @param carry the most that an unused rest adds to the next period
 */
public record Budget(Account account, String holder, Amounts limit, Periods periods, Amounts carry) {
    /** How a reservation of this price counts. */
    public Meter meter(long fee, long perHour) {
        return new Meter(periods, carry, fee, perHour);
    }
}
