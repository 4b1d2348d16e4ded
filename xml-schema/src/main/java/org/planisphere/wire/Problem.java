package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElementWrapper;
import jakarta.xml.bind.annotation.XmlRootElement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** RFC 9457 problem details. */
@XmlRootElement(name = "problem")
@XmlAccessorType(XmlAccessType.FIELD)
public class Problem {
    public @Nullable String type;

    public @Nullable String title;

    public @Nullable Long status;

    public @Nullable String detail;

    public @Nullable String instance;

    @XmlElementWrapper(name = "errors")
    @XmlElement(name = "error")
    public @Nullable List<ProblemError> errors;
}
