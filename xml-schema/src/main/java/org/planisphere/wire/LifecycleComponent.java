package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import org.jspecify.annotations.Nullable;

/** A component that is prepared, available and released. */
@XmlAccessorType(XmlAccessType.FIELD)
public abstract class LifecycleComponent extends Component {
    /** One of INITIALIZING WAITING PREPARING AVAILABLE RUNNING RELEASING COMPLETED FAILED CANCELLED. */
    public @Nullable String phase;

    public @Nullable Schedule schedule;
}
