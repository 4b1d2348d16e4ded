package org.planisphere.planner.audit;

import java.util.List;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.planner.ledger.Statement;

/** Where acts are noted. Thread safe. */
public interface Acts {
    /** Notes nothing. */
    Acts NONE = (who, act, object, detail) -> List.of();

    /**
     * Statements that note an act; carried out in the same append as the act itself, so that there is none without the
     * other.
     *
     * @param act one word: ask, accept, reject, cancel, update, delete, share, unshare, policy
     * @param object what it was done to: a UUID, a version
     * @param detail one line for people; never a secret
     */
    List<Statement> note(Caller who, String act, String object, String detail);
}
