package org.planisphere.wire;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import org.jspecify.annotations.Nullable;

/** A metric: a floor in a request, what the platform reaches in an offer. */
@XmlAccessorType(XmlAccessType.FIELD)
@JsonPropertyOrder("kind")
public class Metric {
    @XmlAttribute
    public @Nullable String kind;

    public @Nullable String type;

    public @Nullable String description;

    public @Nullable Double min;

    public @Nullable Double max;
}
