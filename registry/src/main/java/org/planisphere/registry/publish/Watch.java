package org.planisphere.registry.publish;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.planisphere.registry.store.RecordRow;

/**
 * Keeps the records of registered services true: asks on a schedule whether each is available, and reads its
 * capabilities again. Two registries on one database may both do so.
 */
public final class Watch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Watch.class.getName());
    private static final int AT_ONCE = 4;

    private final Registry registry;
    private final ScheduledExecutorService clock =
            Executors.newScheduledThreadPool(4, task -> thread(task, "registry-watch"));
    private final ExecutorService askers = Executors.newFixedThreadPool(AT_ONCE, task -> thread(task, "registry-ask"));

    public Watch(Registry registry) {
        this.registry = registry;
    }

    /** Begins to ask, first after one interval. */
    public void begin() {
        every(registry.settings().poll(), this::poll);
        every(registry.settings().refresh(), this::refresh);
    }

    /** Asks every service once whether it is available; returns when all have answered or failed. */
    public void poll() {
        all(row -> registry.poll(row));
    }

    /** Reads the capabilities of every service once. */
    public void refresh() {
        all(row -> registry.refresh(row));
    }

    @Override
    public void close() {
        clock.shutdownNow();
        askers.shutdownNow();
    }

    /** Does something again and again until the watch ends, first after one interval; a failure is logged. */
    public void every(Duration interval, Runnable task) {
        long millis = interval.toMillis();
        var unused = clock.scheduleWithFixedDelay(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException e) {
                        // The database may be away for a while; the next round comes.
                        LOG.log(System.Logger.Level.WARNING, "the registry's round was broken off: " + e);
                    }
                },
                millis,
                millis,
                TimeUnit.MILLISECONDS);
    }

    private void all(java.util.function.Consumer<RecordRow> work) {
        List<Callable<Void>> tasks = new ArrayList<>();
        for (RecordRow row : registry.records().registered()) {
            tasks.add(() -> {
                try {
                    work.accept(row);
                } catch (RuntimeException e) {
                    LOG.log(System.Logger.Level.WARNING, row.identifier + " could not be asked: " + e);
                }
                return null;
            });
        }
        try {
            askers.invokeAll(tasks);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
