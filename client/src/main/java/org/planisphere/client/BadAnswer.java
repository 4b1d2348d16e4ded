package org.planisphere.client;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * An answer that cannot be used: not the document that is due, larger than is taken, a redirection that leads nowhere, or
 * a result whose size or SHA-256 is not what the list says.
 */
public final class BadAnswer extends ClientException {
    private static final long serialVersionUID = 1L;

    private final URI uri;

    BadAnswer(URI uri, String why, @Nullable Throwable cause) {
        super(uri + " " + why, cause);
        this.uri = uri;
    }

    BadAnswer(URI uri, String why) {
        this(uri, why, null);
    }

    /** What was called. */
    public URI uri() {
        return uri;
    }
}
