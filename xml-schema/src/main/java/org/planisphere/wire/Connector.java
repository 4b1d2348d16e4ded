package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import org.jspecify.annotations.Nullable;

/** A way to reach a session while it lives and after. */
@XmlAccessorType(XmlAccessType.FIELD)
public class Connector {
    public @Nullable String kind;

    /** PREPARING, AVAILABLE or FINISHED. */
    public @Nullable String status;

    public @Nullable String protocol;

    public @Nullable String location;
}
