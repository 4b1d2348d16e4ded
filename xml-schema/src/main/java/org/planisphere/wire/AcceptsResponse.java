package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElementWrapper;
import jakarta.xml.bind.annotation.XmlRootElement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answer to the simple question whether a type of task is taken here. */
@XmlRootElement(name = "accepts")
@XmlAccessorType(XmlAccessType.FIELD)
public class AcceptsResponse {
    /** YES or NO. */
    public @Nullable String responseword;

    public @Nullable String tasktype;

    @XmlElementWrapper(name = "messages")
    @XmlElement(name = "message")
    public @Nullable List<Message> messages;
}
