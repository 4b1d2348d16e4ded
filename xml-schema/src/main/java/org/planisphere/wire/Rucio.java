package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import org.jspecify.annotations.Nullable;

/** An object in a Rucio data lake. */
@XmlAccessorType(XmlAccessType.FIELD)
public class Rucio {
    public @Nullable String endpoint;

    public @Nullable String scope;

    public @Nullable String object;

    /** FILE, CONTAINER or DATASET. */
    public @Nullable String type;
}
