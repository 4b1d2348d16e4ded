package org.planisphere.wire.codec;

import java.util.List;

/** A document of more bytes than are read here; the rest of it is still unread. The door answers 413. */
public final class DocumentTooLarge extends MalformedDocument {
    private static final long serialVersionUID = 1L;

    private final int limit;

    public DocumentTooLarge(int limit) {
        super(List.of(new Fault("", "The document is larger than " + limit + " bytes.")));
        this.limit = limit;
    }

    /** Bytes. */
    public int limit() {
        return limit;
    }
}
