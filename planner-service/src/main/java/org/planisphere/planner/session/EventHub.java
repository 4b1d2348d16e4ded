package org.planisphere.planner.session;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells watchers what has just been stored. Thread safe. Each watcher has a short queue of its own, so that a slow one
 * delays nobody; when its queue is full the oldest events are dropped. Numbers have no gaps within a session: a watcher
 * that sees one reads the missing events from {@link Sessions#events}.
 */
public final class EventHub {
    /** Events that wait for one watcher before the oldest are dropped. */
    static final int QUEUE = 256;

    private final Executor executor;
    private final Map<UUID, List<Watcher>> watchers = new ConcurrentHashMap<>();
    private final List<Consumer<SessionEvent>> everything = new CopyOnWriteArrayList<>();

    /** @param executor runs the watchers; a watcher that blocks takes one of its threads */
    public EventHub(Executor executor) {
        this.executor = executor;
    }

    /** What is being watched; ends when closed. */
    public interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Watches a session from now on. The watcher is told on one thread at a time, in the order of numbers, and never
     * twice of the same event.
     */
    public Subscription subscribe(UUID session, Consumer<SessionEvent> consumer) {
        Watcher watcher = new Watcher(consumer);
        watchers.compute(session, (id, list) -> {
            List<Watcher> all = list == null ? new CopyOnWriteArrayList<>() : list;
            all.add(watcher);
            return all;
        });
        return () -> {
            watcher.close();
            watchers.computeIfPresent(session, (id, list) -> {
                list.remove(watcher);
                return list.isEmpty() ? null : list;
            });
        };
    }

    /** Is told of every event of every session, on the thread that publishes; must not block. For counters. */
    public void observe(Consumer<SessionEvent> consumer) {
        everything.add(consumer);
    }

    /** Called after the events are on disk. Never blocks on a watcher. */
    public void publish(List<SessionEvent> events) {
        for (SessionEvent event : events) {
            for (Consumer<SessionEvent> consumer : everything) {
                consumer.accept(event);
            }
            List<Watcher> list = watchers.get(event.session());
            if (list != null) {
                for (Watcher watcher : list) {
                    watcher.offer(event);
                }
            }
        }
    }

    /** How many watchers there are. */
    public int size() {
        return watchers.values().stream().mapToInt(List::size).sum();
    }

    private final class Watcher {
        private final Consumer<SessionEvent> consumer;
        private final ArrayDeque<SessionEvent> queue = new ArrayDeque<>(4);
        private long last;
        private boolean draining;
        private boolean closed;

        Watcher(Consumer<SessionEvent> consumer) {
            this.consumer = consumer;
        }

        void offer(SessionEvent event) {
            synchronized (this) {
                if (closed || event.number() <= last) {
                    return;
                }
                last = event.number();
                if (queue.size() == QUEUE) {
                    queue.removeFirst();
                }
                queue.addLast(event);
                if (draining) {
                    return;
                }
                draining = true;
            }
            executor.execute(this::drain);
        }

        private void drain() {
            while (true) {
                SessionEvent event = next();
                if (event == null) {
                    return;
                }
                try {
                    consumer.accept(event);
                } catch (RuntimeException e) {
                    System.getLogger(EventHub.class.getName())
                            .log(System.Logger.Level.WARNING, "a watcher of session " + event.session() + " failed", e);
                }
            }
        }

        private synchronized @Nullable SessionEvent next() {
            SessionEvent event = closed ? null : queue.pollFirst();
            if (event == null) {
                draining = false;
            }
            return event;
        }

        synchronized void close() {
            closed = true;
            queue.clear();
        }
    }
}
