package org.planisphere.registry.harvest;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Checks records on a thread of its own while the next are read. Few records wait, and only small ones; whoever hands over
 * more does it himself. Thread safe.
 */
final class Aside implements AutoCloseable {
    private static final int MOST_WAITING = 16;
    /** Nodes of a record that may wait: a megabyte as a tree at most. */
    private static final int SMALL = 5000;

    private final ThreadPoolExecutor worker = new ThreadPoolExecutor(
            1,
            1,
            5,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            task -> {
                Thread thread = new Thread(task, "registry-harvest-check");
                thread.setDaemon(true);
                return thread;
            },
            // Also after the end: whoever still waits for it gets it.
            (task, full) -> task.run());

    Aside() {
        worker.allowCoreThreadTimeOut(true);
    }

    /** @param nodes of the record it is about */
    <T> Future<T> done(Callable<T> task, int nodes) {
        FutureTask<T> future = new FutureTask<>(task);
        if (nodes > SMALL) {
            future.run();
        } else {
            worker.execute(future);
        }
        return future;
    }

    /** What was handed over is still done. */
    @Override
    public void close() {
        worker.shutdown();
    }
}
