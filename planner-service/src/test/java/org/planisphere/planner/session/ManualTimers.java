package org.planisphere.planner.session;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A clock that a test turns, and the alarms set by it. */
final class ManualTimers implements Timers {
    private record Entry(Instant when, long order, Runnable what) {}

    private final PriorityQueue<Entry> alarms =
            new PriorityQueue<>(Comparator.comparing(Entry::when).thenComparing(Entry::order));
    private Instant now;
    private long order;

    ManualTimers(Instant now) {
        this.now = now;
    }

    synchronized Instant now() {
        return now;
    }

    @Override
    public synchronized Alarm at(Instant when, Runnable what) {
        Entry entry = new Entry(when, order++, what);
        alarms.add(entry);
        return () -> {
            synchronized (ManualTimers.this) {
                alarms.remove(entry);
            }
        };
    }

    /** Turns the clock on, ringing every alarm on the way at its own time. */
    void advance(Duration by) {
        advance(by, () -> {});
    }

    /** The same, doing something at every instant at which an alarm rings. */
    void advance(Duration by, Runnable each) {
        Instant until;
        synchronized (this) {
            until = now.plus(by);
        }
        while (true) {
            Entry due;
            synchronized (this) {
                due = alarms.peek();
                if (due == null || due.when().isAfter(until)) {
                    now = until;
                    return;
                }
                alarms.remove();
                if (due.when().isAfter(now)) {
                    now = due.when();
                }
            }
            due.what().run();
            each.run();
        }
    }

    /** The planner has died, and its alarms with it. */
    synchronized void clear() {
        alarms.clear();
    }
}
