package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElementWrapper;
import jakarta.xml.bind.annotation.XmlRootElement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The results a session left. */
@XmlRootElement(name = "results")
@XmlAccessorType(XmlAccessType.FIELD)
public class ResultList {
    @XmlElementWrapper(name = "items")
    @XmlElement(name = "result")
    public @Nullable List<ResultItem> items;

    public @Nullable String next;
}
