package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import org.jspecify.annotations.Nullable;

/** A shortest and a longest ISO 8601 duration, both optional. */
@XmlAccessorType(XmlAccessType.FIELD)
public class MinMaxDuration {
    public @Nullable String min;

    public @Nullable String max;
}
