package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import org.jspecify.annotations.Nullable;

/**
 * When a component is prepared, available and released; in a request only {@code requested}.
 *
 * @see <a href="https://github.com/ivoa-std/ExecutionBroker">IVOA ExecutionBroker 1.0, RequestedScheduleBlock and LifecycleSchedule</a>
 */
@XmlAccessorType(XmlAccessType.FIELD)
public class Schedule {
    /** Only in a request. */
    public @Nullable RequestedSchedule requested;

    /** start is an ISO 8601 instant. */
    public @Nullable StartDuration preparing;

    /** start is an ISO 8601 interval. */
    public @Nullable StartDuration available;

    /** start is an ISO 8601 instant. */
    public @Nullable StartDuration releasing;
}
