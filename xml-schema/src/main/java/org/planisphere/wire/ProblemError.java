package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import org.jspecify.annotations.Nullable;

/** One fault of a document. */
@XmlAccessorType(XmlAccessType.FIELD)
public class ProblemError {
    /** JSON Pointer into the document. */
    public @Nullable String pointer;

    public @Nullable String detail;
}
