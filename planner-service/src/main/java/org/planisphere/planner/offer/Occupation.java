package org.planisphere.planner.offer;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Window;
import org.planisphere.planner.platform.Occupied;

/** What others use of a platform over time, in whole slots: steps between instants. Immutable. */
final class Occupation {
    private final Slots slots;
    /** From each instant on, until the next; nothing before the first and nothing from the last on. */
    private final TreeMap<Instant, Amounts> steps = new TreeMap<>();

    Occupation(List<Occupied> occupied, Slots slots) {
        this.slots = slots;
        for (Occupied one : occupied) {
            steps.put(slots.floor(one.from()), Amounts.NONE);
            steps.put(slots.ceiling(one.until()), Amounts.NONE);
        }
        for (Occupied one : occupied) {
            steps.subMap(slots.floor(one.from()), slots.ceiling(one.until()))
                    .replaceAll((instant, amounts) -> amounts.plus(one.amounts()));
        }
    }

    boolean isEmpty() {
        return steps.isEmpty();
    }

    /** The most that is used of each resource at some instant of the window. */
    Amounts peak(Window window) {
        if (steps.isEmpty()) {
            return Amounts.NONE;
        }
        Map.Entry<Instant, Amounts> before = steps.floorEntry(slots.floor(window.from()));
        Amounts peak = before == null ? Amounts.NONE : before.getValue();
        for (Amounts used : steps.subMap(slots.floor(window.from()), slots.ceiling(window.until()))
                .values()) {
            peak = new Amounts(
                    Math.max(peak.cores(), used.cores()),
                    Math.max(peak.memory(), used.memory()),
                    Math.max(peak.storage(), used.storage()),
                    Math.max(peak.accelerators(), used.accelerators()),
                    Math.max(peak.sessions(), used.sessions()));
        }
        return peak;
    }

    /** The first instant after the given one at which another amount is used; the end of time when there is none. */
    Instant next(Instant after) {
        Instant next = steps.higherKey(after);
        return next == null ? Instant.MAX : next;
    }
}
