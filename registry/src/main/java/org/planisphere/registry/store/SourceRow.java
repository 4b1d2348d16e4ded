package org.planisphere.registry.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** A registry from which records are harvested, and how far that is. */
@Entity(name = "RegistrySource")
@Table(name = "registry_source")
public class SourceRow {
    /** Between two harvests. */
    public static final String IDLE = "idle";
    /** Within one, perhaps of a registry that was killed: then it goes on at the token. */
    public static final String RUNNING = "running";

    /** The OAI-PMH address. */
    @Id
    @Column(name = "url")
    public String url = "";

    @Column(name = "state")
    public String state = IDLE;

    /** The number of the harvest under way, or of the last. */
    @Column(name = "run")
    public long run;

    @Column(name = "full_run")
    public boolean full;

    @Column(name = "began")
    public @Nullable OffsetDateTime began;

    @Column(name = "from_stamp")
    public @Nullable String from;

    /** What the source said the time was when the harvest under way began. */
    @Column(name = "server_time")
    public @Nullable String serverTime;

    @Column(name = "token")
    public @Nullable String token;

    /** Records seen in the harvest under way, or in the last. */
    @Column(name = "seen")
    public long seen;

    /** Pages stored in the harvest under way, or in the last. */
    @Column(name = "pages")
    public int pages;

    @Column(name = "last_success")
    public @Nullable OffsetDateTime lastSuccess;

    /** From when on the next harvest asks, by the source's clock. */
    @Column(name = "last_stamp")
    public @Nullable String lastStamp;

    @Column(name = "last_full")
    public @Nullable OffsetDateTime lastFull;

    @Column(name = "next_run")
    public OffsetDateTime next = OffsetDateTime.MIN;

    /** In a row. */
    @Column(name = "failures")
    public int failures;

    /** What an operator should know of the last harvest. */
    @Column(name = "message")
    public @Nullable String message;

    /** The node that harvests it. */
    @Column(name = "holder")
    public @Nullable String holder;

    /** Until then nobody else begins; renewed with every page. */
    @Column(name = "held_until")
    public @Nullable OffsetDateTime heldUntil;

    /** What it calls itself; empty until it was asked. */
    @Column(name = "title")
    public String title = "";

    /** The registry in whose list it was found; null when the settings name it. */
    @Column(name = "found_by")
    public @Nullable String foundBy;

    /** Whether the settings or a list still name it; otherwise it is not harvested any more. */
    @Column(name = "listed")
    public boolean listed = true;

    /** Whether an operator should look. */
    @Column(name = "alarm")
    public boolean alarm;
}
