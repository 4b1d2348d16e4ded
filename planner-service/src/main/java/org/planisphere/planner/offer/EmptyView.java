package org.planisphere.planner.offer;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Ledger;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.ledger.SegmentTimeline;
import org.planisphere.planner.ledger.SlotAxis;
import org.planisphere.planner.ledger.Timeline;

/** A picture in which nothing is taken. */
record EmptyView(Instant now, Timeline nothing) implements Ledger.View {
    EmptyView(Instant now, Duration slot) {
        this(now, SegmentTimeline.empty(new SlotAxis(slot)));
    }

    @Override
    public Timeline timeline(Account account) {
        return nothing;
    }

    @Override
    public Timeline holds(Account account) {
        return nothing;
    }

    @Override
    public Optional<Reservation> reservation(UUID id) {
        return Optional.empty();
    }

    @Override
    public int held(Account account) {
        return 0;
    }
}
