package org.planisphere.planner.door;

import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.planisphere.planner.session.SessionEvent;

/** Tells of what has happened to a session, until nothing that is stored is left untold. Stateless. */
final class Telling {
    private Telling() {}

    /**
     * Tells of all that is there now.
     *
     * @param next reads what has not been told, in order, at most {@code batch} events
     * @param ended whether the session has ended or is gone
     * @param tell told of each; true of the last there will ever be
     * @return whether nothing more will come
     */
    static boolean all(
            Supplier<List<SessionEvent>> next, int batch, BooleanSupplier ended, Predicate<SessionEvent> tell) {
        boolean over = false;
        while (true) {
            List<SessionEvent> events = next.get();
            boolean last = false;
            for (SessionEvent event : events) {
                last = tell.test(event);
            }
            if (last) {
                return true;
            }
            if (events.isEmpty()) {
                if (over || !ended.getAsBoolean()) {
                    return over;
                }
                // It may have ended between the two looks: then its last event is there now.
                over = true;
            } else if (events.size() < batch && !over) {
                return false;
            }
        }
    }
}
