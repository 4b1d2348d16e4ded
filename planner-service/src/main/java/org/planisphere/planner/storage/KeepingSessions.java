package org.planisphere.planner.storage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Statement;
import org.planisphere.planner.offer.Keeping;
import org.planisphere.planner.offer.Message;
import org.planisphere.planner.offer.OfferSet;
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

/**
 * Writes down the storage that a session makes, in the append that accepts it, and has it end with a session that never
 * ran; all else is the store's.
 */
public final class KeepingSessions implements SessionStore {
    private final SessionStore store;
    private final KeptStore kept;

    public KeepingSessions(SessionStore store, KeptStore kept) {
        this.store = store;
        this.kept = kept;
    }

    @Override
    public List<Statement> change(Turn turn, @Nullable Lease lease) {
        List<Statement> change = store.change(turn, lease);
        List<Statement> more = of(turn);
        if (more.isEmpty()) {
            return change;
        }
        List<Statement> all = new ArrayList<>(change);
        all.addAll(more);
        return all;
    }

    @Override
    public List<Statement> store(OfferSet set, List<Turn> turns) {
        List<Statement> all = new ArrayList<>(store.store(set, turns));
        turns.forEach(turn -> all.addAll(of(turn)));
        return all;
    }

    private List<Statement> of(Turn turn) {
        Session before = turn.before();
        Session after = turn.after();
        List<Keeping> keepings = Keeping.of(after.offer());
        Instant accepted = after.accepted();
        if (keepings.isEmpty() || accepted == null) {
            return List.of();
        }
        List<Statement> statements = new ArrayList<>();
        for (Keeping one : keepings) {
            Instant ends = one.window(after.schedule().window()).until();
            if (before.phase() == Phase.OFFERED) {
                statements.add(kept.add(new Kept(
                        one.id(),
                        after.owner(),
                        one.name(),
                        after.offer().platform(),
                        one.mib(),
                        after.id(),
                        accepted,
                        ends)));
            } else if (!after.schedule().equals(before.schedule())) {
                statements.add(kept.atLeast(after.id(), ends));
            }
        }
        if (after.phase().terminal() && !before.phase().terminal()) {
            ended(after, keepings, statements);
        }
        return statements;
    }

    /** Its lifetime counts from the end of the session, which may be long before that of its reservation. */
    private void ended(Session session, List<Keeping> keepings, List<Statement> statements) {
        if (session.began() == null) {
            statements.add(kept.endOf(session.id(), session.modified()));
            return;
        }
        for (Keeping one : keepings) {
            Instant planned = one.window(session.schedule().window()).until();
            Instant ends = session.modified().plus(one.lifetime());
            if (ends.isBefore(planned)) {
                statements.add(kept.instead(one.id(), planned, ends));
            }
        }
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
