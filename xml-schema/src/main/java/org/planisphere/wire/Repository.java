package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import org.jspecify.annotations.Nullable;

/** A version-controlled source. */
@XmlAccessorType(XmlAccessType.FIELD)
public class Repository {
    public @Nullable String url;

    public @Nullable String reference;

    public @Nullable String path;
}
