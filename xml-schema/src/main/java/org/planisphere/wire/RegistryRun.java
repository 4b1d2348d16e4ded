package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlRootElement;
import jakarta.xml.bind.annotation.adapters.XmlJavaTypeAdapter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One harvest of a source. */
@XmlRootElement(name = "run")
@XmlAccessorType(XmlAccessType.FIELD)
public class RegistryRun {
    public @Nullable Long number;

    public @Nullable Boolean full;

    @XmlJavaTypeAdapter(InstantAdapter.class)
    public @Nullable Instant began;

    @XmlJavaTypeAdapter(InstantAdapter.class)
    public @Nullable Instant ended;

    /** {@code running}, {@code done}, {@code alarm} or {@code failed}. */
    public @Nullable String outcome;

    /** Records that came. */
    public @Nullable Long seen;

    /** Of these, new or changed. */
    public @Nullable Long kept;

    public @Nullable Long removed;

    public @Nullable Long quarantined;

    public @Nullable String message;
}
