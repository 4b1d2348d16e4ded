package org.planisphere.planner.offer;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.planisphere.planner.ledger.Window;

/** The ledger's slots, counted from the epoch. */
record Slots(long seconds) {
    static Slots of(Duration slot) {
        return new Slots(slot.toSeconds());
    }

    /** The start of the slot that the instant is in. */
    Instant floor(Instant instant) {
        return Instant.ofEpochSecond(Math.floorDiv(instant.getEpochSecond(), seconds) * seconds);
    }

    /** The instant itself when a slot starts there, else the start of the next slot. */
    Instant ceiling(Instant instant) {
        Instant floor = floor(instant);
        return floor.equals(instant) ? floor : floor.plusSeconds(seconds);
    }

    /** The instant itself in whole microseconds, as databases keep it, or the next such. */
    static Instant microsUp(Instant instant) {
        Instant micros = instant.truncatedTo(ChronoUnit.MICROS);
        return micros.equals(instant) ? instant : micros.plus(1, ChronoUnit.MICROS);
    }

    /** Whether two windows have a slot in common. */
    boolean overlap(Window one, Window other) {
        return floor(one.from()).isBefore(ceiling(other.until()))
                && floor(other.from()).isBefore(ceiling(one.until()));
    }
}
