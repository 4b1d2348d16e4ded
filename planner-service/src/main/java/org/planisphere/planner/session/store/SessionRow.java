package org.planisphere.planner.session.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.NullUnmarked;
import org.planisphere.planner.session.Phase;

/** A session as it is stored; filled by JPA, never changed by it. */
@Entity
@Table(name = "session")
@NullUnmarked
public class SessionRow {
    @Id
    UUID id;

    @Column(name = "offer_set")
    UUID offerSet;

    int place;
    String owner;

    @Column(name = "kind_base")
    String kindBase;

    String platform;

    @Enumerated(EnumType.STRING)
    Phase phase;

    @Version
    long version;

    @Enumerated(EnumType.STRING)
    Phase outcome;

    OffsetDateTime created;
    OffsetDateTime modified;
    OffsetDateTime expires;

    @Column(name = "start_from")
    OffsetDateTime startFrom;

    @Column(name = "start_until")
    OffsetDateTime startUntil;

    OffsetDateTime accepted;
    OffsetDateTime began;
    OffsetDateTime ended;

    @Column(name = "exit_code")
    Integer exitCode;

    String offer;
    String state;
}
