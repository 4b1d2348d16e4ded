package org.planisphere.planner.ledger;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * An amount of every resource in a window of time, counted in every account it claims.
 *
 * @param id the session's UUID
 * @param group the offer set's UUID; siblings share it
 * @param expires when a hold ends by itself; {@link Instant#MAX} once confirmed
 */
public record Reservation(
        UUID id, UUID group, State state, Window window, Amounts amounts, List<Claim> claims, Instant expires) {
    /** Whether the resources are only promised or already taken. */
    public enum State {
        HELD,
        CONFIRMED
    }

    public Reservation {
        claims = List.copyOf(claims);
    }
}
