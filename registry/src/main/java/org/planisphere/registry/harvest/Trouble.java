package org.planisphere.registry.harvest;

/** The source does not answer as it should; the message is for the operator. */
final class Trouble extends Exception {
    private static final long serialVersionUID = 1L;

    /** The list cannot be gone on with at this token. */
    final boolean badToken;

    Trouble(String message) {
        this(message, false);
    }

    Trouble(String message, boolean badToken) {
        super(message);
        this.badToken = badToken;
    }
}
