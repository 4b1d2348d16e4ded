package org.planisphere.wire;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlRootElement;
import org.jspecify.annotations.Nullable;

/**
 * A change to one option of a session. {@code path} is the option's, with or without a leading slash; a value is text or,
 * for {@code uri:integer-value-update}, a whole number.
 *
 * @see <a href="https://github.com/ivoa-std/ExecutionBroker">IVOA ExecutionBroker 1.0, AbstractUpdate</a>
 */
@XmlRootElement(name = "update")
@XmlAccessorType(XmlAccessType.FIELD)
@JsonPropertyOrder({"kind", "path", "value", "delta", "units"})
public class Update {
    /** uri:string-value-update, uri:enum-value-update, uri:integer-value-update or uri:integer-delta-update. */
    @XmlAttribute
    public @Nullable String kind;

    public @Nullable String path;

    /** The new value as text; a number in JSON when the kind is {@code uri:integer-value-update}. */
    @JsonIgnore
    public @Nullable String value;

    public @Nullable Long delta;

    public @Nullable String units;

    /** The value as JSON writes it. */
    @JsonProperty("value")
    public @Nullable Object jsonValue() {
        if (value != null && "uri:integer-value-update".equals(kind) && value.matches("-?[0-9]{1,18}")) {
            return Long.valueOf(value);
        }
        return value;
    }

    /** Takes the value as JSON gives it: text or number. */
    @JsonProperty("value")
    public void jsonValue(@Nullable Object given) {
        value = given == null ? null : given.toString();
    }
}
