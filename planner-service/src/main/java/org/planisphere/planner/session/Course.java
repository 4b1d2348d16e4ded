package org.planisphere.planner.session;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Entry;
import org.planisphere.planner.ledger.LedgerUnavailable;
import org.planisphere.planner.ledger.Outcome;
import org.planisphere.planner.offer.Message;
import org.planisphere.planner.platform.PlatformException;

/** One session on its way. Its steps are taken one at a time, on whatever thread. Thread safe. */
final class Course {
    private static final System.Logger LOG = System.getLogger(Course.class.getName());
    private static final Duration PROGRESS = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final Conductor.Ground ground;
    private final Map<UUID, Course> courses;
    private final Steps steps;
    private final UUID id;
    private final Stage stage;

    // Guarded by this.
    private boolean running;
    private boolean again;
    private boolean dropped;
    private @Nullable Thread preparer;
    private boolean interrupted;
    private boolean releasing;
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

    private int failures;

    /**
     * @param courses all that are on their way here; it takes itself out
     * @param look whether nobody knows what the engine has done already
     */
    Course(Conductor.Ground ground, Map<UUID, Course> courses, Stage stage, Session session, boolean look) {
        this.ground = ground;
        this.courses = courses;
        this.steps = new Steps(ground, this, stage.platform());
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
        ground.execute(ground.quick(), () -> run(false));
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
                ground.execute(ground.slow(), () -> run(true));
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
        arm(ground.ledger().now().plus(pause));
    }

    private Next step(boolean maySlow) {
        if (refresh) {
            refresh = false;
            Optional<Session> found = ground.store().find(id);
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
        Lease lease = stage.lease();
        if (lease == null) {
            // Not ours any more: whoever has the lease now has taken it up.
            drop();
            return Next.REST;
        }
        if (!ground.ledger().now().isBefore(lease.until())) {
            // Perhaps not ours any more: touch nothing before the lease is renewed.
            refresh = true;
            look = true;
            arm(ground.ledger().now().plus(Duration.ofSeconds(1)));
            return Next.REST;
        }
        return steps.step(now, maySlow);
    }

    UUID id() {
        return id;
    }

    Stage stage() {
        return stage;
    }

    /** As it is stored. */
    Session session() {
        return session;
    }

    /** Whether somebody else has changed it since it was read. */
    boolean refreshing() {
        return refresh;
    }

    /** Somebody else has changed it: it is read before the next step. */
    void refresh() {
        refresh = true;
    }

    /** Whether the engine has to be looked at before the next step. */
    boolean looks() {
        return look;
    }

    void look(boolean next) {
        look = next;
    }

    /** Prepares; null when it is done, else why it is not. */
    @Nullable
    String prepare(Session now) {
        synchronized (this) {
            if (refresh) {
                return null;
            }
            preparer = Thread.currentThread();
            interrupted = false;
        }
        try {
            stage.platform().prepare(now.work(), this::progress);
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

    /** Releases; the engine's sentences are told meanwhile. */
    void release(Session now) throws PlatformException {
        synchronized (this) {
            releasing = true;
        }
        try {
            stage.platform().release(now.work(), this::progress);
        } finally {
            synchronized (this) {
                releasing = false;
                if (flush != null) {
                    flush.cancel();
                    flush = null;
                }
            }
        }
    }

    /** One sentence of the engine. Kept for the next write, or written after a moment when none comes. */
    private synchronized void progress(String sentence) {
        progress.add(SessionMessages.progress(ground.ledger().now(), sentence));
        if (flush == null) {
            flush = ground.timers()
                    .at(ground.ledger().now().plus(PROGRESS), () -> ground.execute(ground.quick(), this::flush));
        }
    }

    private void flush() {
        synchronized (this) {
            flush = null;
            if (dropped || preparer == null && !releasing || progress.isEmpty()) {
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

    /**
     * Stores what the session becomes, together with the ledger's entries, and tells the watchers. False when
     * somebody else has changed it first, or when the lease is lost: then it has to be read again.
     */
    boolean commit(List<Entry> entries, UnaryOperator<Turn> change) {
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
            Outcome outcome = ground.append(entries, turn, stage.lease());
            if (!(outcome instanceof Outcome.Appended)) {
                LOG.log(System.Logger.Level.DEBUG, "session {0} was changed by somebody else: {1}", id, outcome);
                refresh = true;
                look = true;
                return false;
            }
            session = turn.after();
            ground.hub().publish(turn.events());
            return true;
        }
    }

    synchronized void arm(Instant when) {
        disarm();
        if (!dropped) {
            alarm = ground.timers().at(when, this::wake);
        }
    }

    private synchronized void disarm() {
        if (alarm != null) {
            alarm.cancel();
            alarm = null;
        }
    }

    /** Notes a failure that is ours; gives the words for the caller. */
    String internal(String step, RuntimeException e) {
        UUID incident = UUID.randomUUID();
        LOG.log(
                System.Logger.Level.ERROR,
                "platform " + stage.id() + " could not " + step + " session " + id + " (incident " + incident + ")",
                e);
        return "an internal error of the platform (incident " + incident + ")";
    }

    static String said(PlatformException e) {
        String message = e.getMessage();
        return message == null ? "the platform gives no reason" : message;
    }
}
