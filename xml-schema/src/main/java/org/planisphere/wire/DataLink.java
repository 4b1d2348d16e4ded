package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import org.jspecify.annotations.Nullable;

/** A row of DataLink. */
@XmlAccessorType(XmlAccessType.FIELD)
public class DataLink {
    public @Nullable String ID;

    public @Nullable String access_url;

    public @Nullable String service_def;

    public @Nullable String error_message;

    public @Nullable String description;

    public @Nullable String semantics;

    public @Nullable String content_type;

    public @Nullable Long content_length;

    public @Nullable String content_qualifier;

    public @Nullable String local_semantics;

    public @Nullable String link_auth;

    public @Nullable String link_authorized;
}
