package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElementWrapper;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A container image: where it may be had and what it must be. */
@XmlAccessorType(XmlAccessType.FIELD)
public class Image {
    @XmlElementWrapper(name = "locations")
    @XmlElement(name = "location")
    public @Nullable List<String> locations;

    public @Nullable String digest;

    public @Nullable ImagePlatform platform;
}
