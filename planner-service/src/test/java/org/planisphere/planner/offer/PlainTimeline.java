package org.planisphere.planner.offer;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Timeline;
import org.planisphere.planner.ledger.Window;

/** A timeline that looks at every reservation in every slot: slow, and easy to see that it is right. */
record PlainTimeline(List<Span> reservations, Slots slots) implements Timeline {
    PlainTimeline {
        reservations = List.copyOf(reservations);
    }

    static PlainTimeline empty(Slots slots) {
        return new PlainTimeline(List.of(), slots);
    }

    PlainTimeline with(Window window, Amounts amounts) {
        List<Span> more = new ArrayList<>(reservations);
        more.add(new Span(window, amounts));
        return new PlainTimeline(more, slots);
    }

    private Amounts in(Instant slot) {
        Window one = new Window(slot, slot.plusSeconds(slots.seconds()));
        Amounts sum = Amounts.NONE;
        for (Span reservation : reservations) {
            if (slots.overlap(reservation.window(), one)) {
                sum = sum.plus(reservation.used());
            }
        }
        return sum;
    }

    @Override
    public Amounts peak(Window window) {
        Amounts peak = Amounts.NONE;
        Instant end = slots.ceiling(window.until());
        for (Instant at = slots.floor(window.from()); at.isBefore(end); at = at.plusSeconds(slots.seconds())) {
            Amounts used = in(at);
            peak = new Amounts(
                    Math.max(peak.cores(), used.cores()),
                    Math.max(peak.memory(), used.memory()),
                    Math.max(peak.storage(), used.storage()),
                    Math.max(peak.accelerators(), used.accelerators()),
                    Math.max(peak.sessions(), used.sessions()));
        }
        return peak;
    }

    @Override
    public boolean fits(Window window, Amounts amounts, Amounts limit) {
        return reservations.isEmpty()
                ? amounts.within(limit)
                : peak(window).plus(amounts).within(limit);
    }

    @Override
    public Optional<Instant> firstFit(
            Instant earliest, Instant latest, Duration length, Amounts amounts, Amounts limit) {
        if (!amounts.within(limit)) {
            return Optional.empty();
        }
        Instant at = earliest;
        while (!at.isAfter(latest)) {
            if (fits(new Window(at, at.plus(length)), amounts, limit)) {
                return Optional.of(at);
            }
            at = slots.floor(at).plusSeconds(slots.seconds());
        }
        return Optional.empty();
    }

    @Override
    public List<Span> spans(Window window) {
        return List.of();
    }
}
