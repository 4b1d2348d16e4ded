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

/** One harvest of a source, under way or past. */
@Entity(name = "RegistryRun")
@Table(name = "registry_run")
@IdClass(RunRow.Key.class)
public class RunRow {
    public static final String RUNNING = "running";
    public static final String DONE = "done";
    /** It ended, and an operator should look. */
    public static final String ALARM = "alarm";
    /** It was broken off by a failure, and goes on or begins anew at the next one's time. */
    public static final String FAILED = "failed";

    /** The OAI-PMH address. */
    @Id
    @Column(name = "url")
    public String url = "";

    @Id
    @Column(name = "run")
    public long run;

    @Column(name = "full_run")
    public boolean full;

    @Column(name = "began")
    public OffsetDateTime began = OffsetDateTime.MIN;

    @Column(name = "ended")
    public @Nullable OffsetDateTime ended;

    @Column(name = "outcome")
    public String outcome = RUNNING;

    /** Records that came. */
    @Column(name = "seen")
    public long seen;

    /** Of these, new or changed. */
    @Column(name = "kept")
    public long kept;

    @Column(name = "removed")
    public long removed;

    @Column(name = "quarantined")
    public long quarantined;

    @Column(name = "message")
    public @Nullable String message;

    /** The key as JPA wants it. */
    public static class Key implements Serializable {
        private static final long serialVersionUID = 1L;
        public String url = "";
        public long run;

        public Key() {}

        public Key(String url, long run) {
            this.url = url;
            this.run = run;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && key.url.equals(url) && key.run == run;
        }

        @Override
        public int hashCode() {
            return Objects.hash(url, run);
        }
    }
}
