package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import org.jspecify.annotations.Nullable;

/** One resource of a quota: what may be used at any instant, and what is used now. */
@XmlAccessorType(XmlAccessType.FIELD)
public class AllowanceResource {
    /** cores, memory, storage, accelerators or sessions. */
    public @Nullable String name;

    public @Nullable String unit;

    /** Absent when there is none. */
    public @Nullable Long limit;

    /** Held and accepted, now. */
    public @Nullable Long used;

    /** The part of it that open offers hold. */
    public @Nullable Long held;

    public @Nullable Long left;
}
