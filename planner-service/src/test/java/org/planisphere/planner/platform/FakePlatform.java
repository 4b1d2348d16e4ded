package org.planisphere.planner.platform;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.Task;

/**
 * A platform in memory whose runs end when a test says so (or when their time is over and somebody looks). What it holds
 * survives the planner, as processes on a host do: a test lets the planner die and gives the same platform to the next.
 */
public final class FakePlatform implements Platform {
    private final PlatformDescription description;
    private final Supplier<Instant> clock;
    private final Map<UUID, Run> runs = new HashMap<>();
    private final List<Consumer<UUID>> listeners = new CopyOnWriteArrayList<>();

    /** What every session has been through here, as words: prepare, start, cancel, prolong, release, forget. */
    private final Map<UUID, List<String>> history = new HashMap<>();

    private volatile Fault fault = (step, session) -> {};
    private volatile boolean queues;
    private volatile boolean remembers;

    /** Something that goes wrong in a step; throws what it likes. */
    public interface Fault {
        void before(String step, UUID session) throws PlatformException;
    }

    private static final class Run {
        Instant since;
        boolean pending;
        Duration duration;
        Observation.Ended ended;
        boolean released;
    }

    public FakePlatform(String id, Amounts capacity, Supplier<Instant> clock) {
        this.clock = clock;
        this.description = new PlatformDescription(
                id,
                id,
                "in memory",
                capacity,
                Set.of(Kind.PROCESS),
                Set.of(Kind.SIMPLE_STORAGE),
                Set.of(Kind.SIMPLE_DATA),
                Set.of("file"),
                List.of(),
                new Prices("https://example.org/EUR", "EUR", 0.1, 0.01, 0.001, 0, 0.01),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofMinutes(10),
                Duration.ofHours(8),
                Duration.ofDays(30),
                false,
                Map.of(),
                List.of());
    }

    public void fault(Fault next) {
        fault = next;
    }

    /** From now on what is started waits until {@link #begin}. */
    public void queue() {
        queues = true;
    }

    @Override
    public boolean queues() {
        return queues;
    }

    /** From now on it tells how a run ended after its release too. */
    public void remember() {
        remembers = true;
    }

    @Override
    public boolean remembers() {
        return remembers;
    }

    /** The turn of what waits has come; the listeners are told. */
    public void begin(UUID session) {
        synchronized (this) {
            Run run = runs.get(session);
            if (run == null || !run.pending) {
                throw new IllegalStateException("nothing waits for " + session);
            }
            run.pending = false;
            run.since = clock.get();
        }
        tell(session);
    }

    /** Ends a run and tells the listeners. */
    public void end(UUID session, Observation.End end, int exitCode) {
        end(session, end, exitCode, "As the test said.");
    }

    /** The same, with what its engine says of it. */
    public void end(UUID session, Observation.End end, int exitCode, String detail) {
        synchronized (this) {
            Run run = runs.get(session);
            if (run == null || run.since == null || run.ended != null) {
                throw new IllegalStateException("nothing runs for " + session);
            }
            run.ended = new Observation.Ended(
                    end, exitCode, run.since, clock.get(), new Observation.Usage(1.5, 1 << 20, 100), detail);
        }
        tell(session);
    }

    /** Loses everything it knows of a session, as a host that was set up anew. */
    public synchronized void lose(UUID session) {
        runs.remove(session);
    }

    public synchronized List<String> history(UUID session) {
        return List.copyOf(history.getOrDefault(session, List.of()));
    }

    public synchronized boolean runs(UUID session) {
        return running(runs.get(session));
    }

    public synchronized long running() {
        return runs.values().stream().filter(FakePlatform::running).count();
    }

    public synchronized Duration duration(UUID session) {
        return runs.get(session).duration;
    }

    private static boolean running(Run run) {
        return run != null && run.since != null && run.ended == null;
    }

    private void tell(UUID session) {
        listeners.forEach(listener -> listener.accept(session));
    }

    private void step(String step, UUID session) throws PlatformException {
        fault.before(step, session);
        synchronized (this) {
            history.computeIfAbsent(session, id -> new ArrayList<>()).add(step);
        }
    }

    @Override
    public PlatformDescription describe() {
        return description;
    }

    @Override
    public List<Objection> examine(Task task) {
        return List.of();
    }

    @Override
    public void prepare(Work work, Consumer<String> progress) throws PlatformException {
        step("prepare", work.session());
        progress.accept("A folder was made.");
        synchronized (this) {
            // What was given back before it ran can be prepared anew: the planner may have died between the two.
            runs.compute(
                    work.session(), (id, run) -> run == null || (run.released && run.since == null) ? new Run() : run);
        }
    }

    @Override
    public void start(Work work) throws PlatformException {
        fault.before("start", work.session());
        synchronized (this) {
            Run run = runs.get(work.session());
            if (run == null) {
                throw new PlatformException("it was not prepared");
            }
            if (run.since != null || run.ended != null || run.pending) {
                return;
            }
            run.pending = queues;
            run.since = queues ? null : clock.get();
            run.duration = work.duration();
            history.computeIfAbsent(work.session(), id -> new ArrayList<>()).add("start");
        }
        tell(work.session());
    }

    @Override
    public synchronized Observation observe(UUID session) {
        Run run = runs.get(session);
        if (run != null && run.ended != null && (remembers || !run.released)) {
            return run.ended;
        }
        if (run == null || run.released) {
            return new Observation.Absent();
        }
        if (run.pending) {
            return new Observation.Pending("waiting for its turn");
        }
        return run.since == null
                ? new Observation.Prepared()
                : new Observation.Running(run.since, Observation.Usage.UNKNOWN);
    }

    @Override
    public void onChange(Consumer<UUID> listener) {
        listeners.add(listener);
    }

    /** The planner has died: nobody listens any more. */
    public void deaf() {
        listeners.clear();
    }

    @Override
    public void cancel(UUID session) {
        try {
            step("cancel", session);
        } catch (PlatformException e) {
            throw new IllegalStateException(e);
        }
        synchronized (this) {
            Run run = runs.get(session);
            if (run != null) {
                run.pending = false;
            }
            if (running(run)) {
                run.ended = new Observation.Ended(
                        Observation.End.CANCELLED,
                        143,
                        run.since,
                        clock.get(),
                        Observation.Usage.UNKNOWN,
                        "It was stopped.");
            }
        }
        tell(session);
    }

    @Override
    public void prolong(UUID session, Duration duration) throws PlatformException {
        step("prolong", session);
        synchronized (this) {
            Run run = runs.get(session);
            if (run != null) {
                run.duration = duration;
            }
        }
    }

    @Override
    public void release(Work work) throws PlatformException {
        step("release", work.session());
        synchronized (this) {
            Run run = runs.get(work.session());
            if (run != null) {
                run.released = true;
            }
        }
    }

    @Override
    public void forget(UUID session) {
        try {
            step("forget", session);
        } catch (PlatformException e) {
            throw new IllegalStateException(e);
        }
        synchronized (this) {
            runs.remove(session);
        }
    }

    @Override
    public void close() {
        listeners.clear();
    }
}
