package org.planisphere.planner.platform;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.planisphere.planner.task.Task;

/**
 * The port behind which every engine stands. Thread safe. Every operation is idempotent and can be asked again after a
 * crash of the planner; what an engine finds running for a session it re-adopts. Operations may block; the conductor
 * calls them on threads of its own, never two at once for one session.
 */
public interface Platform extends AutoCloseable {
    /** What it is and can do now. Cheap; called for every request. */
    PlatformDescription describe();

    /**
     * How the bounds of a run are enforced here, one sentence each, for operators; what is not enforced stands in the
     * description. Cheap.
     */
    default List<String> enforced() {
        return List.of();
    }

    /**
     * What speaks against the task on this engine beyond kinds, sizes and time, which the caller has already judged: a
     * location outside the roots, a volume it cannot mount. Cheap and without input or output; empty when nothing does.
     */
    List<Objection> examine(Task task);

    /**
     * What preparing and releasing this task will take. Cheap; sources of its data may be asked how much it is, which keeps
     * whoever asks waiting for a moment at most. Called before {@link #examine}, which may then know more.
     */
    default Estimate estimate(Task task) {
        return Estimate.usual(describe());
    }

    /** Storage of its operator's own that tasks may use here. */
    default List<External> external() {
        return List.of();
    }

    /**
     * What others than this planner use of the platform, now and as far ahead as it is known. Cheap: an engine that has to
     * ask for it does so on a thread of its own.
     */
    default List<Occupied> occupied() {
        return List.of();
    }

    /**
     * Makes everything ready: folders, data, program. Blocks until done.
     *
     * @param progress told one sentence per step, for the session's events
     * @throws PlatformException when it cannot be made ready; the session has then failed
     */
    void prepare(Work work, Consumer<String> progress) throws PlatformException;

    /**
     * Whether what is prepared here may then wait for its turn: {@link #observe} tells {@link Observation.Pending} of it
     * until it runs, and {@link #onChange} when that changes.
     */
    default boolean waits() {
        return false;
    }

    /**
     * Whether what is started here may have to wait for its turn at the platform: {@link #observe} tells {@link
     * Observation.Pending} of it until it runs, and {@link #onChange} when that changes.
     */
    default boolean queues() {
        return false;
    }

    /** Starts what was prepared and returns at once; does nothing when it runs, waits to, or has run already. */
    void start(Work work) throws PlatformException;

    /** What the engine sees of the session now. */
    Observation observe(UUID session);

    /**
     * The ways into the session's run that are open now; none when it does not run. When one opens or closes later, the
     * listeners are told.
     */
    default List<LiveConnector> connectors(UUID session) {
        return List.of();
    }

    /**
     * How to get to a way into the session's run that has no address of its own; empty when it is not open.
     *
     * @param way one whose location is a path
     */
    default Optional<Reach> reach(UUID session, LiveConnector way) {
        return Optional.empty();
    }

    /**
     * Tells the listener the session's id whenever an observation may have changed, so that nobody needs to poll. Told at
     * least once after each end; may be told without a change.
     */
    void onChange(Consumer<UUID> listener);

    /** Stops the run with all its children and returns when nothing of it is left; then it is {@code Ended}. */
    void cancel(UUID session);

    /** Sets another end of a running session: its duration from its start. */
    void prolong(UUID session, java.time.Duration duration) throws PlatformException;

    /**
     * Stores the results and gives everything back except what people may still read (output and results).
     *
     * @throws PlatformException when results cannot be stored; the session has then failed
     */
    void release(Work work) throws PlatformException;

    /**
     * As {@link #release(Work)}.
     *
     * @param progress told one sentence per step, for the session's events
     */
    default void release(Work work, Consumer<String> progress) throws PlatformException {
        release(work);
    }

    /**
     * Whether {@link #observe} goes on telling how a run ended after its release, until it is forgotten. Then a run that
     * left little is released before it is stored that it has ended: whoever takes over after a crash finds out.
     */
    default boolean remembers() {
        return false;
    }

    /**
     * Bytes that were moved for a session.
     *
     * @param in brought to it
     * @param out taken to where its results were promised
     */
    record Moved(long in, long out) {
        public static final Moved NOTHING = new Moved(0, 0);

        public long all() {
            return in + out;
        }
    }

    /** What was moved for the session so far; nothing where nobody counts. */
    default Moved moved(UUID session) {
        return Moved.NOTHING;
    }

    /** Removes what is left, results included; after DELETE of an ended session. */
    void forget(UUID session);

    /** Stops watching. What runs goes on running and is re-adopted at the next start. */
    @Override
    void close();
}
