package org.planisphere.planner.session.store;

import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.session.Phase;

/** An event as it is stored; filled by JPA, never changed by it. */
@Entity
@Table(name = "session_event")
@IdClass(EventRow.Key.class)
@NullUnmarked
public class EventRow {
    @Id
    UUID session;

    @Id
    long number;

    OffsetDateTime at;
    String type;

    @Enumerated(EnumType.STRING)
    Phase phase;

    String message;

    /** Session and number. */
    public static class Key implements Serializable {
        private static final long serialVersionUID = 1L;

        UUID session;
        long number;

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && key.number == number && Objects.equals(key.session, session);
        }

        @Override
        public int hashCode() {
            return Objects.hash(session, number);
        }
    }
}
