package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import org.jspecify.annotations.Nullable;

/** A checksum and its algorithm. */
@XmlAccessorType(XmlAccessType.FIELD)
public class Checksum {
    public @Nullable String type;

    public @Nullable String value;
}
