package org.planisphere.registry.tap;

import org.planisphere.foundation.rest.ProblemType;

/** A query that is not answered, and why; told in the form of DALI. */
final class Rejected extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    /** @param status of HTTP */
    Rejected(int status, String message) {
        super(message);
        this.status = status;
    }

    Rejected(String message) {
        this(400, message);
    }

    int status() {
        return status;
    }

    /** The word by which docs/problems.md explains it. */
    String problem() {
        return (status == 400 ? ProblemType.INVALID_PARAMETER : ProblemType.ofStatus(status)).slug();
    }

    String told() {
        return String.valueOf(getMessage());
    }
}
