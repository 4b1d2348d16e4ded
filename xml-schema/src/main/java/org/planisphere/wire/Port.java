package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import org.jspecify.annotations.Nullable;

/** One published port. */
@XmlAccessorType(XmlAccessType.FIELD)
public class Port {
    public @Nullable Boolean access;

    public @Nullable InternalPort internal;

    public @Nullable ExternalPort external;

    /** UDP, TCP, HTTP or HTTPS. */
    public @Nullable String protocol;

    public @Nullable String path;
}
