package org.planisphere.planner.platform.container;

/** The container engine refused, failed or did not answer; the message is its own, for the operator's log. */
final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final boolean reached;

    EngineException(String message, boolean reached, Throwable cause) {
        super(message, cause);
        this.reached = reached;
    }

    /** Whether the engine answered at all. */
    boolean reached() {
        return reached;
    }
}
