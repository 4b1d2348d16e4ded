package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElementWrapper;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One quota the caller draws on. */
@XmlAccessorType(XmlAccessType.FIELD)
public class AllowanceItem {
    public @Nullable String holder;

    /** ISO 8601 duration of the longest run. */
    public @Nullable String longest;

    /** ISO 8601 duration: how far ahead a run may begin. */
    public @Nullable String ahead;

    /** Offers that may be open at once. */
    public @Nullable Long openOffers;

    /** Offers open now. */
    public @Nullable Long openOffersHeld;

    @XmlElementWrapper(name = "resources")
    @XmlElement(name = "resource")
    public @Nullable List<AllowanceResource> resources;
}
