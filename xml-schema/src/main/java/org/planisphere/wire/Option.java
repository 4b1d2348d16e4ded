package org.planisphere.wire;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElementWrapper;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something the caller may change, told by path and allowed values. Which fields count is told by the kind: a pattern for
 * text, values for a choice, min, max and units for numbers and steps.
 *
 * @see <a href="https://github.com/ivoa-std/ExecutionBroker">IVOA ExecutionBroker 1.0, AbstractOption</a>
 */
@XmlAccessorType(XmlAccessType.FIELD)
@JsonPropertyOrder("kind")
public class Option {
    /** uri:string-value-option, uri:enum-value-option, uri:integer-value-option or uri:integer-delta-option. */
    @XmlAttribute
    public @Nullable String kind;

    public @Nullable String path;

    /** Regular expression of a string value. */
    public @Nullable String pattern;

    @XmlElementWrapper(name = "values")
    @XmlElement(name = "value")
    public @Nullable List<String> values;

    public @Nullable Long min;

    public @Nullable Long max;

    public @Nullable String units;
}
