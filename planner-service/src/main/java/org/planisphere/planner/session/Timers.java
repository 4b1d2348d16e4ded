package org.planisphere.planner.session;

import java.time.Instant;

/** Something that calls back at a given time. Thread safe; a test turns the time by hand. */
public interface Timers {
    /** Calls once, at the instant by the database's clock or a little later; at once when it has passed. */
    Alarm at(Instant when, Runnable what);

    /** A call that is still to come. */
    interface Alarm {
        /** Forgets the call; harmless when it was made. */
        void cancel();
    }
}
