package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import org.jspecify.annotations.Nullable;

/** A place in the file system of the run where a storage or data resource appears. */
@XmlAccessorType(XmlAccessType.FIELD)
public class Volume extends Component {
    public @Nullable String path;

    /** READONLY or READWRITE. */
    public @Nullable String mode;

    /** Name (request) or UUID (answer) of a storage or data resource. */
    public @Nullable String resource;
}
