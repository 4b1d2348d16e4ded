package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import org.jspecify.annotations.Nullable;

/** One fault of a document. */
@XmlAccessorType(XmlAccessType.FIELD)
public class ProblemError {
    /** JSON Pointer (RFC 6901) into the document's JSON form; the empty text is the whole document. */
    @XmlElement(namespace = Problem.NAMESPACE)
    public @Nullable String pointer;

    @XmlElement(namespace = Problem.NAMESPACE)
    public @Nullable String detail;
}
