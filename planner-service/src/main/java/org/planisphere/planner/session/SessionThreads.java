package org.planisphere.planner.session;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads of this room: bounded, named, and gone when they have nothing to do. */
public final class SessionThreads implements AutoCloseable {
    private final ScheduledThreadPoolExecutor scheduler;
    private final ThreadPoolExecutor quick;
    private final ThreadPoolExecutor slow;
    private final ThreadPoolExecutor watchers;

    /**
     * @param quick threads for short steps, at least 1
     * @param slow threads for preparing, stopping and releasing: so many sessions do so at once; at least 1
     * @param watchers threads that tell watchers, at least 1
     */
    public SessionThreads(int quick, int slow, int watchers) {
        this.scheduler = new ScheduledThreadPoolExecutor(1, named("session-timer"));
        this.scheduler.setRemoveOnCancelPolicy(true);
        this.scheduler.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        this.quick = pool("session-quick", quick);
        this.slow = pool("session-slow", slow);
        this.watchers = pool("session-watch", watchers);
    }

    public ScheduledThreadPoolExecutor scheduler() {
        return scheduler;
    }

    public Executor quick() {
        return quick;
    }

    public Executor slow() {
        return slow;
    }

    public Executor watchers() {
        return watchers;
    }

    /**
     * Takes nothing new and waits a moment for what is under way. Nothing is interrupted (an interrupted thread may cost H2
     * its file); what goes on is taken up again at the next start.
     */
    @Override
    public void close() {
        scheduler.shutdown();
        ExecutorService[] pools = {quick, slow, watchers};
        for (ExecutorService pool : pools) {
            pool.shutdown();
        }
        boolean interrupted = false;
        for (ExecutorService pool : pools) {
            try {
                pool.awaitTermination(2, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static ThreadPoolExecutor pool(String name, int size) {
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(size, size, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static ThreadFactory named(String name) {
        AtomicInteger number = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
