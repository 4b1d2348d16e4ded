package org.planisphere.planner.offer;

import java.time.Instant;
import java.util.UUID;
import org.planisphere.planner.ledger.Account;

/**
 * Storage that somebody has on a platform already.
 *
 * @param mib its size; reserved by itself until it ends
 */
public record KeptStorage(UUID id, String name, long mib, Instant ends) {
    /** Where its use is counted: one session has it at an instant. */
    public Account account() {
        return new Account("storage:" + id);
    }
}
