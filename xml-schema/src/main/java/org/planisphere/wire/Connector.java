package org.planisphere.wire;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import org.jspecify.annotations.Nullable;

/** A way to reach a session while it lives and after. */
@XmlAccessorType(XmlAccessType.FIELD)
@JsonPropertyOrder("kind")
public class Connector {
    public @Nullable String kind;

    /** PREPARING, AVAILABLE or FINISHED. */
    public @Nullable String status;

    public @Nullable String protocol;

    public @Nullable String location;
}
