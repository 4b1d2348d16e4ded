package org.planisphere.client;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Nothing answered: no connection, a connection that was cut, or no complete answer in time. */
public final class NotReachable extends ClientException {
    private static final long serialVersionUID = 1L;

    private final URI uri;

    NotReachable(URI uri, String why, @Nullable Throwable cause) {
        super(uri + " " + why, cause);
        this.uri = uri;
    }

    /** What was called. */
    public URI uri() {
        return uri;
    }
}
