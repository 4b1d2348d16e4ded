package org.planisphere.planner.session;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Ledger;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.offer.Schedule;
import org.planisphere.planner.task.StorageRequest;

/**
 * Storage that a session has from an earlier one, and that ends before any other of them.
 *
 * @param until when its reservation ends; the session has to be over by then
 */
record Borrowed(String name, Instant until) {
    /** What ends first of what the session uses and does not make itself; empty where there is no such. */
    static Optional<Borrowed> of(Session session, Ledger.View view) {
        Borrowed first = null;
        for (StorageRequest one : session.offer().task().storage()) {
            UUID id = one.kept() && !one.made() ? one.id() : null;
            Reservation kept = id == null ? null : view.reservation(id).orElse(null);
            if (kept != null && (first == null || kept.window().until().isBefore(first.until()))) {
                first = new Borrowed(
                        String.valueOf(one.label().name()), kept.window().until());
            }
        }
        return Optional.ofNullable(first);
    }

    /** Whether a session so scheduled would still have it when its end has come. */
    static boolean outlived(@Nullable Borrowed storage, Schedule schedule) {
        return storage != null && schedule.window().until().isAfter(storage.until());
    }

    /** By how many seconds a session so scheduled may last longer. */
    long room(Schedule schedule) {
        return Math.max(0, Duration.between(schedule.window().until(), until).toSeconds());
    }
}
