package org.planisphere.planner.federation;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Caller;

/**
 * The tokens that callers have shown, so that what is done for them elsewhere later can be done in their name. Kept in
 * memory only, never written or logged; the callers not seen for longest are forgotten. Thread safe.
 */
public final class Credentials {
    private static final int MOST = 10_000;

    private final Map<String, String> tokens = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MOST;
        }
    };

    /** Remembers the token a caller has just shown, after it was found valid. */
    public synchronized void seen(Caller caller, String token) {
        if (!caller.anonymous()) {
            tokens.put(caller.id(), token);
        }
    }

    /** The newest token of whoever has this id. */
    synchronized @Nullable String of(String caller) {
        return tokens.get(caller);
    }
}
