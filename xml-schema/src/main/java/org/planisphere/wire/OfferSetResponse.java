package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElementWrapper;
import jakarta.xml.bind.annotation.XmlRootElement;
import jakarta.xml.bind.annotation.adapters.XmlJavaTypeAdapter;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a request: YES with offers, or NO with the reasons as messages in {@code meta}. At most one of its offers
 * can be accepted.
 *
 * @see <a href="https://github.com/ivoa-std/ExecutionBroker">IVOA ExecutionBroker 1.0, OfferSetResponse</a>
 */
@XmlRootElement(name = "offers-response")
@XmlAccessorType(XmlAccessType.FIELD)
public class OfferSetResponse extends Component {
    /** YES or NO. */
    public @Nullable String result;

    public @Nullable String description;

    /** When the held offers end; ours. */
    @XmlJavaTypeAdapter(InstantAdapter.class)
    public @Nullable Instant expires;

    @XmlElementWrapper(name = "offers")
    @XmlElement(name = "execution")
    public @Nullable List<ExecutionSession> offers;
}
