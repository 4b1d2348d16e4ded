package org.planisphere.planner.platform.slurm;

import org.jspecify.annotations.Nullable;

/** Slurm refused, or did not answer; the message is its own, in one line. */
final class SlurmException extends Exception {
    private static final long serialVersionUID = 1L;
    private final boolean reached;

    SlurmException(String message, boolean reached, @Nullable Throwable cause) {
        super(message, cause);
        this.reached = reached;
    }

    /** Whether Slurm answered: else what was asked may have been done all the same. */
    boolean reached() {
        return reached;
    }
}
