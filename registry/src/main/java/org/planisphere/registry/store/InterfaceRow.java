package org.planisphere.registry.store;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;

/** One interface of a capability. */
@Embeddable
public class InterfaceRow {
    @Column(name = "cap_idx")
    public int capability;

    @Column(name = "idx")
    public int index;

    @Column(name = "type")
    public String type = "";

    @Column(name = "role")
    public String role = "";

    @Column(name = "version")
    public String version = "";

    @Column(name = "access_url")
    public String accessUrl = "";

    @Column(name = "url_use")
    public String use = "";

    @Column(name = "security_method")
    public String securityMethod = "";
}
