package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import org.jspecify.annotations.Nullable;

/** How long the run takes and the interval in which it must begin. */
@XmlAccessorType(XmlAccessType.FIELD)
public class RequestedSchedule {
    /** ISO 8601 duration. */
    public @Nullable String duration;

    /** ISO 8601 interval: start/end or start/duration. */
    public @Nullable String start;
}
