package org.planisphere.planner.door;

import java.net.URI;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.rest.Idempotency;
import org.planisphere.planner.ledger.Ledger;
import org.planisphere.planner.offer.OfferDesk;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.quota.Quotas;
import org.planisphere.planner.request.KindBases;
import org.planisphere.planner.request.TaskReader;
import org.planisphere.planner.session.EventHub;
import org.planisphere.planner.session.Session;
import org.planisphere.planner.session.Sessions;
import org.planisphere.planner.staging.WorkFolders;
import org.planisphere.wire.ExecutionSession;

/**
 * Everything the planner's doors stand on; made once by the node.
 *
 * @param base the planner's public address, {@code https://host/planner}
 * @param title of the planner, for people
 * @param standardId under which the planner's execution capability is registered
 * @param maxBytes longest request document
 * @param ready whether the storage answers
 */
public record PlannerContext(
        URI base,
        String title,
        String standardId,
        int maxBytes,
        KindBases kinds,
        TaskReader reader,
        OfferDesk desk,
        Sessions sessions,
        EventHub hub,
        WorkFolders folders,
        Quotas quotas,
        Ledger ledger,
        List<Platform> platforms,
        Idempotency idempotency,
        BooleanSupplier ready) {
    /** A session's document, with what this caller may do to it now. */
    public ExecutionSession document(Session session, Caller caller) {
        return documents().session(session, sessions.options(session, caller));
    }

    /** Documents on this planner's addresses. */
    public Documents documents() {
        return new Documents(kinds, base);
    }
}
