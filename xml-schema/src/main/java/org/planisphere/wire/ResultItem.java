package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.adapters.XmlJavaTypeAdapter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One result file. */
@XmlAccessorType(XmlAccessType.FIELD)
public class ResultItem {
    /** Path relative to the work folder, with forward slashes. */
    public @Nullable String name;

    /** Bytes. */
    public @Nullable Long size;

    /** Lower-case hex. */
    public @Nullable String sha256;

    public @Nullable String mediaType;

    @XmlJavaTypeAdapter(InstantAdapter.class)
    public @Nullable Instant modified;

    public @Nullable String url;
}
