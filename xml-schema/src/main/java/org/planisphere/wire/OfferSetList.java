package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElementWrapper;
import jakarta.xml.bind.annotation.XmlRootElement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One page of the caller's offer sets. */
@XmlRootElement(name = "offersets")
@XmlAccessorType(XmlAccessType.FIELD)
public class OfferSetList {
    @XmlElementWrapper(name = "items")
    @XmlElement(name = "offers-response")
    public @Nullable List<OfferSetResponse> items;

    public @Nullable String next;
}
