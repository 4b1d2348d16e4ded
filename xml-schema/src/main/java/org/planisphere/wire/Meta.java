package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElementWrapper;
import jakarta.xml.bind.annotation.adapters.XmlJavaTypeAdapter;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Metadata of a component. Name and description are the client's and are kept; everything else is the service's.
 *
 * @see <a href="https://github.com/ivoa-std/ExecutionBroker">IVOA ExecutionBroker 1.0, ComponentMetadata</a>
 */
@XmlAccessorType(XmlAccessType.FIELD)
public class Meta {
    public @Nullable String uuid;

    public @Nullable String name;

    /** Where this component can be read; resolves. */
    public @Nullable String url;

    public @Nullable String description;

    @XmlJavaTypeAdapter(InstantAdapter.class)
    public @Nullable Instant created;

    @XmlJavaTypeAdapter(InstantAdapter.class)
    public @Nullable Instant modified;

    @XmlElementWrapper(name = "messages")
    @XmlElement(name = "message")
    public @Nullable List<Message> messages;

    /** What this caller may do to the component now. */
    @XmlElementWrapper(name = "options")
    @XmlElement(name = "option")
    public @Nullable List<Option> options;
}
