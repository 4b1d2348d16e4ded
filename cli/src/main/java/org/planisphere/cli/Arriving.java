package org.planisphere.cli;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.planisphere.wire.OfferSetResponse;

/** One line that tells how many answers have come while a question is asked; only where somebody watches. */
final class Arriving implements Consumer<OfferSetResponse>, AutoCloseable {
    private final Terminal terminal;
    private final int planners;
    private final long begun = System.nanoTime();
    private final ScheduledExecutorService painter;
    private int answers;
    private int offers;
    private boolean closed;

    /** Begins to draw half a second from now, so that a quick answer is not announced. */
    Arriving(Terminal terminal, int planners) {
        this.terminal = terminal;
        this.planners = planners;
        this.painter = Executors.newSingleThreadScheduledExecutor(Show::daemon);
        if (terminal.live()) {
            painter.scheduleAtFixedRate(this::draw, 500, 250, TimeUnit.MILLISECONDS);
        }
    }

    /** What one platform said; called on the client's threads. */
    @Override
    public synchronized void accept(OfferSetResponse part) {
        answers++;
        offers += part.offers == null ? 0 : part.offers.size();
    }

    private synchronized void draw() {
        if (!closed) {
            terminal.out()
                    .print("\r\u001b[K"
                            + terminal.accent("asked " + Words.count(planners, "planner") + ": "
                                    + Words.count(answers, "answer") + ", " + Words.count(offers, "offer")
                                    + " so far  ")
                            + terminal.faint((System.nanoTime() - begun) / 1_000_000_000 + " s"));
            terminal.out().flush();
        }
    }

    @Override
    public void close() {
        painter.shutdownNow();
        synchronized (this) {
            closed = true;
            if (terminal.live()) {
                terminal.out().print("\r\u001b[K");
                terminal.out().flush();
            }
        }
    }
}
