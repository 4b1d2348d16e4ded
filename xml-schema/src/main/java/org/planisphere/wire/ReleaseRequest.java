package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlRootElement;
import org.jspecify.annotations.Nullable;

/** Lets a harvested record out of quarantine. */
@XmlRootElement(name = "release")
@XmlAccessorType(XmlAccessType.FIELD)
public class ReleaseRequest {
    public @Nullable String source;

    /** What the source calls the record. */
    public @Nullable String identifier;
}
