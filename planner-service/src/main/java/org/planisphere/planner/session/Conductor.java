package org.planisphere.planner.session;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Entry;
import org.planisphere.planner.ledger.Ledger;
import org.planisphere.planner.ledger.LedgerUnavailable;
import org.planisphere.planner.ledger.Outcome;
import org.planisphere.planner.ledger.Proposal;
import org.planisphere.planner.offer.Message;
import org.planisphere.planner.offer.Schedule;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.PlatformException;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.task.Interval;
import org.planisphere.planner.task.Task;

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
    private static final Duration PROGRESS = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final SessionStore store;
    private final Ledger ledger;
    private final EventHub hub;
    private final Leases leases;
    private final Timers timers;
    private final Executor quick;
    private final Executor slow;
    private final SessionSettings settings;
    private final String node;
    private final Map<String, Stage> stages = new LinkedHashMap<>();
    private final Map<UUID, Course> courses = new ConcurrentHashMap<>();
    private volatile boolean closed;

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
        this.store = store;
        this.ledger = ledger;
        this.hub = hub;
        this.leases = leases;
        this.timers = timers;
        this.quick = quick;
        this.slow = slow;
        this.settings = settings;
        this.node = node;
        for (Platform platform : platforms) {
            stages.put(platform.describe().id(), new Stage(platform));
        }
    }

    /** Takes the leases and goes on with every session that is accepted and has not ended. Blocks on the database. */
    public void start() {
        for (Stage stage : stages.values()) {
            stage.platform.onChange(this::wake);
            stage.keep();
        }
    }

    /** Told after the accept is on disk. Does not block. */
    public void accepted(Session session) {
        Stage stage = stages.get(session.offer().platform());
        if (stage != null && stage.lease != null && !closed) {
            Course course = new Course(stage, session, false);
            if (courses.putIfAbsent(session.id(), course) == null) {
                course.wake();
            }
        }
    }

    /** Told when somebody else has stored a change of the session. Does not block. */
    public void changed(UUID session) {
        Course course = courses.get(session);
        if (course != null) {
            course.refresh = true;
            course.wake();
        }
    }

    /** Told when it is on disk that the session is to stop; what is being prepared is interrupted. Does not block. */
    public void stop(UUID session) {
        Course course = courses.get(session);
        if (course != null) {
            course.refresh = true;
            course.interrupt();
            course.wake();
        }
    }

    /** Told when another planner has accepted a session that this one may have to conduct. Blocks on the database. */
    public void acceptedElsewhere(UUID session) {
        if (!courses.containsKey(session)) {
            store.find(session).filter(found -> found.phase().active()).ifPresent(this::accepted);
        }
    }

    /** How many sessions are being conducted here. */
    public int size() {
        return courses.size();
    }

    /** True when this planner conducts the platform now. */
    public boolean conducts(String platform) {
        Stage stage = stages.get(platform);
        return stage != null && stage.lease != null;
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

    private Outcome append(List<Entry> entries, Turn turn, @Nullable Lease lease) {
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

    /** A platform, and whether it is ours to conduct. */
    private final class Stage {
        private final Platform platform;
        private final String id;
        private volatile @Nullable Lease lease;
        private Timers.@Nullable Alarm alarm;

        Stage(Platform platform) {
            this.platform = platform;
            this.id = platform.describe().id();
        }

        /** Takes or renews the lease; what is newly ours is taken up, what is lost is dropped. */
        synchronized void keep() {
            if (closed) {
                return;
            }
            Lease held = lease;
            try {
                if (held == null) {
                    lease = leases.take(id, node, settings.lease()).orElse(null);
                    if (lease != null) {
                        adopt();
                    }
                } else {
                    lease = leases.renew(held, settings.lease()).orElse(null);
                }
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, "the lease on platform " + id + " could not be renewed", e);
                if (held != null && !ledger.now().isBefore(held.until())) {
                    lease = null;
                }
            }
            if (held != null && lease == null) {
                LOG.log(System.Logger.Level.WARNING, "the lease on platform {0} is lost", id);
                lost();
            }
            alarm = timers.at(ledger.now().plus(settings.lease().dividedBy(3)), () -> execute(quick, this::keep));
        }

        private void adopt() {
            for (Session session : store.active(id)) {
                Course course = new Course(this, session, true);
                if (courses.putIfAbsent(session.id(), course) == null) {
                    course.wake();
                }
            }
        }

        private void lost() {
            for (Course course : courses.values()) {
                if (course.stage == this) {
                    course.drop();
                }
            }
        }

        synchronized void close() {
            if (alarm != null) {
                alarm.cancel();
            }
            Lease held = lease;
            lease = null;
            if (held != null) {
                try {
                    leases.giveBack(held);
                } catch (RuntimeException e) {
                    LOG.log(System.Logger.Level.DEBUG, "the lease on platform " + id + " could not be given back", e);
                }
            }
        }
    }

    private void execute(Executor executor, Runnable work) {
        try {
            executor.execute(work);
        } catch (RejectedExecutionException e) {
            if (!closed) {
                throw e;
            }
        }
    }

    /** What a step wants next. */
    private enum Next {
        /** Another step, at once. */
        GO,
        /** The same step on a thread that may block for long. */
        SLOW,
        /** Nothing until it is woken. */
        REST
    }

    /** One session on its way. Its steps are taken one at a time, on whatever thread. */
    private final class Course {
        private final UUID id;
        private final Stage stage;

        // Guarded by this.
        private boolean running;
        private boolean again;
        private boolean dropped;
        private @Nullable Thread preparer;
        private boolean interrupted;
        private Timers.@Nullable Alarm alarm;
        private Timers.@Nullable Alarm flush;
        private final List<Message> progress = new ArrayList<>();

        /** Held while a change is being stored; never taken by {@link #wake}, which must not block. */
        private final Object pen = new Object();

        /** As it is stored; changed with the pen in hand. */
        private volatile Session session;

        /** Somebody else has changed the session: read it again. */
        private volatile boolean refresh;

        /** Nobody knows what the engine has done already: look before the next step. Only used by the steps. */
        private boolean look;

        private @Nullable Duration told;
        private int failures;

        Course(Stage stage, Session session, boolean look) {
            this.id = session.id();
            this.stage = stage;
            this.session = session;
            this.look = look;
        }

        void wake() {
            synchronized (this) {
                if (dropped) {
                    return;
                }
                if (running) {
                    again = true;
                    return;
                }
                running = true;
            }
            execute(quick, () -> run(false));
        }

        synchronized void drop() {
            dropped = true;
            disarm();
            courses.remove(id, this);
        }

        synchronized void interrupt() {
            if (preparer != null) {
                interrupted = true;
                preparer.interrupt();
            }
        }

        private void run(boolean maySlow) {
            while (true) {
                Next next;
                synchronized (this) {
                    if (dropped) {
                        running = false;
                        return;
                    }
                    again = false;
                }
                try {
                    next = step(maySlow);
                    if (next == Next.REST) {
                        failures = 0;
                    }
                } catch (RuntimeException e) {
                    next = Next.REST;
                    pause(e);
                }
                if (next == Next.SLOW) {
                    execute(slow, () -> run(true));
                    return;
                }
                synchronized (this) {
                    if (next == Next.REST && !again) {
                        running = false;
                        return;
                    }
                }
            }
        }

        /** Something below us does not answer: try again later, trusting nothing we remember. */
        private void pause(RuntimeException e) {
            failures = Math.min(failures + 1, 20);
            refresh = true;
            look = true;
            Duration pause = Duration.ofMillis(250L << Math.min(failures - 1, 10));
            pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
            LOG.log(
                    e instanceof LedgerUnavailable || failures > 1
                            ? System.Logger.Level.DEBUG
                            : System.Logger.Level.WARNING,
                    "session " + id + " cannot go on; trying again in " + pause.toMillis() + " ms",
                    e);
            arm(ledger.now().plus(pause));
        }

        private Next step(boolean maySlow) {
            if (refresh) {
                refresh = false;
                Optional<Session> found = store.find(id);
                if (found.isEmpty()) {
                    drop();
                    return Next.REST;
                }
                synchronized (pen) {
                    session = found.get();
                }
            }
            Session now = session;
            if (now.phase().terminal()) {
                drop();
                return Next.REST;
            }
            Lease lease = stage.lease;
            if (lease == null) {
                // Not ours any more: whoever has the lease now has taken it up.
                drop();
                return Next.REST;
            }
            if (!ledger.now().isBefore(lease.until())) {
                // Perhaps not ours any more: touch nothing before the lease is renewed.
                refresh = true;
                look = true;
                arm(ledger.now().plus(Duration.ofSeconds(1)));
                return Next.REST;
            }
            boolean stopping = now.outcome() == Phase.CANCELLED && now.phase() != Phase.RELEASING;
            return switch (now.phase()) {
                case ACCEPTED, WAITING -> await(now, maySlow);
                case PREPARING -> !maySlow ? Next.SLOW : stopping ? halt(now) : prepare(now);
                case AVAILABLE -> stopping ? (maySlow ? halt(now) : Next.SLOW) : begin(now, maySlow);
                case RUNNING -> stopping ? (maySlow ? halt(now) : Next.SLOW) : watch(now, maySlow);
                case RELEASING -> maySlow ? release(now) : Next.SLOW;
                default -> throw new IllegalStateException("a session in phase " + now.phase() + " is not conducted");
            };
        }

        private Next await(Session now, boolean maySlow) {
            Instant time = ledger.now();
            Instant due = now.schedule().preparing();
            if (time.isBefore(due)) {
                if (now.phase() == Phase.ACCEPTED
                        && !commit(
                                List.of(), turn -> turn.to(Phase.WAITING, SessionMessages.waiting(time, due), false))) {
                    return Next.GO;
                }
                arm(due);
                return Next.REST;
            }
            if (!maySlow) {
                return Next.SLOW;
            }
            if (time.isAfter(now.schedule().start().end().plus(settings.lateness()))) {
                return fail(
                        SessionMessages.startMissed(time, now.schedule().start().end()));
            }
            commit(List.of(), turn -> turn.to(Phase.PREPARING, SessionMessages.preparing(time), false));
            return Next.GO;
        }

        private Next prepare(Session now) {
            Observation seen = look ? stage.platform.observe(id) : new Observation.Absent();
            look = false;
            if (seen instanceof Observation.Running running) {
                return running(now, running.since());
            }
            if (seen instanceof Observation.Ended ended) {
                return running(now, ended.since());
            }
            if (!(seen instanceof Observation.Prepared)) {
                String fault = prepareAtEngine(now);
                if (refresh) {
                    return Next.GO;
                }
                if (fault != null) {
                    return fail(SessionMessages.prepareFailed(ledger.now(), fault));
                }
            }
            if (ledger.now().isBefore(now.schedule().start().start())) {
                commit(List.of(), turn -> turn.to(Phase.AVAILABLE, SessionMessages.available(ledger.now()), false));
                return Next.GO;
            }
            return launch(session);
        }

        /** Prepares; null when it is done, else why it is not. */
        private @Nullable String prepareAtEngine(Session now) {
            synchronized (this) {
                if (refresh) {
                    return null;
                }
                preparer = Thread.currentThread();
                interrupted = false;
            }
            try {
                stage.platform.prepare(work(now), this::progress);
                return null;
            } catch (PlatformException e) {
                return said(e);
            } catch (RuntimeException e) {
                return internal("prepare", e);
            } finally {
                synchronized (this) {
                    preparer = null;
                    if (interrupted) {
                        // The interrupt was ours and has done its work.
                        Thread.interrupted();
                    }
                    if (flush != null) {
                        flush.cancel();
                        flush = null;
                    }
                }
            }
        }

        /** One sentence of the engine. Kept for the next write, or written after a moment when none comes. */
        private synchronized void progress(String sentence) {
            progress.add(SessionMessages.progress(ledger.now(), sentence));
            if (flush == null) {
                flush = timers.at(ledger.now().plus(PROGRESS), () -> execute(quick, this::flush));
            }
        }

        private void flush() {
            synchronized (this) {
                flush = null;
                if (dropped || preparer == null || progress.isEmpty()) {
                    return;
                }
            }
            try {
                commit(List.of(), turn -> turn);
            } catch (RuntimeException e) {
                // What is lost is a sentence; the step that follows meets the same trouble and deals with it.
                LOG.log(System.Logger.Level.DEBUG, "progress of session " + id + " could not be stored", e);
            }
        }

        private Next begin(Session now, boolean maySlow) {
            if (look) {
                if (!maySlow) {
                    return Next.SLOW;
                }
                Observation seen = stage.platform.observe(id);
                look = false;
                if (seen instanceof Observation.Running running) {
                    return running(now, running.since());
                }
                if (seen instanceof Observation.Ended ended) {
                    return running(now, ended.since());
                }
                if (seen instanceof Observation.Absent) {
                    String fault = prepareAtEngine(now);
                    if (refresh) {
                        return Next.GO;
                    }
                    if (fault != null) {
                        return fail(SessionMessages.prepareFailed(ledger.now(), fault));
                    }
                }
            }
            if (ledger.now().isBefore(now.schedule().start().start())) {
                arm(now.schedule().start().start());
                return Next.REST;
            }
            return maySlow ? launch(now) : Next.SLOW;
        }

        /** Starts what is prepared, when its time has come. */
        private Next launch(Session now) {
            Instant time = ledger.now();
            Interval start = now.schedule().start();
            if (time.isAfter(start.end())) {
                Duration left = Duration.between(time, now.schedule().releasing());
                if (left.compareTo(Duration.ofSeconds(1)) < 0
                        || time.isAfter(start.end().plus(settings.lateness()))) {
                    return fail(SessionMessages.startMissed(time, start.end()));
                }
                // It runs for what is left of its reservation, never past it.
                Schedule rest = new Schedule(
                        now.schedule().preparing(),
                        now.schedule().preparingFor(),
                        new Interval(time, time),
                        left,
                        now.schedule().releasingFor());
                boolean stored = commit(
                        List.of(),
                        turn -> turn.schedule(rest)
                                .note(
                                        "message",
                                        SessionMessages.startedLate(time, start.end(), left.toSeconds()),
                                        true));
                if (!stored) {
                    look = true;
                    return Next.GO;
                }
            }
            try {
                stage.platform.start(work(session));
            } catch (PlatformException e) {
                return fail(SessionMessages.startFailed(ledger.now(), said(e)));
            } catch (RuntimeException e) {
                return fail(SessionMessages.startFailed(ledger.now(), internal("start", e)));
            }
            return running(session, time);
        }

        /** Stores that it runs. */
        private Next running(Session now, Instant since) {
            told = now.schedule().duration();
            Instant time = ledger.now();
            UnaryOperator<Turn> turn = from -> {
                Turn to = from;
                if (to.after().phase() == Phase.PREPARING) {
                    to = to.to(Phase.AVAILABLE, SessionMessages.available(time), false);
                }
                return to.began(since).to(Phase.RUNNING, SessionMessages.running(time), false);
            };
            if (!commit(List.of(), turn)) {
                look = true;
            }
            return Next.GO;
        }

        private Next watch(Session now, boolean maySlow) {
            look = false;
            Observation seen = stage.platform.observe(id);
            Instant time = ledger.now();
            if (seen instanceof Observation.Running) {
                if (!now.schedule().duration().equals(told)) {
                    try {
                        stage.platform.prolong(id, now.schedule().duration());
                    } catch (PlatformException e) {
                        LOG.log(System.Logger.Level.WARNING, "session " + id + " keeps its engine's end", e);
                    }
                    told = now.schedule().duration();
                }
                Instant began = now.began() == null ? time : now.began();
                Instant end = began.plus(now.schedule().duration()).plus(settings.grace());
                if (time.isBefore(end)) {
                    arm(end);
                    return Next.REST;
                }
                if (!maySlow) {
                    return Next.SLOW;
                }
                stage.platform.cancel(id);
                seen = stage.platform.observe(id);
                Observation.Usage usage =
                        seen instanceof Observation.Ended ended ? ended.usage() : Observation.Usage.UNKNOWN;
                return ended(new Observation.Ended(
                        Observation.End.OUT_OF_TIME, -1, began, time, usage, "Its duration was over."));
            }
            if (seen instanceof Observation.Ended ended) {
                return ended(ended);
            }
            return ended(new Observation.Ended(
                    Observation.End.LOST, -1, time, time, Observation.Usage.UNKNOWN, "The platform does not know it."));
        }

        private Next ended(Observation.Ended ended) {
            Instant time = ledger.now();
            commit(List.of(), turn -> {
                Session now = turn.after();
                Message message = SessionMessages.end(time, ended, now);
                Phase outcome = switch (ended.end()) {
                    case SUCCEEDED -> Phase.COMPLETED;
                    case CANCELLED -> Phase.CANCELLED;
                    case FAILED, OUT_OF_MEMORY, OUT_OF_TIME, OUT_OF_STORAGE, LOST -> Phase.FAILED;
                };
                return turn.outcome(outcome, ended.exitCode() == -1 ? null : ended.exitCode())
                        .to(Phase.RELEASING, message, true);
            });
            return Next.GO;
        }

        /** Stops what was asked to stop; its resources are given back only when nothing of it runs any more. */
        private Next halt(Session now) {
            stage.platform.cancel(id);
            Observation seen = stage.platform.observe(id);
            Instant time = ledger.now();
            Observation.Ended ended = seen instanceof Observation.Ended end ? end : null;
            if (now.phase() == Phase.RUNNING || ended != null) {
                commit(List.of(), turn -> {
                    Turn to = turn;
                    if (to.after().phase() == Phase.PREPARING) {
                        to = to.to(Phase.AVAILABLE, SessionMessages.available(time), false);
                    }
                    if (to.after().phase() == Phase.AVAILABLE) {
                        to = to.began(ended == null ? time : ended.since())
                                .to(Phase.RUNNING, SessionMessages.running(time), false);
                    }
                    Integer exitCode = ended == null || ended.exitCode() == -1 ? null : ended.exitCode();
                    return to.outcome(Phase.CANCELLED, exitCode)
                            .to(Phase.RELEASING, SessionMessages.stopped(time), true);
                });
                return Next.GO;
            }
            tidy(now);
            commit(
                    List.of(new Entry.Release(id, time)),
                    turn -> turn.to(Phase.CANCELLED, SessionMessages.cancelled(time), true));
            return Next.GO;
        }

        /** Ends a session whose run never began. */
        private Next fail(Message why) {
            Session now = session;
            if (now.phase() != Phase.ACCEPTED && now.phase() != Phase.WAITING) {
                stage.platform.cancel(id);
                tidy(now);
            }
            commit(
                    List.of(new Entry.Release(id, ledger.now())),
                    turn -> turn.outcome(Phase.FAILED, null).to(Phase.FAILED, why, true));
            return Next.GO;
        }

        /** Gives back what the engine has, of a session that has no results to lose. */
        private void tidy(Session now) {
            try {
                stage.platform.release(work(now));
            } catch (PlatformException | RuntimeException e) {
                LOG.log(System.Logger.Level.INFO, "session " + id + " was not tidied up by its platform", e);
            }
        }

        private Next release(Session now) {
            String fault = null;
            try {
                stage.platform.release(work(now));
            } catch (PlatformException e) {
                fault = said(e);
            } catch (RuntimeException e) {
                fault = internal("release", e);
            }
            Instant time = ledger.now();
            Phase known = now.outcome() == null ? Phase.FAILED : now.outcome();
            Phase outcome = fault != null && known == Phase.COMPLETED ? Phase.FAILED : known;
            Message message = fault != null
                    ? SessionMessages.resultsNotStored(time, fault)
                    : switch (outcome) {
                        case COMPLETED -> SessionMessages.completed(time);
                        case CANCELLED -> SessionMessages.cancelled(time);
                        default -> SessionMessages.ended(time);
                    };
            boolean keep = fault != null;
            commit(
                    List.of(new Entry.Release(id, time)),
                    turn -> turn.outcome(outcome, turn.after().exitCode()).to(outcome, message, keep));
            return Next.GO;
        }

        /**
         * Stores what the session becomes, together with the ledger's entries, and tells the watchers. False when
         * somebody else has changed it first, or when the lease is lost: then it has to be read again.
         */
        private boolean commit(List<Entry> entries, UnaryOperator<Turn> change) {
            synchronized (pen) {
                List<Message> said;
                synchronized (this) {
                    said = List.copyOf(progress);
                    progress.clear();
                }
                Turn turn = Turn.of(session);
                for (Message message : said) {
                    turn = turn.note("progress", message, false);
                }
                turn = change.apply(turn);
                Outcome outcome = append(entries, turn, stage.lease);
                if (!(outcome instanceof Outcome.Appended)) {
                    LOG.log(System.Logger.Level.DEBUG, "session {0} was changed by somebody else: {1}", id, outcome);
                    refresh = true;
                    look = true;
                    return false;
                }
                session = turn.after();
                hub.publish(turn.events());
                return true;
            }
        }

        private synchronized void arm(Instant when) {
            disarm();
            if (!dropped) {
                alarm = timers.at(when, this::wake);
            }
        }

        private synchronized void disarm() {
            if (alarm != null) {
                alarm.cancel();
                alarm = null;
            }
        }

        private String internal(String step, RuntimeException e) {
            UUID incident = UUID.randomUUID();
            LOG.log(
                    System.Logger.Level.ERROR,
                    "platform " + stage.id + " could not " + step + " session " + id + " (incident " + incident + ")",
                    e);
            return "an internal error of the platform (incident " + incident + ")";
        }
    }

    private static String said(PlatformException e) {
        String message = e.getMessage();
        return message == null ? "the platform gives no reason" : message;
    }

    /** What an engine is told of a session. */
    static Work work(Session session) {
        Task task = session.offer().task();
        return new Work(
                session.id(),
                task.executable(),
                session.offer().granted(),
                session.schedule().duration(),
                task.storage(),
                task.data(),
                task.compute().volumes(),
                session.offer().network());
    }
}
