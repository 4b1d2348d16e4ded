package org.planisphere.wire;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import org.jspecify.annotations.Nullable;

/** Accelerators of one type within a compute resource. */
@XmlAccessorType(XmlAccessType.FIELD)
@JsonPropertyOrder("kind")
public class Accelerator {
    @XmlAttribute
    public @Nullable String kind;

    public @Nullable String type;

    public @Nullable MinMax count;

    /** GiB. */
    public @Nullable MinMax memory;
}
