package org.planisphere.planner.storage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Statement;
import org.planisphere.planner.offer.Keeping;
import org.planisphere.planner.offer.OfferSet;
import org.planisphere.planner.session.ForwardingStore;
import org.planisphere.planner.session.Lease;
import org.planisphere.planner.session.Phase;
import org.planisphere.planner.session.Session;
import org.planisphere.planner.session.SessionStore;
import org.planisphere.planner.session.Turn;

/**
 * Writes down the storage that a session makes, in the append that accepts it, and has it end with a session that never
 * ran; all else is the store's.
 */
public final class KeepingSessions extends ForwardingStore {
    private final KeptStore kept;

    public KeepingSessions(SessionStore store, KeptStore kept) {
        super(store);
        this.kept = kept;
    }

    @Override
    public List<Statement> change(Turn turn, @Nullable Lease lease) {
        List<Statement> change = super.change(turn, lease);
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
        List<Statement> all = new ArrayList<>(super.store(set, turns));
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
}
