package org.planisphere.planner.session;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.planner.ledger.Entry;
import org.planisphere.planner.ledger.Proposal;
import org.planisphere.planner.ledger.Statement;
import org.planisphere.planner.offer.Offer;
import org.planisphere.planner.offer.OfferSet;
import org.planisphere.planner.offer.Reserved;

/**
 * Accepts an offer in the moment in which its set is stored, for one call that asks and accepts: one append holds, confirms
 * and stores what would be two otherwise, and nothing is stored in between that could run out. Of one call, on one thread.
 */
public final class DirectAccept {
    private final Sessions.Desk desk;
    private final Caller caller;
    private final Function<Session, List<Statement>> also;
    private @Nullable Session accepted;
    private List<SessionEvent> events = List.of();

    /** @param also statements that are stored with the accept or not at all, for the session as it is then */
    DirectAccept(Sessions.Desk desk, Caller caller, Function<Session, List<Statement>> also) {
        this.desk = desk;
        this.caller = caller;
        this.also = also;
    }

    /** The offer that starts first; the set has one at least. */
    public static UUID earliest(OfferSet set) {
        return set.offers().stream()
                .min(Comparator.comparing(offer -> offer.schedule().start().start()))
                .orElseThrow()
                .id();
    }

    /**
     * Takes the set's {@linkplain #earliest earliest} offer; its siblings are rejected. Stores nothing itself, and may be
     * asked again for another set when this one could not be stored.
     *
     * @param set with offers, not stored yet
     * @return what stores the set and follows its holds
     */
    public Proposal of(OfferSet set) {
        UUID chosen = earliest(set);
        Instant now = desk.ledger().now();
        List<Turn> turns = new ArrayList<>(set.offers().size());
        List<Entry> entries = new ArrayList<>(set.offers().size());
        List<SessionEvent> told = new ArrayList<>();
        List<Statement> more = new ArrayList<>(desk.acts().note(caller, "accept", chosen.toString(), ""));
        for (Offer offer : set.offers()) {
            Turn turn = Turn.of(Session.offered(set, offer));
            if (offer.id().equals(chosen)) {
                turn = turn.schedule(Sessions.begun(offer.schedule(), now))
                        .to(Phase.ACCEPTED, SessionMessages.accepted(now), false);
                entries.addAll(Reserved.confirm(offer, window -> Sessions.remaining(window, now)));
                more.addAll(also.apply(turn.after()));
                accepted = turn.after();
            } else {
                turn = turn.to(Phase.REJECTED, SessionMessages.siblingAccepted(now, chosen.toString()), false);
                entries.addAll(Reserved.release(offer, now));
            }
            turns.add(turn);
            told.addAll(turn.events());
        }
        events = told;
        List<Statement> statements = new ArrayList<>(desk.store().store(set, turns));
        statements.addAll(more);
        return new Proposal(entries, statements);
    }

    /**
     * Tells of what has been stored, and has it run.
     *
     * @throws IllegalStateException when nothing was taken
     */
    public Session begin() {
        Session session = accepted;
        if (session == null) {
            throw new IllegalStateException("no offer was taken");
        }
        desk.hub().publish(events);
        desk.conductor().accepted(session);
        return session;
    }
}
