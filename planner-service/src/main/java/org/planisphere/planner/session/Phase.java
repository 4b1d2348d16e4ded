package org.planisphere.planner.session;

/**
 * The phases of a session, as on the wire.
 *
 * @see <a href="https://github.com/ivoa-std/ExecutionBroker">ExecutionBroker 1.0, session phases</a>
 */
public enum Phase {
    INITIAL,
    OFFERED,
    ACCEPTED,
    REJECTED,
    EXPIRED,
    WAITING,
    PREPARING,
    AVAILABLE,
    RUNNING,
    RELEASING,
    COMPLETED,
    FAILED,
    CANCELLED;

    /** A session in a terminal phase never changes its phase again. */
    public boolean terminal() {
        return switch (this) {
            case REJECTED, EXPIRED, COMPLETED, FAILED, CANCELLED -> true;
            default -> false;
        };
    }

    /** Accepted and not yet ended. */
    public boolean active() {
        return switch (this) {
            case ACCEPTED, WAITING, PREPARING, AVAILABLE, RUNNING, RELEASING -> true;
            default -> false;
        };
    }
}
