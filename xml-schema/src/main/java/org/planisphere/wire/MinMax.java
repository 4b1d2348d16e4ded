package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import org.jspecify.annotations.Nullable;

/** A smallest and a largest whole number, both optional. */
@XmlAccessorType(XmlAccessType.FIELD)
public class MinMax {
    public @Nullable Long min;

    public @Nullable Long max;
}
