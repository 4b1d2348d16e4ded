package org.planisphere.wire.codec;

import com.fasterxml.jackson.core.JsonProcessingException;

/** Ends the reading of a document at once; what is wrong has been recorded in {@link Faults}. */
final class Unreadable extends JsonProcessingException {
    private static final long serialVersionUID = 1L;

    Unreadable(String message) {
        super(message);
    }

    /** Only a signal, and hostile documents should be cheap to refuse. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
