package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElementWrapper;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Room for files. */
@XmlAccessorType(XmlAccessType.FIELD)
public class Storage extends LifecycleComponent {
    /** GiB. */
    public @Nullable MinMax size;

    @XmlElementWrapper(name = "data")
    @XmlElement(name = "reference")
    public @Nullable List<String> data;

    public @Nullable MinMaxDuration lifetime;

    /** managed or unmanaged. */
    public @Nullable String lifecycle;
}
