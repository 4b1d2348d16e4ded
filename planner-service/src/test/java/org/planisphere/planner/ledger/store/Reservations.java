package org.planisphere.planner.ledger.store;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Entry;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.ledger.Window;

/** Reservations for tests. */
final class Reservations {
    private Reservations() {}

    /** So many cores and sessions, and nothing else. */
    static Amounts amounts(long cores) {
        return new Amounts(cores, 0, 0, 0, cores);
    }

    static Reservation hold(Window window, Amounts amounts, Instant expires, Claim... claims) {
        return new Reservation(
                UUID.randomUUID(),
                UUID.randomUUID(),
                Reservation.State.HELD,
                window,
                amounts,
                List.of(claims),
                expires);
    }

    static Entry confirm(Reservation reservation) {
        return new Entry.Confirm(reservation.id(), reservation.window());
    }

    static Entry release(Reservation reservation) {
        return new Entry.Release(reservation.id(), reservation.window().from());
    }
}
