package org.planisphere.planner.door;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.planisphere.foundation.http.Line;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;

/** The WebSockets that are open through this planner, and their bounds. Thread safe. */
public final class Tunnels implements AutoCloseable {
    private static final long LOOK_SECONDS = 5;

    private final Bounds bounds;
    private final Set<Tunnel> open = ConcurrentHashMap.newKeySet();
    private final ExecutorService pumps = Executors.newCachedThreadPool(Tunnels::daemon);
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(Tunnels::daemon);

    /**
     * What they may be.
     *
     * @param all open at once
     * @param ofSession open at once into one session
     * @param message bytes of one message, as it is sent
     * @param rate bytes a second, in each direction of each
     * @param idle how long nothing may pass
     */
    public record Bounds(int all, int ofSession, long message, long rate, Duration idle) {}

    public Tunnels(Bounds bounds) {
        this.bounds = bounds;
        clock.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    private static final AtomicLong COUNT = new AtomicLong();

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "tunnel-" + COUNT.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    Bounds bounds() {
        return bounds;
    }

    /** How many are open. */
    public int count() {
        return open.size();
    }

    /** @throws ProblemException when there are too many already; before the service is asked for one */
    void room(UUID session) {
        long here =
                open.stream().filter(tunnel -> tunnel.session().equals(session)).count();
        if (open.size() >= bounds.all() || here >= bounds.ofSession()) {
            throw new ProblemException(
                            ProblemType.TOO_MANY_REQUESTS,
                            here >= bounds.ofSession()
                                    ? "The session has " + here + " WebSockets open, which is the most."
                                    : "This planner has as many WebSockets open as it may.")
                    .with("Retry-After", "5");
        }
    }

    /** @param good whether the caller may still use the session's ways */
    Tunnel open(UUID session, BooleanSupplier good, Line line) {
        Tunnel tunnel = new Tunnel(this, session, good, line);
        open.add(tunnel);
        return tunnel;
    }

    void over(Tunnel tunnel) {
        open.remove(tunnel);
    }

    void run(Runnable pump) {
        pumps.execute(pump);
    }

    private void look() {
        for (Tunnel tunnel : new HashSet<>(open)) {
            if (tunnel.quietFor() > bounds.idle().toNanos()) {
                tunnel.close();
            } else {
                pumps.execute(() -> {
                    if (!good(tunnel)) {
                        tunnel.close();
                    }
                });
            }
        }
    }

    private static boolean good(Tunnel tunnel) {
        try {
            return tunnel.good();
        } catch (RuntimeException e) {
            // Nobody can tell now.
            return true;
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
        new HashSet<>(open).forEach(Tunnel::close);
        pumps.shutdownNow();
    }
}
