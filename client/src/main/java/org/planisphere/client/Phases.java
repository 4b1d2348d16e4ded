package org.planisphere.client;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The phases of a session, as far as a client must know them. */
public final class Phases {
    private static final Set<String> TERMINAL = Set.of("REJECTED", "EXPIRED", "COMPLETED", "FAILED", "CANCELLED");

    private Phases() {}

    /** Whether a session in this phase never changes again. */
    public static boolean terminal(@Nullable String phase) {
        return phase != null && TERMINAL.contains(phase);
    }
}
