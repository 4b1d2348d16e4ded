package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlRootElement;
import org.jspecify.annotations.Nullable;

/** Asks a registry to make the record of a service from the service's own VOSI capabilities. */
@XmlRootElement(name = "register")
@XmlAccessorType(XmlAccessType.FIELD)
public class RegisterRequest {
    /** Address of the service's VOSI capabilities. */
    public @Nullable String capabilitiesUrl;

    /** IVOID within an authority the registry manages; one is made of the address when absent. */
    public @Nullable String identifier;

    public @Nullable String title;

    /** At most 16 characters. */
    public @Nullable String shortName;

    public @Nullable String description;

    public @Nullable String publisher;

    /** A page for people. */
    public @Nullable String referenceUrl;
}
