package org.planisphere.registry.store;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;

/** One capability of a record. */
@Embeddable
public class CapabilityRow {
    @Column(name = "idx")
    public int index;

    /** Lower case. */
    @Column(name = "standard_id")
    public String standardId = "";

    @Column(name = "given_id")
    public String givenId = "";

    @Column(name = "type")
    public String type = "";
}
