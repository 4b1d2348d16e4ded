package org.planisphere.planner.session;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Entry;
import org.planisphere.planner.ledger.Ledger;
import org.planisphere.planner.ledger.Outcome;
import org.planisphere.planner.ledger.Proposal;
import org.planisphere.planner.platform.Platform;

/**
 * Takes accepted sessions through their life: waits for their time, prepares, starts, watches, releases. Nothing is
 * polled: a session moves when it is told (accepted, changed), when its engine sees a change, or when its time has come;
 * between these it costs an entry in a map and a timer. Thread safe.
 *
 * <p>Every step is stored before the next begins, and may be repeated after a crash: what the store says and what the
 * engine sees decide together what comes next, so that a planner killed between any two steps and started again brings
 * every session to the same end. The engine's operations are idempotent for each session; nothing runs twice. The end of
 * a session and the return of what it had reserved are one append.
 *
 * <p>Of several planners on one database, one holds the lease on a platform and conducts its sessions; what a planner
 * writes after it lost its lease is refused by the fence.
 */
public final class Conductor implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Conductor.class.getName());

    private final Ground ground;
    private final Map<String, Stage> stages = new LinkedHashMap<>();
    private final Map<UUID, Course> courses = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** What every stage and course stands on. */
    record Ground(
            SessionStore store,
            Ledger ledger,
            EventHub hub,
            Timers timers,
            Executor quick,
            Executor slow,
            SessionSettings settings) {
        /** Unless the threads have ended: then the planner is about to, and the next one goes on. */
        void execute(Executor executor, Runnable work) {
            try {
                executor.execute(work);
            } catch (RejectedExecutionException e) {
                LOG.log(System.Logger.Level.DEBUG, "a step was not taken, because the planner closes", e);
            }
        }

        /** Stores a change with its ledger entries and waits for the outcome. */
        Outcome append(List<Entry> entries, Turn turn, @Nullable Lease lease) {
            try {
                return ledger.append(new Proposal(entries, store.change(turn, lease)))
                        .join();
            } catch (CompletionException e) {
                if (e.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw e;
            }
        }
    }

    /**
     * @param node name of this planner among those on the database, the same at each start: a planner that was killed
     *     takes back its own leases at once
     * @param quick runs the short steps: one write, one look at an engine
     * @param slow runs what may take long: preparing, stopping, releasing; its threads limit how many at once
     */
    public Conductor(
            SessionStore store,
            Ledger ledger,
            Collection<? extends Platform> platforms,
            EventHub hub,
            Leases leases,
            Timers timers,
            Executor quick,
            Executor slow,
            SessionSettings settings,
            String node) {
        this.ground = new Ground(store, ledger, hub, timers, quick, slow, settings);
        for (Platform platform : platforms) {
            stages.put(platform.describe().id(), new Stage(ground, leases, node, platform, courses));
        }
    }

    /** Takes the leases and goes on with every session that is accepted and has not ended. Blocks on the database. */
    public void start() {
        for (Stage stage : stages.values()) {
            stage.platform().onChange(this::wake);
            stage.keep();
        }
    }

    /** Told after the accept is on disk. Does not block. */
    public void accepted(Session session) {
        Stage stage = stages.get(session.offer().platform());
        if (stage != null && stage.lease() != null && !closed) {
            stage.take(session, false);
        }
    }

    /** Told when somebody else has stored a change of the session. Does not block. */
    public void changed(UUID session) {
        Course course = courses.get(session);
        if (course != null) {
            course.refresh();
            course.wake();
        }
    }

    /** Told when it is on disk that the session is to stop; what is being prepared is interrupted. Does not block. */
    public void stop(UUID session) {
        Course course = courses.get(session);
        if (course != null) {
            course.refresh();
            course.interrupt();
            course.wake();
        }
    }

    /** Told when another planner has accepted a session that this one may have to conduct. Blocks on the database. */
    public void acceptedElsewhere(UUID session) {
        if (!courses.containsKey(session)) {
            ground.store().find(session).filter(found -> found.phase().active()).ifPresent(this::accepted);
        }
    }

    /** A session that is being conducted here, as it was stored last. */
    public Optional<Session> conducted(UUID session) {
        return Optional.ofNullable(courses.get(session)).map(Course::session);
    }

    /** How many sessions are being conducted here. */
    public int size() {
        return courses.size();
    }

    /** True when this planner conducts the platform now. */
    public boolean conducts(String platform) {
        Stage stage = stages.get(platform);
        return stage != null && stage.lease() != null;
    }

    /** Stops conducting; what runs goes on running and is taken up again at the next start. */
    @Override
    public void close() {
        closed = true;
        for (Stage stage : stages.values()) {
            stage.close();
        }
        for (Course course : courses.values()) {
            course.drop();
        }
    }

    private void wake(UUID session) {
        Course course = courses.get(session);
        if (course != null) {
            course.wake();
        }
    }
}
