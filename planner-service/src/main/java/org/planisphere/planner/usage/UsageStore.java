package org.planisphere.planner.usage;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Statement;

/** Where usage records are kept. Thread safe. */
public interface UsageStore {
    /** Statements that keep the record; harmless when it is kept already. */
    List<Statement> keep(UsageRecord record);

    /**
     * Records by their end and session, oldest first, at most so many. Blocks on the database.
     *
     * @param since that ended then or later
     * @param after without those that ended then and come up to this session; null for all
     */
    List<UsageRecord> endedSince(Instant since, @Nullable UUID after, int limit);

    /** Records, newest end first, at most the filter's limit. Blocks on the database. */
    List<UsageRecord> list(UsageFilter filter);
}
