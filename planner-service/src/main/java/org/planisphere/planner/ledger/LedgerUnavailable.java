package org.planisphere.planner.ledger;

import org.jspecify.annotations.Nullable;

/** The database did not take an append or did not answer: 503 with Retry-After at the door. */
public final class LedgerUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LedgerUnavailable(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
