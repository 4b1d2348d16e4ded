package org.planisphere.wire;

import com.fasterxml.jackson.annotation.JsonIgnore;
import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElementWrapper;
import jakarta.xml.bind.annotation.XmlRootElement;
import jakarta.xml.bind.annotation.XmlTransient;
import jakarta.xml.bind.annotation.adapters.XmlJavaTypeAdapter;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An offer and what becomes of it: the same document from phase OFFERED to its end. Made by the planner only. What the
 * caller may do to it now stands in {@code meta.options}.
 *
 * @see <a href="https://github.com/ivoa-std/ExecutionBroker">IVOA ExecutionBroker 1.0, AbstractExecutionSession</a>
 */
@XmlRootElement(name = "execution")
@XmlAccessorType(XmlAccessType.FIELD)
public class ExecutionSession extends Component {
    public @Nullable String phase;

    /** Only while OFFERED. */
    @XmlJavaTypeAdapter(InstantAdapter.class)
    public @Nullable Instant expires;

    /** URL of the offer set this session came from; ours. */
    public @Nullable String offerset;

    /** The name of the platform that it runs on; ours. */
    public @Nullable String platform;

    /** The name of the planner that offers it, which may be another one than the one that tells of it; ours. */
    public @Nullable String planner;

    public @Nullable Executable executable;

    public @Nullable Compute compute;

    @XmlElementWrapper(name = "storage")
    @XmlElement(name = "storage-resource")
    public @Nullable List<Storage> storage;

    @XmlElementWrapper(name = "data")
    @XmlElement(name = "data-resource")
    public @Nullable List<Data> data;

    @XmlElementWrapper(name = "connectors")
    @XmlElement(name = "connector")
    public @Nullable List<Connector> connectors;

    public @Nullable Schedule schedule;

    /** How it was written, where its reader kept that; no part of the document. */
    @XmlTransient
    @JsonIgnore
    public @Nullable OfferText text;
}
