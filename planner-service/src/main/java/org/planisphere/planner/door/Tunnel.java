package org.planisphere.planner.door;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.planisphere.foundation.http.Line;

/**
 * A WebSocket between a caller and what a run serves, once the service has agreed to it: bytes pass both ways as they come,
 * nothing is held back, and nothing passes faster or longer than the bounds allow. It is over when either side ends it, when
 * nothing passes for a while, and when its session or its caller's right has ended. Thread safe.
 */
public final class Tunnel implements AutoCloseable {
    private static final int BUFFER = 16 << 10;

    private final Tunnels all;
    private final UUID session;
    private final BooleanSupplier good;
    private final Line line;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile long moved = System.nanoTime();
    private volatile Runnable caller = () -> {};

    /** @param good whether the caller may still use the session's ways; may block */
    Tunnel(Tunnels all, UUID session, BooleanSupplier good, Line line) {
        this.all = all;
        this.session = session;
        this.good = good;
        this.line = line;
    }

    UUID session() {
        return session;
    }

    boolean good() {
        return good.getAsBoolean();
    }

    long quietFor() {
        return System.nanoTime() - moved;
    }

    /**
     * Passes everything, on threads of its own, until either side ends it.
     *
     * @param in what the caller sends
     * @param out to the caller
     * @param end closes the caller's side; called once
     */
    public void serve(InputStream in, OutputStream out, Runnable end) {
        caller = end;
        if (closed.get()) {
            end.run();
            return;
        }
        all.run(() -> pump(in, line.out()));
        all.run(() -> pump(line.in(), out));
    }

    private void pump(InputStream from, OutputStream to) {
        try (this) {
            Gauge gauge = new Gauge(all.bounds().message());
            byte[] buffer = new byte[BUFFER];
            long free = System.nanoTime();
            for (int n = from.read(buffer); n >= 0 && !closed.get(); n = from.read(buffer)) {
                gauge.see(buffer, 0, n);
                to.write(buffer, 0, n);
                to.flush();
                moved = System.nanoTime();
                // A second's worth may pass at once.
                free = Math.max(free, moved - TimeUnit.SECONDS.toNanos(1))
                        + n * TimeUnit.SECONDS.toNanos(1) / all.bounds().rate();
                if (free > moved) {
                    TimeUnit.NANOSECONDS.sleep(free - moved);
                }
            }
        } catch (IOException | RuntimeException gone) {
            // One side has gone, or did what it may not: then it is over for both.
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            line.close();
            all.over(this);
            caller.run();
        }
    }
}
