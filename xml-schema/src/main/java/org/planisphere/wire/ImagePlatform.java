package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import org.jspecify.annotations.Nullable;

/** What a container image is built for. */
@XmlAccessorType(XmlAccessType.FIELD)
public class ImagePlatform {
    public @Nullable String architecture;

    public @Nullable String os;
}
