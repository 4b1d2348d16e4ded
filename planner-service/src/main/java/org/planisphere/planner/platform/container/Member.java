package org.planisphere.planner.platform.container;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.platform.compose.Service;

/** One service of a session while it runs: what is known of its container and its health. Used by one thread, but for what is volatile. */
final class Member {
    /** Where its container stands. */
    enum State {
        WAITING,
        RUNNING,
        ENDED
    }

    private static final int SAID = 200;
    private static final Duration SOON = Duration.ofMillis(50);

    final Service service;
    final String container;
    /** Whether its container has to be looked at. */
    volatile boolean suspect = true;

    volatile State state = State.WAITING;
    volatile Map<String, Integer> ports = Map.of();
    volatile @Nullable Counters counters;
    volatile ResultCallback.@Nullable Adapter<Frame> follower;
    volatile @Nullable Closeable waiter;
    Instant attached = Instant.EPOCH;
    boolean gone;
    /** Whether the engine found nothing to execute. */
    boolean unstarted;

    boolean outOfMemory;
    int code = -1;
    Instant until = Instant.EPOCH;
    private final StringBuilder said = new StringBuilder();

    Instant since = Instant.EPOCH;
    boolean healthy;
    int failures;
    private Instant next = Instant.EPOCH;
    private Instant begun = Instant.EPOCH;
    private Checks.@Nullable Check check;

    Member(Service service, String container) {
        this.service = service;
        this.container = container;
    }

    /** Keeps the beginning of what it said to its standard error. */
    void says(byte[] bytes) {
        synchronized (said) {
            for (int i = 0; i < bytes.length && said.length() < SAID; i++) {
                said.append((char) (bytes[i] & 0xff));
            }
        }
    }

    /** Whether the container's first process says that it found nothing to execute. */
    boolean notExecuted() {
        synchronized (said) {
            String text = said.toString();
            return (code == 1 || code == 127)
                    && (text.startsWith("ERROR (catatonit:") || text.startsWith("[FATAL tini"));
        }
    }

    /** Whether the kernel has ended something of it because memory ran out. */
    boolean starved() {
        Counters now = counters;
        return outOfMemory || (now != null && now.kills() > 0);
    }

    /** Whether its check has failed so often that it counts as unhealthy. */
    boolean unhealthy() {
        return service.checked().map(health -> failures >= health.retries()).orElse(false);
    }

    /**
     * Asks for its health when it is time to; one command at a time, also when it hangs.
     *
     * @param over told when a command has ended
     * @return how long until it has to be asked again
     */
    Duration examine(Service.Health health, Checks checks, Instant now, Runnable over) {
        Checks.Check running = check;
        boolean early = now.isBefore(since.plus(health.period()));
        Duration interval = early ? health.periodInterval() : health.interval();
        if (running != null) {
            Optional<Integer> ended = running.code();
            if (ended.isPresent()) {
                running.leave();
                check = null;
                next = now.plus(interval);
                if (ended.get() == 0) {
                    healthy = true;
                    failures = 0;
                } else if (!early) {
                    failures++;
                }
            } else if (!now.isBefore(begun.plus(health.timeout()))) {
                begun = now;
                failures += early ? 0 : 1;
            }
        } else if (next.equals(Instant.EPOCH)) {
            next = since.plus(interval);
        }
        if (check == null && !healthy && !now.isBefore(next)) {
            begun = now;
            check = checks.begin(container, health.command(), over);
        }
        Instant again = check == null ? next : check.over() ? now.plus(SOON) : begun.plus(health.timeout());
        Duration pause = Duration.between(now, again);
        return pause.isNegative() ? Duration.ZERO : pause;
    }

    void closeStreams() {
        Checks.Check running = check;
        if (running != null) {
            running.leave();
            check = null;
        }
        for (Closeable stream : new Closeable[] {follower, waiter}) {
            try {
                if (stream != null) {
                    stream.close();
                }
            } catch (IOException e) {
                System.getLogger(Member.class.getName())
                        .log(Level.DEBUG, "a stream of the engine could not be closed", e);
            }
        }
        follower = null;
        waiter = null;
    }
}
