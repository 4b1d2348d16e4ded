package org.planisphere.planner.session;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings to this planner's watchers and conductor what another planner on the same database has stored: one short query a
 * second for all sessions together. Needed only where several planners share a database. Thread safe.
 */
public final class EventRelay implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EventRelay.class.getName());
    /** Events are numbered before they are committed; one that was committed late is still found in this time. */
    private static final Duration OVERLAP = Duration.ofSeconds(5);

    private static final int PAGE = 1000;
    private static final int REMEMBERED = 20_000;

    private record Key(UUID session, long number) {}

    private final SessionStore store;
    private final EventHub hub;
    private final Conductor conductor;
    private final Timers timers;
    private final Executor executor;
    private final Supplier<Instant> now;
    private final Duration period;

    /** What has been published here, so that it is not published twice. Guarded by itself. */
    private final Map<Key, Boolean> published = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };

    private Instant read;
    private volatile boolean closed;
    private Timers.@Nullable Alarm alarm;

    /**
     * @param executor runs the query
     * @param now the database's clock
     * @param period between two queries
     */
    public EventRelay(
            SessionStore store,
            EventHub hub,
            Conductor conductor,
            Timers timers,
            Executor executor,
            Supplier<Instant> now,
            Duration period) {
        this.store = store;
        this.hub = hub;
        this.conductor = conductor;
        this.timers = timers;
        this.executor = executor;
        this.now = now;
        this.period = period;
        this.read = now.get();
        hub.observe(event -> {
            synchronized (published) {
                published.put(new Key(event.session(), event.number()), true);
            }
        });
    }

    /** Begins to look; what was stored before is not told. */
    public void start() {
        again();
    }

    private synchronized void again() {
        if (!closed) {
            alarm = timers.at(now.get().plus(period), () -> executor.execute(this::run));
        }
    }

    private void run() {
        if (closed) {
            return;
        }
        try {
            look();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "events of other planners cannot be read now", e);
        }
        again();
    }

    /** Reads what is new and tells it. */
    void look() {
        Instant from = read.minus(OVERLAP);
        Instant until = now.get();
        while (true) {
            List<EventKey> page = store.eventKeysSince(from, PAGE);
            if (!page.stream().allMatch(event -> known(event.session(), event.number()))) {
                List<SessionEvent> others = new ArrayList<>();
                for (SessionEvent event : store.eventsSince(from, page.size())) {
                    if (!known(event.session(), event.number())) {
                        others.add(event);
                    }
                }
                hub.publish(others);
                others.forEach(this::conduct);
            }
            if (page.size() < PAGE) {
                break;
            }
            Instant last = page.get(page.size() - 1).at();
            from = last.isAfter(from) ? last : from.plusNanos(1000);
        }
        read = until;
    }

    private boolean known(UUID session, long number) {
        synchronized (published) {
            return published.containsKey(new Key(session, number));
        }
    }

    private void conduct(SessionEvent event) {
        switch (event.phase()) {
            case ACCEPTED -> {
                conductor.acceptedElsewhere(event.session());
                conductor.changed(event.session());
            }
            case CANCELLED -> conductor.changed(event.session());
            default -> {
                if (event.message().code().equals(SessionMessages.CANCEL_ASKED)) {
                    conductor.stop(event.session());
                } else if (event.type().equals("option")) {
                    conductor.changed(event.session());
                }
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (alarm != null) {
            alarm.cancel();
        }
    }
}
