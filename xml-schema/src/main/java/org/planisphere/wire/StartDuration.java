package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import org.jspecify.annotations.Nullable;

/** A start (instant or interval, told by the place it stands in) and an ISO 8601 duration. */
@XmlAccessorType(XmlAccessType.FIELD)
public class StartDuration {
    public @Nullable String start;

    public @Nullable String duration;
}
