package org.planisphere.wire;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import org.jspecify.annotations.Nullable;

/** A row of ObsCore. */
@XmlAccessorType(XmlAccessType.FIELD)
public class ObsCore {
    public @Nullable String obs_id;

    public @Nullable String obs_collection;

    public @Nullable String obs_publisher_did;

    public @Nullable String obs_creator_did;

    public @Nullable String dataproduct_type;

    public @Nullable Long calib_level;

    public @Nullable String access_url;

    public @Nullable String access_format;
}
