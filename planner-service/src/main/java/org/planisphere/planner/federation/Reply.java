package org.planisphere.planner.federation;

import java.util.List;
import org.planisphere.planner.offer.Message;
import org.planisphere.wire.OfferSetResponse;

/** What one planner said to a question. */
sealed interface Reply {
    Peer peer();

    /** It answered, YES or NO. */
    record Answered(Peer peer, OfferSetResponse set) implements Reply {}

    /** It did not answer, or not with anything of use. */
    record Silent(Peer peer, List<Message> why) implements Reply {
        public Silent {
            why = List.copyOf(why);
        }
    }
}
