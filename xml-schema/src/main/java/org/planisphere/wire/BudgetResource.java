package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import org.jspecify.annotations.Nullable;

/** One resource of a budget: what may be consumed in the period, and what is. */
@XmlAccessorType(XmlAccessType.FIELD)
public class BudgetResource {
    /** cores, storage, accelerators or money. */
    public @Nullable String name;

    public @Nullable String unit;

    /** What was carried over is in it. */
    public @Nullable Double limit;

    /** The part of the limit that the period before left. */
    public @Nullable Double carried;

    /** Used, and held by offers and accepted sessions. */
    public @Nullable Double used;

    /** The part of it that open offers hold. */
    public @Nullable Double held;

    public @Nullable Double left;
}
