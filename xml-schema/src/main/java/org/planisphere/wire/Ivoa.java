package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import org.jspecify.annotations.Nullable;

/** IVOA metadata of a data resource. */
@XmlAccessorType(XmlAccessType.FIELD)
public class Ivoa {
    public @Nullable String ivoid;

    public @Nullable ObsCore obscore;

    public @Nullable DataLink datalink;
}
