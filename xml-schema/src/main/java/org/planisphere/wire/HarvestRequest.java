package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlRootElement;
import org.jspecify.annotations.Nullable;

/** Asks a registry to harvest a source now. */
@XmlRootElement(name = "harvest")
@XmlAccessorType(XmlAccessType.FIELD)
public class HarvestRequest {
    /** The source's OAI-PMH address, as the list of sources has it. */
    public @Nullable String source;

    /** Everything, even when that is not due. */
    public @Nullable Boolean full;

    /** What does not come any more is deleted, however much it is. */
    public @Nullable Boolean believe;
}
