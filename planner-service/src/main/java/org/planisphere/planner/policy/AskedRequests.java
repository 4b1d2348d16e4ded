package org.planisphere.planner.policy;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.planisphere.planner.ledger.Statement;

/** Where answered requests are kept for a while, so that a new policy can be tried on them. Thread safe. */
public interface AskedRequests {
    /** Statements that keep one; carried out with the answer. */
    List<Statement> keep(AskedRequest request);

    /** Each request answered at or after the instant, in order of time, at most {@code limit}. Blocks on the database. */
    void each(Instant since, int limit, Consumer<AskedRequest> told);

    /** Forgets what was answered before the instant. */
    void forget(Instant before);
}
