package org.planisphere.planner.platform;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Who is to be told when an engine sees a change; see {@link Platform#onChange}. Thread safe. */
public final class Listeners {
    private static final System.Logger LOG = System.getLogger(Listeners.class.getName());

    private final List<Consumer<UUID>> listeners = new CopyOnWriteArrayList<>();

    /** Tells this one too from now on. */
    public void add(Consumer<UUID> listener) {
        listeners.add(listener);
    }

    /** Tells everybody, on the caller's thread; a listener that fails keeps nobody else from being told. */
    public void changed(UUID session) {
        for (Consumer<UUID> listener : listeners) {
            try {
                listener.accept(session);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, "a listener failed", e);
            }
        }
    }
}
