package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElementWrapper;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SKAO metadata of a data resource. */
@XmlAccessorType(XmlAccessType.FIELD)
public class Skao {
    public @Nullable String namespace;

    public @Nullable String objectname;

    public @Nullable String objecttype;

    public @Nullable Long datasize;

    public @Nullable Checksum checksum;

    @XmlElementWrapper(name = "replicas")
    @XmlElement(name = "replica")
    public @Nullable List<Replica> replicas;
}
