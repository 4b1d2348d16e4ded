package org.planisphere.registry.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.OffsetDateTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A record that was harvested and cannot be taken over. */
@Entity(name = "RegistryQuarantine")
@Table(name = "registry_quarantine")
@IdClass(QuarantineRow.Key.class)
public class QuarantineRow {
    /** The OAI-PMH address. */
    @Id
    @Column(name = "source")
    public String source = "";

    /** The identifier in the header. */
    @Id
    @Column(name = "place")
    public String place = "";

    @Column(name = "seen_at")
    public OffsetDateTime seen = OffsetDateTime.MIN;

    @Column(name = "reason")
    public String reason = "";

    @Column(name = "record")
    public String record = "";

    /** An operator has decided that it may be taken over whatever the source says of its authorities. */
    @Column(name = "released")
    public boolean released;

    /** The key as JPA wants it. */
    public static class Key implements Serializable {
        private static final long serialVersionUID = 1L;
        public String source = "";
        public String place = "";

        public Key() {}

        public Key(String source, String place) {
            this.source = source;
            this.place = place;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && key.source.equals(source) && key.place.equals(place);
        }

        @Override
        public int hashCode() {
            return Objects.hash(source, place);
        }
    }
}
