package org.planisphere.planner.offer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Entry;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.ledger.Window;

/** What an offer has in the ledger: its session's reservation, and one for each storage that is kept after it. */
public final class Reserved {
    private Reserved() {}

    /** Holds all of it until the offer expires. */
    static List<Entry> hold(Offer offer, UUID set) {
        List<Keeping> keepings = Keeping.of(offer);
        Amounts run = offer.granted();
        if (!keepings.isEmpty()) {
            long kept = Keeping.after(offer.task()).storage();
            run = new Amounts(run.cores(), run.memory(), run.storage() - kept, run.accelerators(), run.sessions());
        }
        List<Entry> entries = new ArrayList<>(1 + keepings.size());
        entries.add(held(offer, set, offer.id(), offer.schedule().window(), run, offer.claims()));
        if (!keepings.isEmpty()) {
            // Money is paid for the session; storage is used by one session at a time, which is the session's affair
            // too.
            List<Claim> lasting = offer.claims().stream()
                    .filter(claim ->
                            claim.meter() == null && !claim.account().id().startsWith("storage:"))
                    .map(claim -> new Claim(claim.account(), claim.limit(), Integer.MAX_VALUE))
                    .toList();
            for (Keeping one : keepings) {
                Window window = one.window(offer.schedule().window());
                entries.add(held(offer, set, one.id(), window, one.amounts(), lasting));
            }
        }
        return entries;
    }

    private static Entry held(Offer offer, UUID set, UUID id, Window window, Amounts amounts, List<Claim> claims) {
        return new Entry.Hold(
                new Reservation(id, set, Reservation.State.HELD, window, amounts, claims, offer.expires()));
    }

    /** @param cut what of a held window is still needed */
    public static List<Entry> confirm(Offer offer, UnaryOperator<Window> cut) {
        List<Entry> entries = new ArrayList<>();
        Window session = offer.schedule().window();
        entries.add(new Entry.Confirm(offer.id(), cut.apply(session)));
        for (Keeping one : Keeping.of(offer)) {
            entries.add(new Entry.Confirm(one.id(), cut.apply(one.window(session))));
        }
        return entries;
    }

    /** Gives back all of it: for what never began. */
    public static List<Entry> release(Offer offer, Instant now) {
        List<Entry> entries = new ArrayList<>();
        entries.add(new Entry.Release(offer.id(), now));
        Keeping.of(offer).forEach(one -> entries.add(new Entry.Release(one.id(), now)));
        return entries;
    }
}
