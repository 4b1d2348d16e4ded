package org.planisphere.server;

import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Whether the node has started, lives, and is ready for requests. The parts of the node register what they know of
 * themselves; {@code /health/…} asks them. Thread-safe.
 */
@Singleton
public class Health {
    private static final Logger LOG = Logger.getLogger(Health.class.getName());

    private final ConcurrentMap<String, Callable<Boolean>> ready = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Callable<Boolean>> live = new ConcurrentHashMap<>();
    private volatile boolean started;
    private volatile @Nullable String stopping;

    /**
     * Adds a part without which the node cannot answer, such as its database. The check is asked at every
     * {@code /health/ready}, from any thread, and answers within a second; throwing means no.
     *
     * @param name one word, shown to everybody
     */
    public void readyWhen(String name, Callable<Boolean> check) {
        ready.put(name, check);
    }

    /** Adds a part whose failure only a restart mends; otherwise as {@link #readyWhen}. */
    public void aliveWhile(String name, Callable<Boolean> check) {
        live.put(name, check);
    }

    /** Called once when the whole node is wired and its past is read. */
    public void started() {
        started = true;
    }

    /** Called when the node begins to stop, so that a proxy sends no more requests. */
    public void stopping() {
        stopping = "stopping";
    }

    boolean isStarted() {
        return started;
    }

    /** Every part and whether it is well, by name. */
    Map<String, Boolean> readiness() {
        Map<String, Boolean> parts = ask(ready);
        parts.put("started", started && stopping == null);
        return parts;
    }

    /** Every part and whether it lives, by name. */
    Map<String, Boolean> liveness() {
        return ask(live);
    }

    private static Map<String, Boolean> ask(Map<String, Callable<Boolean>> checks) {
        Map<String, Boolean> parts = new LinkedHashMap<>();
        checks.forEach((name, check) -> parts.put(name, well(name, check)));
        return parts;
    }

    // A check may fail in any way; all of them mean "not well".
    @SuppressWarnings("CatchingUnchecked")
    private static boolean well(String name, Callable<Boolean> check) {
        try {
            return check.call();
        } catch (Exception e) {
            LOG.log(Level.WARNING, e, () -> "Health check " + name + " failed");
            return false;
        }
    }
}
