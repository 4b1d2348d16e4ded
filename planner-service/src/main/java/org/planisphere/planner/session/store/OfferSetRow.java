package org.planisphere.planner.session.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.NullUnmarked;

/** An offer set as it is stored; filled by JPA, never changed by it. */
@Entity
@Table(name = "offer_set")
@NullUnmarked
public class OfferSetRow {
    @Id
    UUID id;

    String owner;

    @Column(name = "kind_base")
    String kindBase;

    OffsetDateTime created;
    String document;
}
