package org.planisphere.planner.ledger;

import java.time.Instant;
import java.util.Collection;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Some reservations laid over each other: how much they take together at every instant. Made once in O(n log n), for
 * people who look at it; deciding uses the accounts' {@link Timeline}. Immutable once made.
 */
public final class Stack {
    private final NavigableMap<Instant, Amounts> from = new TreeMap<>();

    private Stack() {}

    public static Stack of(Collection<Reservation> reservations) {
        NavigableMap<Instant, long[]> changes = new TreeMap<>();
        for (Reservation one : reservations) {
            add(changes, one.window().from(), one.amounts(), 1);
            add(changes, one.window().until(), one.amounts(), -1);
        }
        Stack stack = new Stack();
        long[] sum = new long[Resource.values().length];
        changes.forEach((at, change) -> {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += change[i];
            }
            stack.from.put(at, amounts(sum));
        });
        return stack;
    }

    /** The largest sum of each resource at any instant of the window. */
    public Amounts peak(Window window) {
        var before = from.floorEntry(window.from());
        long[] most = new long[Resource.values().length];
        if (before != null) {
            raise(most, before.getValue());
        }
        from.subMap(window.from(), true, window.until(), false).values().forEach(amounts -> raise(most, amounts));
        return amounts(most);
    }

    private static void add(NavigableMap<Instant, long[]> changes, Instant at, Amounts amounts, int sign) {
        long[] change = changes.computeIfAbsent(at, unknown -> new long[Resource.values().length]);
        for (Resource resource : Resource.values()) {
            change[resource.ordinal()] += sign * amounts.of(resource);
        }
    }

    private static void raise(long[] most, Amounts amounts) {
        for (Resource resource : Resource.values()) {
            most[resource.ordinal()] = Math.max(most[resource.ordinal()], amounts.of(resource));
        }
    }

    private static Amounts amounts(long[] of) {
        return new Amounts(
                of[Resource.CORES.ordinal()],
                of[Resource.MEMORY.ordinal()],
                of[Resource.STORAGE.ordinal()],
                of[Resource.ACCELERATORS.ordinal()],
                of[Resource.SESSIONS.ordinal()]);
    }
}
