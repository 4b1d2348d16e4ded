package org.planisphere.planner.ledger;

import java.util.UUID;

/** One operation of the log. */
public sealed interface Entry {
    UUID reservation();

    /** Promise: refused as {@link Outcome.Moved} when it does not fit any more. */
    record Hold(Reservation held) implements Entry {
        @Override
        public UUID reservation() {
            return held.id();
        }
    }

    /**
     * Take what is held: refused as {@link Outcome.Gone} when it is not held or has expired by the database's clock. The
     * window may be cut (never widened) to what is still needed.
     */
    record Confirm(UUID reservation, Window window) implements Entry {}

    /** Change window and amounts of a confirmed reservation; refused as {@link Outcome.Moved} when it does not fit. */
    record Extend(UUID reservation, Window window, Amounts amounts) implements Entry {}

    /**
     * Give back everything from the slot after {@code from} on, or all of it when it was only held or had not begun;
     * giving back twice is harmless.
     */
    record Release(UUID reservation, java.time.Instant from) implements Entry {}
}
