package org.planisphere.planner.storage;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.planisphere.planner.ledger.Statement;

/**
 * Where it is written down what is kept. Thread safe; every method but those that make statements blocks on the database.
 * Changes are statements, which the ledger carries out together with what they do to its log.
 */
public interface KeptStore {
    Optional<Kept> find(UUID id);

    /** Everything of an owner, the newest first. */
    List<Kept> of(String owner);

    /** What has ended before or at the instant, longest ago first, at most {@code limit}. */
    List<Kept> ended(Instant now, int limit);

    Statement add(Kept kept);

    /** Sets another end; refused as stale when it is not there any more. */
    Statement end(UUID id, Instant ends);

    /** What was made for the session ends then, where it would end earlier. */
    Statement atLeast(UUID session, Instant ends);

    /** What ends as it was planned before a run ends then; another end that its owner has set stays. */
    Statement instead(UUID id, Instant planned, Instant ends);

    /** What was made for the session ends at once. */
    Statement endOf(UUID session, Instant now);

    Statement remove(UUID id);
}
