package org.planisphere.planner.session;

import java.util.List;
import org.planisphere.planner.offer.OfferSet;

/**
 * An offer set with its sessions as they are now, in the order in which they were offered. Sessions that were deleted
 * are missing from both.
 */
public record StoredOfferSet(OfferSet set, List<Session> sessions) {
    public StoredOfferSet {
        sessions = List.copyOf(sessions);
    }
}
