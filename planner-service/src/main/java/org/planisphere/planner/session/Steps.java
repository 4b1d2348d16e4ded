package org.planisphere.planner.session;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Entry;
import org.planisphere.planner.offer.Message;
import org.planisphere.planner.offer.Schedule;
import org.planisphere.planner.platform.LiveConnector;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.PlatformException;
import org.planisphere.planner.task.Interval;
import org.planisphere.planner.task.Kind;

/**
 * What is done with a session in each of its phases. Every step stores what it did before the next begins, and may be
 * repeated after a crash. Used by one {@link Course}, which takes its steps one at a time.
 */
final class Steps {
    private static final Duration PENDING = Duration.ofMinutes(1);
    /** Whoever ran for less has left nothing that takes long to look through. */
    private static final Duration SHORT = Duration.ofSeconds(2);

    private static final System.Logger LOG = System.getLogger(Steps.class.getName());

    private final Conductor.Ground ground;
    private final Course course;
    private final Platform platform;

    /** The duration that the engine was told. */
    private @Nullable Duration told;

    /** What was last said of its waiting. */
    private String waits = "";

    Steps(Conductor.Ground ground, Course course, Platform platform) {
        this.ground = ground;
        this.course = course;
        this.platform = platform;
    }

    /** Takes the step that the stored phase asks for. */
    Next step(Session now, boolean maySlow) {
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
        Instant time = ground.ledger().now();
        Instant due = now.schedule().preparing();
        if (time.isBefore(due)) {
            if (now.phase() == Phase.ACCEPTED
                    && !course.commit(
                            List.of(), turn -> turn.to(Phase.WAITING, SessionMessages.waiting(time, due), false))) {
                return Next.GO;
            }
            course.arm(due);
            return Next.REST;
        }
        if (!maySlow) {
            return Next.SLOW;
        }
        if (time.isAfter(now.schedule().start().end().plus(ground.settings().lateness()))) {
            return fail(SessionMessages.startMissed(time, now.schedule().start().end()));
        }
        course.commit(List.of(), turn -> turn.to(Phase.PREPARING, SessionMessages.preparing(time), false));
        return Next.GO;
    }

    private Next prepare(Session now) {
        Observation seen = course.looks() ? platform.observe(course.id()) : new Observation.Absent();
        course.look(false);
        if (seen instanceof Observation.Pending pending && platform.queues()) {
            return queued(now, pending);
        }
        if (seen instanceof Observation.Pending) {
            // The platform starts it by itself and tells when it does; a look now and then, should that be lost.
            course.look(true);
            course.arm(ground.ledger().now().plus(PENDING));
            return Next.REST;
        }
        if (seen instanceof Observation.Running running) {
            return began(now, running.since());
        }
        if (seen instanceof Observation.Ended ended) {
            return began(now, ended.since());
        }
        if (!(seen instanceof Observation.Prepared)) {
            String fault = course.prepare(now);
            if (course.refreshing()) {
                return Next.GO;
            }
            if (fault != null) {
                return fail(SessionMessages.prepareFailed(ground.ledger().now(), fault));
            }
            if (platform.waits()) {
                course.look(true);
                return Next.GO;
            }
        }
        if (ground.ledger().now().isBefore(earliest(now))) {
            course.commit(
                    List.of(),
                    turn -> turn.to(
                            Phase.AVAILABLE,
                            SessionMessages.available(ground.ledger().now()),
                            false));
            return Next.GO;
        }
        return launch(course.session());
    }

    private Next begin(Session now, boolean maySlow) {
        if (course.looks()) {
            if (!maySlow) {
                return Next.SLOW;
            }
            Observation seen = platform.observe(course.id());
            course.look(false);
            if (seen instanceof Observation.Pending pending) {
                return queued(now, pending);
            }
            if (seen instanceof Observation.Running running) {
                return began(now, running.since());
            }
            if (seen instanceof Observation.Ended ended) {
                return began(now, ended.since());
            }
            if (seen instanceof Observation.Absent) {
                String fault = course.prepare(now);
                if (course.refreshing()) {
                    return Next.GO;
                }
                if (fault != null) {
                    return fail(SessionMessages.prepareFailed(ground.ledger().now(), fault));
                }
            }
        }
        Instant earliest = earliest(now);
        if (ground.ledger().now().isBefore(earliest)) {
            course.arm(earliest);
            return Next.REST;
        }
        return maySlow ? launch(now) : Next.SLOW;
    }

    /**
     * When its run may begin. What is reserved for it is so from when it is prepared, so whoever named no start, when
     * asking or afterwards, is not kept waiting by a preparation that took less time than quoted.
     */
    private static Instant earliest(Session now) {
        Schedule schedule = now.schedule();
        boolean named = now.offer().task().schedule().start() != null
                || !schedule.start().end().equals(now.offer().schedule().start().end());
        return named ? schedule.start().start() : schedule.preparing();
    }

    /** Starts what is prepared, when its time has come. */
    private Next launch(Session now) {
        Instant time = ground.ledger().now();
        Interval start = now.schedule().start();
        if (time.isAfter(start.end())) {
            Duration left = Duration.between(time, now.schedule().releasing());
            if (left.compareTo(Duration.ofSeconds(1)) < 0
                    || time.isAfter(start.end().plus(ground.settings().lateness()))) {
                return fail(SessionMessages.startMissed(time, start.end()));
            }
            // It runs for what is left of its reservation, never past it.
            Schedule rest = new Schedule(
                    now.schedule().preparing(),
                    now.schedule().preparingFor(),
                    new Interval(time, time),
                    left,
                    now.schedule().releasingFor());
            boolean stored = course.commit(
                    List.of(),
                    turn -> turn.schedule(rest)
                            .note("message", SessionMessages.startedLate(time, start.end(), left.toSeconds()), true));
            if (!stored) {
                course.look(true);
                return Next.GO;
            }
        }
        try {
            platform.start(course.session().work());
        } catch (PlatformException e) {
            return fail(SessionMessages.startFailed(ground.ledger().now(), Course.said(e)));
        } catch (RuntimeException e) {
            return fail(SessionMessages.startFailed(ground.ledger().now(), course.internal("start", e)));
        }
        if (platform.queues() && platform.observe(course.id()) instanceof Observation.Pending pending) {
            return queued(course.session(), pending);
        }
        return running(course.session(), time);
    }

    /** It waits for its turn at the platform, as long as there is anything left of its time. */
    private Next queued(Session now, Observation.Pending pending) {
        Instant time = ground.ledger().now();
        Instant over = now.schedule().releasing();
        if (time.isAfter(over)) {
            return fail(SessionMessages.startMissed(time, now.schedule().start().end()));
        }
        course.look(true);
        if (!pending.detail().equals(waits)) {
            waits = pending.detail();
            course.commit(
                    List.of(), turn -> turn.note("message", SessionMessages.queued(time, pending.detail()), false));
            return Next.GO;
        }
        Instant look = time.plus(PENDING);
        course.arm(look.isBefore(over) ? look : over.plusMillis(1));
        return Next.REST;
    }

    /** Stores that the platform began it, which may have been late: then it runs for what is left of its reservation. */
    private Next began(Session now, Instant since) {
        Schedule promised = now.schedule();
        Instant latest = promised.start().end();
        if (platform.queues() && since.isAfter(latest)) {
            Duration left = Duration.between(since, promised.releasing());
            Duration rest = left.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : left;
            Schedule late = new Schedule(
                    promised.preparing(),
                    promised.preparingFor(),
                    new Interval(since, since),
                    rest,
                    promised.releasingFor());
            boolean stored = course.commit(
                    List.of(),
                    turn -> turn.schedule(late)
                            .note("message", SessionMessages.startedLate(since, latest, rest.toSeconds()), true));
            if (!stored) {
                course.look(true);
                return Next.GO;
            }
        }
        // Of the promised duration, so that the watch tells the engine of another.
        return running(now, since);
    }

    /** Stores that it runs. */
    private Next running(Session now, Instant since) {
        told = now.schedule().duration();
        Instant time = ground.ledger().now();
        UnaryOperator<Turn> turn = from -> {
            Turn to = from;
            if (to.after().phase() == Phase.PREPARING) {
                to = to.to(Phase.AVAILABLE, SessionMessages.available(time), false);
            }
            if (since.isBefore(to.after().schedule().start().start())) {
                to = to.schedule(to.after().schedule().sooner(since));
            }
            return to.began(since).to(Phase.RUNNING, SessionMessages.running(time), false);
        };
        if (!course.commit(List.of(), turn)) {
            course.look(true);
        }
        return Next.GO;
    }

    private Next watch(Session now, boolean maySlow) {
        course.look(false);
        Observation seen = platform.observe(course.id());
        Instant time = ground.ledger().now();
        if (seen instanceof Observation.Running) {
            List<LiveConnector> open = platform.connectors(course.id());
            if (!open.equals(now.connectors())) {
                course.commit(
                        List.of(),
                        turn -> turn.connectors(open)
                                .note("connectors", SessionMessages.connectors(time, open), false));
                return Next.GO;
            }
            if (!now.schedule().duration().equals(told)) {
                try {
                    platform.prolong(course.id(), now.schedule().duration());
                } catch (PlatformException e) {
                    LOG.log(System.Logger.Level.WARNING, "session " + course.id() + " keeps its engine's end", e);
                }
                told = now.schedule().duration();
            }
            Instant began = now.began() == null ? time : now.began();
            Instant end =
                    began.plus(now.schedule().duration()).plus(ground.settings().grace());
            if (time.isBefore(end)) {
                course.arm(end);
                return Next.REST;
            }
            if (!maySlow) {
                return Next.SLOW;
            }
            platform.cancel(course.id());
            seen = platform.observe(course.id());
            Observation.Usage usage =
                    seen instanceof Observation.Ended ended ? ended.usage() : Observation.Usage.UNKNOWN;
            return ended(new Observation.Ended(
                    Observation.End.OUT_OF_TIME, -1, began, time, usage, "Its duration was over."));
        }
        if (seen instanceof Observation.Pending) {
            // Its platform has put it back into its queue.
            course.arm(time.plus(PENDING));
            return Next.REST;
        }
        if (seen instanceof Observation.Ended ended) {
            if (releasesAtOnce(now, ended)) {
                return maySlow ? over(now, ended) : Next.SLOW;
            }
            return ended(ended);
        }
        return ended(new Observation.Ended(
                Observation.End.LOST, -1, time, time, Observation.Usage.UNKNOWN, "The platform does not know it."));
    }

    private Next ended(Observation.Ended ended) {
        Instant time = ground.ledger().now();
        Platform.Moved moved = platform.moved(course.id());
        course.commit(List.of(), turn -> releasing(turn, time, ended, moved));
        return Next.GO;
    }

    private static Turn releasing(Turn turn, Instant time, Observation.Ended ended, Platform.Moved moved) {
        Message message = SessionMessages.moved(SessionMessages.end(time, ended, turn.after()), moved);
        return turn.outcome(outcome(ended), ended.exitCode() == -1 ? null : ended.exitCode())
                .to(Phase.RELEASING, message, true);
    }

    private static Phase outcome(Observation.Ended ended) {
        return switch (ended.end()) {
            case SUCCEEDED -> Phase.COMPLETED;
            case CANCELLED -> Phase.CANCELLED;
            case FAILED, OUT_OF_MEMORY, OUT_OF_TIME, OUT_OF_STORAGE, LOST -> Phase.FAILED;
        };
    }

    /** Whether giving it back takes no time that anybody would want to be told of. */
    private boolean releasesAtOnce(Session now, Observation.Ended ended) {
        return platform.remembers()
                && !delivers(now)
                && Duration.between(ended.since(), ended.until()).compareTo(SHORT) < 0;
    }

    private static boolean delivers(Session now) {
        return now.work().data().stream().anyMatch(data -> data.kind().is(Kind.OUTPUT));
    }

    /** It has ended and is given back, stored together; a crash in between is found out from what the platform remembers. */
    private Next over(Session now, Observation.Ended ended) {
        Instant time = ground.ledger().now();
        Platform.Moved moved = platform.moved(course.id());
        Optional<String> fault = released(now);
        course.commit(List.of(new Entry.Release(course.id(), ground.ledger().now())), turn -> {
            Turn releasing = releasing(turn, time, ended, moved);
            return finished(releasing, fault);
        });
        return Next.GO;
    }

    /** Stops what was asked to stop; its resources are given back only when nothing of it runs any more. */
    private Next halt(Session now) {
        platform.cancel(course.id());
        Observation seen = platform.observe(course.id());
        Instant time = ground.ledger().now();
        Observation.Ended ended = seen instanceof Observation.Ended end ? end : null;
        if (now.phase() == Phase.RUNNING || ended != null) {
            course.commit(List.of(), turn -> {
                Turn to = turn;
                if (to.after().phase() == Phase.PREPARING) {
                    to = to.to(Phase.AVAILABLE, SessionMessages.available(time), false);
                }
                if (to.after().phase() == Phase.AVAILABLE) {
                    to = to.began(ended == null ? time : ended.since())
                            .to(Phase.RUNNING, SessionMessages.running(time), false);
                }
                Integer exitCode = ended == null || ended.exitCode() == -1 ? null : ended.exitCode();
                return to.outcome(Phase.CANCELLED, exitCode).to(Phase.RELEASING, SessionMessages.stopped(time), true);
            });
            return Next.GO;
        }
        tidy(now);
        course.commit(
                List.of(new Entry.Release(course.id(), time)),
                turn -> turn.to(Phase.CANCELLED, SessionMessages.cancelled(time), true));
        return Next.GO;
    }

    /** Ends a session whose run never began. */
    private Next fail(Message why) {
        Session now = course.session();
        if (now.phase() != Phase.ACCEPTED && now.phase() != Phase.WAITING) {
            platform.cancel(course.id());
            tidy(now);
        }
        course.commit(
                List.of(new Entry.Release(course.id(), ground.ledger().now())),
                turn -> turn.outcome(Phase.FAILED, null).to(Phase.FAILED, why, true));
        return Next.GO;
    }

    /** Gives back what the engine has, of a session that has no results to lose. */
    private void tidy(Session now) {
        try {
            platform.release(now.work());
        } catch (PlatformException | RuntimeException e) {
            LOG.log(System.Logger.Level.INFO, "session " + course.id() + " was not tidied up by its platform", e);
        }
    }

    private Next release(Session now) {
        Optional<String> fault = released(now);
        course.commit(List.of(new Entry.Release(course.id(), ground.ledger().now())), turn -> finished(turn, fault));
        return Next.GO;
    }

    /** Stores the results and gives back what it had; what went wrong with that. */
    private Optional<String> released(Session now) {
        try {
            course.release(now);
            return Optional.empty();
        } catch (PlatformException e) {
            return Optional.of(Course.said(e));
        } catch (RuntimeException e) {
            return Optional.of(course.internal("release", e));
        }
    }

    /** From releasing to its end. */
    private Turn finished(Turn turn, Optional<String> fault) {
        Instant time = ground.ledger().now();
        Session now = turn.after();
        Phase known = now.outcome() == null ? Phase.FAILED : now.outcome();
        Phase outcome = fault.isPresent() && known == Phase.COMPLETED ? Phase.FAILED : known;
        Message ending = fault.map(why -> SessionMessages.resultsNotStored(time, why))
                .orElseGet(() -> switch (outcome) {
                    case COMPLETED -> SessionMessages.completed(time);
                    case CANCELLED -> SessionMessages.cancelled(time);
                    default -> SessionMessages.ended(time);
                });
        Message message = SessionMessages.moved(ending, platform.moved(course.id()));
        return turn.outcome(outcome, now.exitCode()).to(outcome, message, fault.isPresent() || delivers(now));
    }
}
