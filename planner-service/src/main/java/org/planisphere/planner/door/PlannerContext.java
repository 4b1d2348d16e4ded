package org.planisphere.planner.door;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.rest.Idempotency;
import org.planisphere.planner.federation.Federation;
import org.planisphere.planner.ledger.Ledger;
import org.planisphere.planner.offer.OfferDesk;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.quota.Quotas;
import org.planisphere.planner.request.KindBases;
import org.planisphere.planner.request.TaskReader;
import org.planisphere.planner.session.EventHub;
import org.planisphere.planner.session.Option;
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
 * @param keys of anonymous work
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
        Federation federation,
        BooleanSupplier ready,
        WorkKeys keys) {
    /** A session's document, with what this caller may do to it now. */
    public ExecutionSession document(Session session, Caller caller) {
        List<Option> options = new ArrayList<>(sessions.options(session, caller));
        options.addAll(sessions.sharing(session, caller));
        return documents().session(session, options);
    }

    /** As one of many: without what only a look at each of them would tell. */
    public ExecutionSession listed(Session session, Caller caller) {
        return documents().session(session, sessions.options(session, caller));
    }

    /** The UUID of a session as an address names it. Not found when it is no such name, or lacks the work's key. */
    UUID session(String named, Caller caller) {
        WorkKeys.Named name = WorkKeys.named(named);
        if (!keys.wanted() && name.key().isEmpty() || caller.operator()) {
            return name.id();
        }
        return sessions.find(name.id())
                .filter(found -> keys.opens(name, found.owner(), found.offerSet()))
                .map(Session::id)
                .orElseThrow(ExecutionDoor::notFound);
    }

    /** The UUID of an offer set as an address names it; as for sessions. */
    UUID offerSet(String named, Caller caller) {
        WorkKeys.Named name = WorkKeys.named(named);
        if (!keys.wanted() && name.key().isEmpty() || caller.operator()) {
            return name.id();
        }
        return sessions.findOfferSet(name.id())
                .filter(found -> keys.opens(name, found.set().owner(), name.id()))
                .map(found -> name.id())
                .orElseThrow(ExecutionDoor::notFound);
    }

    /** Documents on this planner's addresses. */
    public Documents documents() {
        return new Documents(kinds, base, keys, title, this::platformName);
    }

    /** A platform that was taken out of the settings is known by its id only. */
    private String platformName(String id) {
        return platforms.stream()
                .map(Platform::describe)
                .filter(description -> description.id().equals(id))
                .map(PlatformDescription::name)
                .findFirst()
                .orElse(id);
    }
}
