package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import org.jspecify.annotations.Nullable;

/** A copy of a data object. */
@XmlAccessorType(XmlAccessType.FIELD)
public class Replica {
    public @Nullable String rsename;

    public @Nullable String dataurl;
}
