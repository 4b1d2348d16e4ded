package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlElementWrapper;
import jakarta.xml.bind.annotation.XmlRootElement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A refusal or failure as told to the caller; never shows what goes on inside. In XML it has the namespace of RFC 9457,
 * appendix B, where the items of a list are elements {@code i}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
@XmlRootElement(name = "problem", namespace = Problem.NAMESPACE)
@XmlAccessorType(XmlAccessType.FIELD)
public class Problem {
    /** The namespace of problems in XML. */
    public static final String NAMESPACE = "urn:ietf:rfc:7807";

    /** URI of the page in docs/problems.md that explains this sort of problem. */
    @XmlElement(namespace = NAMESPACE)
    public @Nullable String type;

    @XmlElement(namespace = NAMESPACE)
    public @Nullable String title;

    /** The HTTP status. */
    @XmlElement(namespace = NAMESPACE)
    public @Nullable Long status;

    @XmlElement(namespace = NAMESPACE)
    public @Nullable String detail;

    @XmlElement(namespace = NAMESPACE)
    public @Nullable String instance;

    /** Every fault of the caller's document; an extension member of ours. */
    @XmlElementWrapper(name = "errors", namespace = NAMESPACE)
    @XmlElement(name = "i", namespace = NAMESPACE)
    public @Nullable List<ProblemError> errors;
}
