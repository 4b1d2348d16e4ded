package org.planisphere.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElementWrapper;
import jakarta.xml.bind.annotation.XmlRootElement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One page of the harvests of a source. */
@XmlRootElement(name = "runs")
@XmlAccessorType(XmlAccessType.FIELD)
public class RegistryRunList {
    /** Written also when empty, so that a reader may go through it without asking. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @XmlElementWrapper(name = "items")
    @XmlElement(name = "run")
    public @Nullable List<RegistryRun> items;

    /** Address of the next page; absent on the last. */
    public @Nullable String next;
}
