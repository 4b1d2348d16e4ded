package org.planisphere.planner.session;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Statement;
import org.planisphere.planner.offer.OfferSet;

/**
 * Where sessions, their events and their offer sets are kept. Thread safe; every method but those that make statements
 * blocks on the database. Changes are made as statements, which the ledger carries out together with what they do to its
 * log, many callers in one transaction.
 */
public interface SessionStore {
    Optional<Session> find(UUID session);

    /** The session and its siblings as they are now, in the order in which they were offered; empty when unknown. */
    List<Session> family(UUID session);

    Optional<StoredOfferSet> findOfferSet(UUID offerSet);

    /** The owner's sessions, newest first. Costs the same at a hundred and at a million sessions. */
    Page<Session> list(String owner, Filter filter);

    /** The owner's offer sets, newest first. */
    Page<StoredOfferSet> listOfferSets(String owner, Filter filter);

    /** Every accepted session of the platform that has not ended, in no order. */
    List<Session> active(String platform);

    /** Every accepted session of the owner that has not ended, in no order. */
    List<Session> activeOf(String owner);

    /** Events of a session with a number above {@code after}, in order, at most {@code limit}. */
    List<SessionEvent> events(UUID session, long after, int limit);

    /** Which events there are at or after the instant, in order of time, at most {@code limit}; far quicker than all of them. */
    List<EventKey> eventKeysSince(Instant since, int limit);

    /** Events of any session at or after the instant, in order of time, at most {@code limit}. */
    List<SessionEvent> eventsSince(Instant since, int limit);

    /**
     * Statements that store the turn; they are refused as stale when the session has another version by then, or when the
     * lease is not the one under which its platform is conducted now.
     *
     * @param lease null when the change is a caller's and not the conductor's
     */
    List<Statement> change(Turn turn, @Nullable Lease lease);

    /**
     * Statements that store a new set, with its sessions as these turns leave them.
     *
     * @param turns one for each offer, in their order
     */
    List<Statement> store(OfferSet set, List<Turn> turns);

    /** Statements that expire the session if it is still only offered. */
    List<Statement> expire(UUID session, org.planisphere.planner.offer.Message message);

    /** Removes an ended session and its events; false when it is not there or has not ended. */
    boolean delete(UUID session);

    /** Sessions that ended in this phase before the instant, longest ago first, at most {@code limit}. */
    List<Session> endedBefore(Phase phase, Instant instant, int limit);

    /** Removes offer sets made before the instant that have no sessions (any more), at most {@code limit}; how many. */
    int removeEmptyOfferSets(Instant madeBefore, int limit);
}
