package org.planisphere.wire;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import org.jspecify.annotations.Nullable;

/** A cost: a ceiling in a request, a quote in an offer. */
@XmlAccessorType(XmlAccessType.FIELD)
@JsonPropertyOrder("kind")
public class Cost {
    @XmlAttribute
    public @Nullable String kind;

    /** URI of what is counted: money, energy, carbon. */
    public @Nullable String type;

    public @Nullable String description;

    public @Nullable Double min;

    public @Nullable Double max;
}
