package org.planisphere.planner.ledger;

/**
 * One account that a reservation draws on, with the limits that held when it was decided. The ledger refuses an append
 * that would take the account over {@code limit} at any instant, or over {@code maxHeld} open holds.
 *
 * @param maxHeld how many reservations of the account may be held (not yet confirmed) at once; at least 0
 */
public record Claim(Account account, Amounts limit, int maxHeld) {}
