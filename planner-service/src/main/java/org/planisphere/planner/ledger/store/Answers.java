package org.planisphere.planner.ledger.store;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.planisphere.planner.ledger.Outcome;
import org.planisphere.planner.ledger.Reservation;

/**
 * Tells what has become of proposals, and which holds have run out, on one thread of its own: what hangs on these answers
 * does not hold up the writer. Thread safe.
 */
final class Answers implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Answers.class.getName());

    private final ExecutorService thread;
    private volatile Consumer<Reservation> expired = reservation -> {};

    Answers(ThreadFactory threads) {
        this.thread = Executors.newSingleThreadExecutor(threads);
    }

    void onExpiry(Consumer<Reservation> told) {
        this.expired = told;
    }

    void tell(Work.Append append, Outcome outcome) {
        thread.execute(() -> append.answer().complete(outcome));
    }

    /**
     * Tells a whole batch, in its order, and then what ran out with it.
     *
     * @param appended the answer of those that are in neither map
     */
    void tell(
            List<Work.Append> batch,
            Outcome appended,
            Map<Work.Append, Outcome> refusals,
            Map<Work.Append, RuntimeException> failures,
            List<Reservation> over) {
        if (batch.isEmpty() && over.isEmpty()) {
            return;
        }
        thread.execute(() -> {
            for (Work.Append append : batch) {
                Outcome refusal = refusals.get(append);
                RuntimeException failure = failures.get(append);
                if (failure != null) {
                    append.answer().completeExceptionally(failure);
                } else {
                    append.answer().complete(refusal == null ? appended : refusal);
                }
            }
            over.forEach(this::tell);
        });
    }

    private void tell(Reservation reservation) {
        try {
            expired.accept(reservation);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "whoever listens for expired holds failed at " + reservation.id(), e);
        }
    }

    /** On the thread that answers or, when that has ended, on this one. */
    void fail(Work.Append append, RuntimeException failure) {
        if (thread.isShutdown()) {
            append.answer().completeExceptionally(failure);
        } else {
            thread.execute(() -> append.answer().completeExceptionally(failure));
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
