package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlRootElement;
import jakarta.xml.bind.annotation.adapters.XmlJavaTypeAdapter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A harvested record that is held in quarantine. */
@XmlRootElement(name = "held")
@XmlAccessorType(XmlAccessType.FIELD)
public class RegistryHeld {
    public @Nullable String source;

    /** What the source calls it. */
    public @Nullable String identifier;

    public @Nullable String reason;

    @XmlJavaTypeAdapter(InstantAdapter.class)
    public @Nullable Instant since;
}
