package org.planisphere.planner.offer;

import java.time.Duration;

/**
 * How offers are made.
 *
 * @param lifetime how long an offer stands and holds what it offers, at most
 * @param leastLifetime an offer that could not stand this long is not made; at most {@code lifetime}
 * @param maxOffers most offers of one answer, at least 1
 * @param slot the ledger's grain of time, in whole seconds; must be the ledger's own
 * @param cores cores of a run whose request names none
 * @param memory GiB of memory of a run whose request names none
 * @param storage GiB of a storage resource whose request names no size, and of the work folder where no storage is asked
 */
public record DeskSettings(
        Duration lifetime,
        Duration leastLifetime,
        int maxOffers,
        Duration slot,
        long cores,
        long memory,
        long storage) {
    public DeskSettings {
        if (leastLifetime.isNegative() || leastLifetime.isZero() || leastLifetime.compareTo(lifetime) > 0) {
            throw new IllegalArgumentException("the least lifetime is above zero and at most the lifetime");
        }
        if (maxOffers < 1) {
            throw new IllegalArgumentException("an answer has at least one offer");
        }
        if (slot.toSeconds() < 1 || slot.toNanosPart() != 0) {
            throw new IllegalArgumentException("a slot is whole seconds, at least one");
        }
        if (cores < 1 || memory < 1 || storage < 0) {
            throw new IllegalArgumentException("a default size is below the least");
        }
    }

    /** One core, one GiB each of memory and storage where nothing is said, and five seconds to answer. */
    public static DeskSettings of(Duration lifetime, int maxOffers, Duration slot) {
        Duration five = Duration.ofSeconds(5);
        return new DeskSettings(lifetime, lifetime.compareTo(five) < 0 ? lifetime : five, maxOffers, slot, 1, 1, 1);
    }

    /** Three offers that stand five minutes, on slots of one minute. */
    public static DeskSettings usual() {
        return of(Duration.ofMinutes(5), 3, Duration.ofMinutes(1));
    }
}
