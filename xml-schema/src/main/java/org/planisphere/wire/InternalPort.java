package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import org.jspecify.annotations.Nullable;

/** The port inside the container. */
@XmlAccessorType(XmlAccessType.FIELD)
public class InternalPort {
    public @Nullable Long port;
}
