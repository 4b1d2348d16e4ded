package org.planisphere.planner.usage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Statement;
import org.planisphere.planner.offer.Message;
import org.planisphere.planner.offer.OfferSet;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.session.EventKey;
import org.planisphere.planner.session.Filter;
import org.planisphere.planner.session.Lease;
import org.planisphere.planner.session.Page;
import org.planisphere.planner.session.Phase;
import org.planisphere.planner.session.Session;
import org.planisphere.planner.session.SessionEvent;
import org.planisphere.planner.session.SessionStore;
import org.planisphere.planner.session.StoredOfferSet;
import org.planisphere.planner.session.Turn;

/** Keeps a usage record with the end of every accepted session, in the same append; all else is the store's. */
public final class AccountedSessions implements SessionStore {
    private final SessionStore store;
    private final UsageStore usage;
    private final Function<String, Optional<PlatformDescription>> platforms;

    /** @param platforms by id, as they are now */
    public AccountedSessions(
            SessionStore store, UsageStore usage, Function<String, Optional<PlatformDescription>> platforms) {
        this.store = store;
        this.usage = usage;
        this.platforms = platforms;
    }

    @Override
    public List<Statement> change(Turn turn, @Nullable Lease lease) {
        List<Statement> change = store.change(turn, lease);
        Session after = turn.after();
        if (!after.phase().terminal() || turn.before().phase().terminal() || after.accepted() == null) {
            return change;
        }
        List<Statement> all = new ArrayList<>(change);
        all.addAll(usage.keep(
                UsageRecord.of(after, platforms.apply(after.offer().platform()).orElse(null))));
        return all;
    }

    @Override
    public List<Statement> store(OfferSet set, List<Turn> turns) {
        return store.store(set, turns);
    }

    @Override
    public Optional<Session> find(UUID session) {
        return store.find(session);
    }

    @Override
    public List<Session> family(UUID session) {
        return store.family(session);
    }

    @Override
    public Optional<StoredOfferSet> findOfferSet(UUID offerSet) {
        return store.findOfferSet(offerSet);
    }

    @Override
    public Page<Session> list(String owner, Filter filter) {
        return store.list(owner, filter);
    }

    @Override
    public Page<StoredOfferSet> listOfferSets(String owner, Filter filter) {
        return store.listOfferSets(owner, filter);
    }

    @Override
    public List<Session> active(String platform) {
        return store.active(platform);
    }

    @Override
    public List<SessionEvent> events(UUID session, long after, int limit) {
        return store.events(session, after, limit);
    }

    @Override
    public List<EventKey> eventKeysSince(Instant since, int limit) {
        return store.eventKeysSince(since, limit);
    }

    @Override
    public List<SessionEvent> eventsSince(Instant since, int limit) {
        return store.eventsSince(since, limit);
    }

    @Override
    public List<Statement> expire(UUID session, Message message) {
        return store.expire(session, message);
    }

    @Override
    public boolean delete(UUID session) {
        return store.delete(session);
    }

    @Override
    public List<Session> endedBefore(Phase phase, Instant instant, int limit) {
        return store.endedBefore(phase, instant, limit);
    }

    @Override
    public int removeEmptyOfferSets(Instant madeBefore, int limit) {
        return store.removeEmptyOfferSets(madeBefore, limit);
    }
}
