package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElementWrapper;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The port outside, filled in by the platform. */
@XmlAccessorType(XmlAccessType.FIELD)
public class ExternalPort {
    public @Nullable Long port;

    @XmlElementWrapper(name = "addresses")
    @XmlElement(name = "address")
    public @Nullable List<String> addresses;
}
