package org.planisphere.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElementWrapper;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One thing a registered service can do. */
@XmlAccessorType(XmlAccessType.FIELD)
public class RegistryCapability {
    public @Nullable String standardID;

    /** Such as {@code vg:Harvest}; absent for a plain capability. */
    public @Nullable String type;

    @JsonInclude(JsonInclude.Include.NON_NULL)
    @XmlElementWrapper(name = "interfaces")
    @XmlElement(name = "interface")
    public @Nullable List<RegistryInterface> interfaces;
}
