package org.planisphere.wire;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElementWrapper;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What every component of the contract carries: its kind, its metadata, what it costs and what it reaches. */
@XmlAccessorType(XmlAccessType.FIELD)
@JsonPropertyOrder("kind")
public abstract class Component {
    /** URI of the component's type; the discriminator. */
    @XmlAttribute
    public @Nullable String kind;

    public @Nullable Meta meta;

    @XmlElementWrapper(name = "costs")
    @XmlElement(name = "cost")
    public @Nullable List<Cost> costs;

    @XmlElementWrapper(name = "metrics")
    @XmlElement(name = "metric")
    public @Nullable List<Metric> metrics;
}
