package org.planisphere.planner.staging;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.planisphere.foundation.http.HttpRules;

/**
 * Whose token may be shown for a session where its inputs are fetched and its outputs put: only where its caller said so,
 * only at hosts the operator named, and only until they are there or the session has ended. In memory only, never written or logged;
 * the oldest are forgotten when there are too many. Thread safe.
 */
public final class Delegations {
    /** Nobody's token is shown anywhere. */
    public static final Delegations NONE = new Delegations(HttpRules.NONE);

    private static final int MOST = 10_000;

    private final HttpRules rules;
    private final Map<UUID, Supplier<Optional<String>>> tokens = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Supplier<Optional<String>>> eldest) {
            return size() > MOST;
        }
    };

    /** @param rules whose hosts are those to which tokens may go */
    public Delegations(HttpRules rules) {
        this.rules = rules;
    }

    /** Whether there is any host to which a token may go. */
    public boolean possible() {
        return !rules.hosts().isEmpty();
    }

    /**
     * From now on the session's inputs are fetched in its caller's name.
     *
     * @param token a good one, whenever it is asked; empty when there is none any more
     * @return false when they were already, or when no token goes anywhere
     */
    public synchronized boolean give(UUID session, Supplier<Optional<String>> token) {
        return possible() && tokens.putIfAbsent(session, token) == null;
    }

    /** From now on they are not. */
    public synchronized void forget(UUID session) {
        tokens.remove(session);
    }

    /** Forgets what was given for sessions that need it no more. Asks for each of them, which may take a while. */
    public void forget(Predicate<UUID> over) {
        for (UUID session : sessions()) {
            if (over.test(session)) {
                forget(session);
            }
        }
    }

    /**
     * The headers with which a session's input is fetched from an address: a token goes by TLS only, or stays on this
     * machine.
     */
    public Map<String, String> headers(UUID session, URI location) {
        boolean safe = "https".equalsIgnoreCase(location.getScheme())
                || "127.0.0.1".equals(location.getHost())
                || "localhost".equalsIgnoreCase(location.getHost());
        if (!safe || !rules.allows(location)) {
            return Map.of();
        }
        Supplier<Optional<String>> token;
        synchronized (this) {
            token = tokens.get(session);
        }
        // Asked outside of the lock: it may have to be fetched.
        return token == null
                ? Map.of()
                : token.get()
                        .<Map<String, String>>map(text -> Map.of("Authorization", "Bearer " + text))
                        .orElse(Map.of());
    }

    private synchronized List<UUID> sessions() {
        return List.copyOf(tokens.keySet());
    }
}
