package org.planisphere.planner.session;

import static org.planisphere.planner.session.Phase.*;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Which phase may follow which: the one table that every change of a session is checked against. A run that has begun
 * always passes through RELEASING, so that its output is kept however it ended; what has ended never changes again.
 *
 * @see <a href="https://github.com/ivoa-std/ExecutionBroker">ExecutionBroker 1.0, session phases</a>
 */
public final class Transitions {
    private static final Map<Phase, Set<Phase>> TABLE = new EnumMap<>(Phase.class);

    static {
        TABLE.put(INITIAL, EnumSet.of(OFFERED));
        TABLE.put(OFFERED, EnumSet.of(ACCEPTED, REJECTED, EXPIRED));
        TABLE.put(ACCEPTED, EnumSet.of(WAITING, PREPARING, CANCELLED, FAILED));
        TABLE.put(WAITING, EnumSet.of(PREPARING, CANCELLED, FAILED));
        TABLE.put(PREPARING, EnumSet.of(AVAILABLE, CANCELLED, FAILED));
        TABLE.put(AVAILABLE, EnumSet.of(RUNNING, CANCELLED, FAILED));
        TABLE.put(RUNNING, EnumSet.of(RELEASING));
        TABLE.put(RELEASING, EnumSet.of(COMPLETED, FAILED, CANCELLED));
    }

    private Transitions() {}

    /** True when a session in phase {@code from} may be in {@code to} next. */
    public static boolean allowed(Phase from, Phase to) {
        return TABLE.getOrDefault(from, Set.of()).contains(to);
    }
}
