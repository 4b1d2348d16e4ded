package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElementWrapper;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The machine asked for or given. */
@XmlAccessorType(XmlAccessType.FIELD)
public class Compute extends LifecycleComponent {
    public @Nullable MinMax cores;

    /** GiB. */
    public @Nullable MinMax memory;

    @XmlElementWrapper(name = "accelerators")
    @XmlElement(name = "accelerator")
    public @Nullable List<Accelerator> accelerators;

    @XmlElementWrapper(name = "volumes")
    @XmlElement(name = "volume")
    public @Nullable List<Volume> volumes;
}
