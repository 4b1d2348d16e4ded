package org.planisphere.client;

import org.jspecify.annotations.Nullable;

/**
 * Why a call did not give what it was asked for: the server said no ({@link PlannerProblem}), was not there
 * ({@link NotReachable}), or answered what cannot be used ({@link BadAnswer}).
 */
public abstract class ClientException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClientException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
