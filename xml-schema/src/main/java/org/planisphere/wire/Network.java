package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElementWrapper;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The ports a container publishes. */
@XmlAccessorType(XmlAccessType.FIELD)
public class Network {
    @XmlElementWrapper(name = "ports")
    @XmlElement(name = "port")
    public @Nullable List<Port> ports;
}
