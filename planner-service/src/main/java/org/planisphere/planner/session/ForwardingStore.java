package org.planisphere.planner.session;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Statement;
import org.planisphere.planner.offer.Message;
import org.planisphere.planner.offer.OfferSet;

/** A store that does everything by another; for those who add something to a part of it. As thread safe as the other. */
public abstract class ForwardingStore implements SessionStore {
    private final SessionStore store;

    protected ForwardingStore(SessionStore store) {
        this.store = store;
    }

    @Override
    public List<Statement> change(Turn turn, @Nullable Lease lease) {
        return store.change(turn, lease);
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
    public List<Session> activeOf(String owner) {
        return store.activeOf(owner);
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
