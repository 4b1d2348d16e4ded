package org.planisphere.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElementWrapper;
import jakarta.xml.bind.annotation.XmlRootElement;
import jakarta.xml.bind.annotation.adapters.XmlJavaTypeAdapter;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a registry says of one resource, in short; the whole record is VOResource XML. */
@XmlRootElement(name = "resource")
@XmlAccessorType(XmlAccessType.FIELD)
public class RegistryItem {
    /** IVOID. */
    public @Nullable String identifier;

    /** Such as {@code vr:Service}. */
    public @Nullable String type;

    public @Nullable String title;

    public @Nullable String shortName;

    public @Nullable String description;

    public @Nullable String publisher;

    @XmlElementWrapper(name = "subjects")
    @XmlElement(name = "subject")
    public @Nullable List<String> subjects;

    @XmlElementWrapper(name = "wavebands")
    @XmlElement(name = "waveband")
    public @Nullable List<String> wavebands;

    /** Executable kinds that the record says can be run, URIs. */
    @XmlElementWrapper(name = "kinds")
    @XmlElement(name = "kind")
    public @Nullable List<String> kinds;

    /** {@code active}, {@code inactive} or {@code deleted}. */
    public @Nullable String status;

    @XmlJavaTypeAdapter(InstantAdapter.class)
    public @Nullable Instant updated;

    /** What the service said when it was asked last: {@code up}, {@code down} or {@code unknown}. */
    public @Nullable String availability;

    /** When it was asked last. */
    @XmlJavaTypeAdapter(InstantAdapter.class)
    public @Nullable Instant checked;

    /** True when the record could not be renewed from the service. */
    public @Nullable Boolean stale;

    /** Written also when empty, so that a reader may go through it without asking. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @XmlElementWrapper(name = "capabilities")
    @XmlElement(name = "capability")
    public @Nullable List<RegistryCapability> capabilities;
}
