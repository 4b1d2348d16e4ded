package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import org.jspecify.annotations.Nullable;

/** One way to reach a capability of a registered service. */
@XmlAccessorType(XmlAccessType.FIELD)
public class RegistryInterface {
    /** Such as {@code vs:ParamHTTP}. */
    public @Nullable String type;

    public @Nullable String role;

    public @Nullable String version;

    public @Nullable String accessURL;

    /** {@code full}, {@code base} or {@code dir}. */
    public @Nullable String use;

    /** standardID of the security method; absent for anonymous use. */
    public @Nullable String securityMethod;
}
