package org.planisphere.planner.ledger;

import java.time.Duration;
import java.time.Instant;

/**
 * Time cut into slots of equal length. Slot 0 begins with 1970 in UTC; the axis ends after the year 2200. A window is
 * widened outwards to whole slots.
 *
 * @param slot whole seconds, from one second to one day
 */
public record SlotAxis(Duration slot) {
    private static final long HORIZON = 232L * 365 * 24 * 3600;

    /** Slots of one minute. */
    public static final SlotAxis MINUTES = new SlotAxis(Duration.ofMinutes(1));

    public SlotAxis {
        if (slot.getNano() != 0 || slot.toSeconds() < 1 || slot.toSeconds() > 86_400) {
            throw new IllegalArgumentException("a slot is whole seconds, from one second to one day, not " + slot);
        }
    }

    /** The slot in which the instant lies. */
    public long at(Instant instant) {
        return Math.floorDiv(instant.getEpochSecond(), slot.toSeconds());
    }

    /** The first slot that does not begin before the instant. */
    public long from(Instant instant) {
        long seconds = instant.getEpochSecond();
        long whole = Math.floorDiv(seconds, slot.toSeconds());
        boolean begins = instant.getNano() == 0 && whole * slot.toSeconds() == seconds;
        return begins ? whole : whole + 1;
    }

    /** When the slot begins. */
    public Instant start(long number) {
        return Instant.ofEpochSecond(number * slot.toSeconds());
    }

    /** The binary logarithm of the number of slots on the axis. */
    int levels() {
        return Long.SIZE - Long.numberOfLeadingZeros(HORIZON / slot.toSeconds());
    }

    /** The whole axis. */
    Duration length() {
        return slot.multipliedBy(size());
    }

    /** The number of slots on the axis. */
    public long size() {
        return 1L << levels();
    }
}
