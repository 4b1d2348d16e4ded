package org.planisphere.planner.ledger;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The use of one account over time: what is held and confirmed in every slot. Immutable; every change makes a new one
 * that shares almost everything with the old. All answers cost O(log slots), however many reservations there are.
 */
public interface Timeline {
    /** The largest use of each resource at any instant of the window. */
    Amounts peak(Window window);

    /** True when the amounts, added to what is used, stay within the limit at every instant of the window. */
    boolean fits(Window window, Amounts amounts, Amounts limit);

    /**
     * The earliest start of a window of this length in which the amounts fit, from {@code earliest} (taken as it is when it
     * fits, else the start of a later slot) and not after {@code latest}.
     */
    Optional<Instant> firstFit(Instant earliest, Instant latest, Duration length, Amounts amounts, Amounts limit);

    /** The use in every span of constant use between two instants, for people who look at it; in order of time. */
    List<Span> spans(Window window);

    /** A span of time in which the use does not change. */
    record Span(Window window, Amounts used) {}
}
