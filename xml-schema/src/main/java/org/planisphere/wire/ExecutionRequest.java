package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElementWrapper;
import jakarta.xml.bind.annotation.XmlRootElement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request for offers: what is to be executed, on what, with what, when and within which bounds. Only the executable is
 * needed; what is left out the platform fills in. Made by a client, judged by {@code planner.request}.
 *
 * @see <a href="https://github.com/ivoa-std/ExecutionBroker">IVOA ExecutionBroker 1.0, ExecutionRequest</a>
 */
@XmlRootElement(name = "offers-request")
@XmlAccessorType(XmlAccessType.FIELD)
public class ExecutionRequest {
    public @Nullable Executable executable;

    public @Nullable Compute compute;

    @XmlElementWrapper(name = "storage")
    @XmlElement(name = "storage-resource")
    public @Nullable List<Storage> storage;

    @XmlElementWrapper(name = "data")
    @XmlElement(name = "data-resource")
    public @Nullable List<Data> data;

    public @Nullable Schedule schedule;

    /** Ceilings. */
    @XmlElementWrapper(name = "costs")
    @XmlElement(name = "cost")
    public @Nullable List<Cost> costs;

    /** Floors. */
    @XmlElementWrapper(name = "metrics")
    @XmlElement(name = "metric")
    public @Nullable List<Metric> metrics;
}
