package org.planisphere.planner.ledger;

import java.time.Instant;
import java.util.UUID;

/** What became of a {@link Proposal}. */
public sealed interface Outcome {
    /** On disk. {@code at} is the database's clock at the append. */
    record Appended(Instant at) implements Outcome {}

    /** Somebody else was first: this account has too little of the resource now. Decide again on a fresh view. */
    record Moved(Account account, Resource resource) implements Outcome {}

    /** The account has as many open holds as it may. */
    record TooManyHeld(Account account, int held, int maxHeld) implements Outcome {}

    /** The reservation is not there, not held any more, or has expired. */
    record Gone(UUID reservation, Why why) implements Outcome {}

    /** A statement that had to change a row changed none: what was read has changed since. */
    record Stale(String sql) implements Outcome {}

    /** Why a reservation is {@link Gone}. */
    enum Why {
        UNKNOWN,
        EXPIRED,
        NOT_HELD
    }
}
