package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import org.jspecify.annotations.Nullable;

/** One share of a platform that the caller's runs are counted on, and what is lent beyond it. */
@XmlAccessorType(XmlAccessType.FIELD)
public class ShareItem {
    public @Nullable String platform;

    public @Nullable String holder;

    /** Of the platform. */
    public @Nullable Long percent;

    /** Percent of the platform that the holder has had lately. */
    public @Nullable Double lately;

    /** The fair-share factor, above 0 and at most 1. */
    public @Nullable Double factor;

    /** How long from now what is beyond the share may be held. */
    public @Nullable String lend;
}
