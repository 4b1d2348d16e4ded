package org.planisphere.planner.usage;

import java.util.List;
import org.planisphere.planner.ledger.Statement;

/** Where usage records are kept. Thread safe. */
public interface UsageStore {
    /** Statements that keep the record; harmless when it is kept already. */
    List<Statement> keep(UsageRecord record);

    /** Records, newest end first, at most the filter's limit. Blocks on the database. */
    List<UsageRecord> list(UsageFilter filter);
}
