package org.planisphere.wire;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.adapters.XmlJavaTypeAdapter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message about a component, after the Message Templates idea: a template with places written <code>${name}</code>, the
 * values for them, and the filled text. A program reads the kind and the values, a person the text.
 *
 * @see <a href="https://github.com/ivoa-std/ExecutionBroker">IVOA ExecutionBroker 1.0, MessageItem</a>
 */
@XmlAccessorType(XmlAccessType.FIELD)
@JsonPropertyOrder("kind")
public class Message {
    /** URI of the page that explains this sort of message. */
    public @Nullable String kind;

    @XmlJavaTypeAdapter(InstantAdapter.class)
    public @Nullable Instant time;

    /** DEBUG, INFO, WARN, ERROR or OTHER. */
    public @Nullable String level;

    public @Nullable String template;

    public @Nullable NameValueMap values;

    public @Nullable String message;
}
