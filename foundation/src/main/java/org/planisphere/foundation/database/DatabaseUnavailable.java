package org.planisphere.foundation.database;

/** The database cannot be opened; the message is written for the operator who starts the node. */
public final class DatabaseUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DatabaseUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
