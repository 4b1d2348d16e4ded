package org.planisphere.foundation.database;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.util.Set;

/**
 * Tells the pool which of H2's errors end a connection. H2 closes its database when a write fails, as on a full disk, and
 * opens it again for a new connection; an old one would say for ever that it is closed.
 */
final class ClosedForGood implements SQLExceptionOverride {
    /** Object closed, IO failed (three), file corrupted, database closed, database closed at the end of the process. */
    private static final Set<Integer> CODES = Set.of(90007, 90028, 90031, 90036, 90030, 90098, 90121);

    @java.lang.Override
    public Override adjudicate(SQLException e) {
        return CODES.contains(e.getErrorCode()) ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
    }
}
