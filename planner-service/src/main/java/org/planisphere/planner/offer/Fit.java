package org.planisphere.planner.offer;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Ledger;
import org.planisphere.planner.ledger.Resource;
import org.planisphere.planner.ledger.Timeline;
import org.planisphere.planner.ledger.Window;
import org.planisphere.planner.platform.Occupied;

/**
 * Where amounts fit in time under all of several limits together, beside what the ledger has, beside what others use of the
 * platform, and beside drafts that will be held with them. Pure; every answer costs a few look-ups in the ledger's index.
 */
final class Fit {
    /** Alternating limits can lead the search far; after so many steps it counts as not found. */
    private static final int MOST_STEPS = 20_000;

    private final Ledger.View view;
    private final List<Limit> limits;
    private final Slots slots;
    private final Occupation occupied;

    Fit(Ledger.View view, List<Limit> limits, Slots slots, List<Occupied> occupied) {
        this.view = view;
        this.limits = limits;
        this.slots = slots;
        this.occupied = new Occupation(occupied, slots);
    }

    /** Whether the amounts fit in the window beside the drafts. */
    boolean fits(Window window, Amounts amounts, List<Draft> beside) {
        for (Limit limit : limits) {
            Amounts all = amounts.plus(taken(limit, window, beside));
            if (!view.timeline(limit.account()).fits(window, all, limit.most())) {
                return false;
            }
        }
        return true;
    }

    /** The earliest start of a window of the length in which the amounts fit, between two instants, both included. */
    Optional<Instant> earliest(Instant from, Instant latest, Duration length, Amounts amounts, List<Draft> beside) {
        Instant at = from;
        for (int step = 0; step < MOST_STEPS && !at.isAfter(latest); step++) {
            Instant next = at;
            for (Limit limit : limits) {
                Timeline timeline = view.timeline(limit.account());
                Optional<Instant> fit = timeline.firstFit(next, latest, length, amounts, limit.most());
                if (fit.isEmpty()) {
                    return Optional.empty();
                }
                next = fit.get();
            }
            if (next.equals(at)) {
                Window window = new Window(at, at.plus(length));
                if ((beside.isEmpty() && occupied.isEmpty()) || fits(window, amounts, beside)) {
                    return Optional.of(at);
                }
                next = endOfFirst(window, beside);
            }
            at = next;
        }
        return Optional.empty();
    }

    /**
     * What is left in the window under every limit beside the drafts: at most {@code most}, of each resource.
     */
    Amounts free(Window window, Amounts most, List<Draft> beside) {
        long[] free = new long[Resource.values().length];
        for (Resource resource : Resource.values()) {
            free[resource.ordinal()] = most.of(resource);
        }
        for (Limit limit : limits) {
            Amounts used = view.timeline(limit.account()).peak(window).plus(taken(limit, window, beside));
            for (Resource resource : Resource.values()) {
                long left = Math.max(0, limit.most().of(resource) - used.of(resource));
                free[resource.ordinal()] = Math.min(free[resource.ordinal()], left);
            }
        }
        return new Amounts(free[0], free[1], free[2], free[3], free[4]);
    }

    /** The limit that leaves no such window by itself; the first that leaves none at once, when only all together do. */
    Limit blocking(Instant from, Instant latest, Duration length, Amounts amounts) {
        for (Limit limit : limits) {
            if (view.timeline(limit.account())
                    .firstFit(from, latest, length, amounts, limit.most())
                    .isEmpty()) {
                return limit;
            }
        }
        Window window = new Window(from, from.plus(length));
        for (Limit limit : limits) {
            Amounts all = amounts.plus(taken(limit, window, List.of()));
            if (!view.timeline(limit.account()).fits(window, all, limit.most())) {
                return limit;
            }
        }
        return limits.get(0);
    }

    /** The first resource of which the limit has too little in the window. */
    Resource scarce(Limit limit, Window window, Amounts amounts) {
        Amounts used = used(limit, window);
        for (Resource resource : Resource.values()) {
            if (used.of(resource) + amounts.of(resource) > limit.most().of(resource)) {
                return resource;
            }
        }
        return Resource.SESSIONS;
    }

    Amounts used(Limit limit, Window window) {
        return view.timeline(limit.account()).peak(window).plus(taken(limit, window, List.of()));
    }

    /** Of others, and of all drafts that meet the window as if all did so at the same instant: never too little. */
    private Amounts taken(Limit limit, Window window, List<Draft> beside) {
        Amounts taken = limit.ofPlatform() ? occupied.peak(window) : Amounts.NONE;
        for (Draft draft : beside) {
            if (!claims(draft, limit.account())) {
                continue;
            }
            Window run = draft.schedule().window();
            if (slots.overlap(run, window)) {
                taken = taken.plus(draft.granted());
            } else if (kept(draft, window)) {
                taken = taken.plus(Keeping.after(draft.task()));
            }
        }
        return taken;
    }

    /** Whether the draft keeps storage in the window, after its run. */
    private boolean kept(Draft draft, Window window) {
        java.time.Duration longest = Keeping.longest(draft.task());
        Instant until = draft.schedule().window().until();
        return !longest.isZero() && slots.overlap(new Window(until, until.plus(longest)), window);
    }

    private static boolean claims(Draft draft, Account account) {
        for (Claim claim : draft.claims()) {
            if (claim.account().equals(account)) {
                return true;
            }
        }
        return false;
    }

    /** The first slot after the end of a draft that meets the window, or after which others use something else. */
    private Instant endOfFirst(Window window, List<Draft> beside) {
        Instant end = occupied.next(window.from());
        for (Draft draft : beside) {
            Window other = draft.schedule().window();
            if (slots.overlap(other, window)) {
                Instant until = slots.ceiling(other.until());
                end = until.isBefore(end) ? until : end;
            }
        }
        return end;
    }
}
