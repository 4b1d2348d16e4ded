package org.planisphere.planner.session;

import org.planisphere.planner.offer.Message;

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
    };

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
}
