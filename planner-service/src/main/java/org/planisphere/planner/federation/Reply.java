package org.planisphere.planner.federation;

import java.util.List;
import org.planisphere.planner.offer.Message;
import org.planisphere.wire.OfferSetResponse;

/** What one planner said to a question. */
sealed interface Reply {
    Peer peer();

    /** Some of its answer: what an aggregator has gathered so far. More comes. */
    record Part(Peer peer, OfferSetResponse set) implements Reply {}

    /**
     * It answered, YES or NO, and says no more.
     *
     * @param parts whether some of it came before; the set has the rest
     */
    record Answered(Peer peer, OfferSetResponse set, boolean parts) implements Reply {}

    /** It did not answer, or not with anything of use. */
    record Silent(Peer peer, List<Message> why) implements Reply {
        public Silent {
            why = List.copyOf(why);
        }
    }
}
