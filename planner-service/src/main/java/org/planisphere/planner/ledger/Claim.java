package org.planisphere.planner.ledger;

import org.jspecify.annotations.Nullable;

/**
 * One account that a reservation draws on, with the limits that held when it was decided. The ledger refuses an append
 * that would take the account over {@code limit} at any instant (of a metered account: in any period), or over {@code
 * maxHeld} open holds.
 *
 * @param maxHeld how many reservations of the account may be held (not yet confirmed) at once; at least 0
 * @param meter how the account sums over periods; null for an account that counts what is used at an instant
 */
public record Claim(
        Account account,
        Amounts limit,
        int maxHeld,
        @Nullable Meter meter) {
    /** A claim on an account that counts instants. */
    public Claim(Account account, Amounts limit, int maxHeld) {
        this(account, limit, maxHeld, null);
    }
}
