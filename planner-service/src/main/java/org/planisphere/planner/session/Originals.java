package org.planisphere.planner.session;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.planisphere.planner.offer.Message;
import org.planisphere.planner.offer.Schedule;
import org.planisphere.planner.task.Bound;

/** Keeps the originals of stand-ins in step with them. Thread safe; may block on other planners. */
public interface Originals {
    /** For a planner that stands in for nobody. */
    Originals NONE = new Originals() {
        @Override
        public Given accept(Session offered) {
            return new Given.Had();
        }

        @Override
        public void settled(Session offered, boolean accepted) {}

        @Override
        public Optional<Bounds> bounds(Session standIn, boolean fresh) {
            return Optional.empty();
        }

        @Override
        public void left(Session standIn) {}

        @Override
        public Changed change(Session standIn, String path, Schedule wanted) {
            return new Changed.Not(SessionMessages.notAnOption(Instant.now(), path, "", standIn.phase()));
        }
    };

    /**
     * What may be changed of an original.
     *
     * @param min seconds that it may last at least
     * @param max seconds that it may last at most; less than {@code min} when its duration stays as it is
     * @param start whether it may begin at another time
     */
    record Bounds(long min, long max, boolean start) {}

    /** What became of the wish to change an original. */
    sealed interface Changed {
        /** It is changed: when it runs now, and what that costs, as the other planner tells. */
        record Done(Schedule schedule, List<Bound> costs) implements Changed {}

        /** It is not, or nobody knows yet. */
        record Not(Message why) implements Changed {}
    }

    /** What became of the wish to accept an original. */
    sealed interface Given {
        /** It is accepted, or there is no original. */
        record Had() implements Given {}

        /** The other planner does not give it any more. */
        record Gone(Message why) implements Given {}

        /** The other planner did not answer; it may have accepted it, and is asked again later. */
        record Unknown(Message why) implements Given {}
    }

    /**
     * Accepts the original of an offer before its stand-in is stored as accepted. May be asked again, also after a crash.
     */
    Given accept(Session offered);

    /**
     * Told what came of the stand-in after its original was accepted: when it could not be accepted, the original is not
     * wanted any more.
     */
    void settled(Session offered, boolean accepted);

    /**
     * What the other planner lets be changed of a stand-in's original; empty when that is not known, or nothing.
     *
     * @param fresh whether to ask for it; else what it said last, without waiting
     */
    Optional<Bounds> bounds(Session standIn, boolean fresh);

    /**
     * Changes an original before its stand-in is changed. When its stand-in cannot follow, it is changed back by another
     * call; what is open after a crash is settled by making the stand-in agree with what the original has.
     *
     * @param path of the option: the duration or the start
     * @param wanted the schedule that the stand-in would have
     */
    Changed change(Session standIn, String path, Schedule wanted);

    /** Told that a changed original's stand-in could not follow: whether they agree is looked after later. */
    void left(Session standIn);
}
