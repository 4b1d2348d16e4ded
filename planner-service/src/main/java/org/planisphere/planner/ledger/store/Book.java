package org.planisphere.planner.ledger.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Meter;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.ledger.SegmentTimeline;
import org.planisphere.planner.ledger.SlotAxis;

/**
 * One account at one version of its log. Immutable.
 *
 * @param open held or confirmed and not given back
 * @param held how many of them are held
 * @param meter one with which the account is metered; null when it counts instants
 */
record Book(
        long version,
        SegmentTimeline timeline,
        int held,
        TrieMap<UUID, Reservation> open,
        @Nullable Meter meter) {

    static Book empty(SlotAxis axis) {
        return new Book(0, SegmentTimeline.empty(axis), 0, TrieMap.empty(), null);
    }

    /** The book after the next row of the account's log. */
    Book after(Row row) {
        if (row.version() != version + 1) {
            throw new IllegalStateException(
                    "row " + row.version() + " of " + row.account() + " does not follow " + version);
        }
        Reservation before = open.get(row.reservation());
        Reservation now = changed(before, row);
        Meter counted = Counting.meter(row.account(), now == null ? before : now);
        SegmentTimeline used = timeline;
        if (row.op().gives()) {
            boolean whole = before != null && !before.window().from().isBefore(row.from());
            used = row.hasWindow() ? Counting.minus(used, counted, row.window(), row.amounts(), whole) : used;
        } else {
            if (before != null) {
                used = Counting.minus(used, counted, before.window(), before.amounts(), true);
            }
            used = Counting.plus(used, counted, row.window(), row.amounts());
        }
        return new Book(
                row.version(),
                used,
                held - count(before) + count(now),
                now == null ? open.without(row.reservation()) : open.with(row.reservation(), now),
                counted == null ? meter : counted);
    }

    Book forgetting(Instant before) {
        SegmentTimeline rest = timeline.forgetBefore(meter == null ? before : meter.needed(before));
        return rest == timeline ? this : new Book(version, rest, held, open, meter);
    }

    /** What of the use is held and not confirmed. */
    SegmentTimeline holds(SlotAxis axis, Account account) {
        List<Reservation> all = new ArrayList<>(held);
        open.forEach((id, one) -> {
            if (count(one) > 0) {
                all.add(one);
            }
        });
        SegmentTimeline holds = SegmentTimeline.empty(axis);
        for (Reservation one : all) {
            holds = Counting.plus(holds, Counting.meter(account, one), one.window(), one.amounts());
        }
        return holds;
    }

    /** What the row makes of the reservation; null when it is over. */
    static @Nullable Reservation changed(@Nullable Reservation before, Row row) {
        switch (row.op()) {
            case HOLD -> {
                if (before != null) {
                    throw new IllegalStateException("held twice: " + row);
                }
                return new Reservation(
                        row.reservation(),
                        row.group(),
                        row.expires() == null ? Reservation.State.CONFIRMED : Reservation.State.HELD,
                        row.window(),
                        row.amounts(),
                        row.claims(),
                        row.expires() == null ? Instant.MAX : row.expires());
            }
            case CONFIRM, EXTEND -> {
                if (before == null) {
                    throw new IllegalStateException("never held: " + row);
                }
                return new Reservation(
                        before.id(),
                        before.group(),
                        Reservation.State.CONFIRMED,
                        row.window(),
                        row.amounts(),
                        before.claims(),
                        Instant.MAX);
            }
            default -> {
                if (before == null) {
                    throw new IllegalStateException("given back, but never held: " + row);
                }
                return null;
            }
        }
    }

    static int count(@Nullable Reservation reservation) {
        return reservation != null && reservation.state() == Reservation.State.HELD ? 1 : 0;
    }
}
