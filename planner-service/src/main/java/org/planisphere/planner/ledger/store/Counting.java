package org.planisphere.planner.ledger.store;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Meter;
import org.planisphere.planner.ledger.Outcome;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.ledger.Resource;
import org.planisphere.planner.ledger.SegmentTimeline;
import org.planisphere.planner.ledger.Window;

/** How a claim counts on its account's timeline: as it is, or metered by periods. Stateless. */
final class Counting {
    private Counting() {}

    /** The meter with which the reservation draws on the account; null when it counts instants. */
    static @Nullable Meter meter(Account account, @Nullable Reservation reservation) {
        if (reservation != null) {
            for (Claim claim : reservation.claims()) {
                if (claim.account().equals(account)) {
                    return claim.meter();
                }
            }
        }
        return null;
    }

    static SegmentTimeline plus(SegmentTimeline timeline, @Nullable Meter meter, Window window, Amounts amounts) {
        if (meter == null) {
            return timeline.plus(window, amounts);
        }
        SegmentTimeline used = timeline;
        for (Meter.Charge charge : meter.charges(window, amounts, true)) {
            used = used.plus(Meter.counted(charge.period()), charge.amounts());
        }
        return used;
    }

    /** @param whole whether all of the reservation is taken back, not only the later part of it */
    static SegmentTimeline minus(
            SegmentTimeline timeline, @Nullable Meter meter, Window window, Amounts amounts, boolean whole) {
        if (meter == null) {
            return timeline.minus(window, amounts);
        }
        SegmentTimeline used = timeline;
        for (Meter.Charge charge : meter.charges(window, amounts, whole)) {
            used = used.minus(Meter.counted(charge.period()), charge.amounts());
        }
        return used;
    }

    /** Why the claim has no room for the amounts; null when it has. */
    static @Nullable Outcome moved(Claim claim, SegmentTimeline timeline, Window window, Amounts amounts, Instant now) {
        Meter meter = claim.meter();
        if (meter != null) {
            return meter.excess(timeline, claim.limit(), window, amounts, now)
                    .map(excess -> new Outcome.Moved(claim.account(), excess.resource()))
                    .orElse(null);
        }
        if (timeline.fits(window, amounts, claim.limit())) {
            return null;
        }
        Amounts wanted = timeline.peak(window).plus(amounts);
        for (Resource resource : Resource.values()) {
            if (wanted.of(resource) > claim.limit().of(resource)) {
                return new Outcome.Moved(claim.account(), resource);
            }
        }
        throw new IllegalArgumentException("the window ends after the ledger's axis: " + window);
    }

    /** What is used of the reservation when its later part was given back: its beginning, the fee included. */
    static List<Meter.Charge> kept(Meter meter, Reservation before, Instant cut) {
        List<Meter.Charge> kept = new java.util.ArrayList<>(meter.charges(before.window(), before.amounts(), true));
        if (cut.isBefore(before.window().until())) {
            for (Meter.Charge back :
                    meter.charges(new Window(cut, before.window().until()), before.amounts(), false)) {
                kept.replaceAll(charge -> charge.period().equals(back.period())
                        ? new Meter.Charge(charge.period(), minus(charge.amounts(), back.amounts()))
                        : charge);
            }
        }
        return kept;
    }

    private static Amounts minus(Amounts one, Amounts other) {
        return new Amounts(
                one.cores() - other.cores(),
                one.memory() - other.memory(),
                one.storage() - other.storage(),
                one.accelerators() - other.accelerators(),
                one.sessions() - other.sessions());
    }
}
