package org.planisphere.registry.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityListeners;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.resource.Resource;
import org.planisphere.registry.resource.Summary;
import org.planisphere.wire.codec.Fault;

/** One record as it stands in the database. Belongs to the entity manager that read it. */
@Entity(name = "RegistryRecord")
@Table(name = "registry_record")
@EntityListeners(Changes.class)
public class RecordRow {
    /** Made from a service's own capabilities. */
    public static final String REGISTERED = "registered";
    /** Written by a publisher. */
    public static final String PUBLISHED = "published";
    /** Of the registry itself: its own record, its authority, its standards. */
    public static final String OWN = "own";

    public static final String HARVESTED = "harvested";

    /** The lower-cased IVOID. */
    @Id
    @Column(name = "ivoid")
    public String ivoid = "";

    @Column(name = "identifier")
    public String identifier = "";

    @Column(name = "authority")
    public String authority = "";

    @Column(name = "status")
    public String status = "active";

    @Column(name = "created")
    public OffsetDateTime created = OffsetDateTime.MIN;

    /** The OAI datestamp: when the record changed here, to the second. */
    @Column(name = "updated")
    public OffsetDateTime updated = OffsetDateTime.MIN;

    /** Whether it originates here: the OAI set {@code ivo_managed}. */
    @Column(name = "managed")
    public boolean managed;

    @Column(name = "origin")
    public String origin = PUBLISHED;

    /** The OAI address it was harvested from. */
    @Column(name = "source")
    public @Nullable String source;

    /** The harvest that saw it last. */
    @Column(name = "source_run")
    public @Nullable Long sourceRun;

    @Column(name = "type")
    public String type = "";

    @Column(name = "title")
    public String title = "";

    @Column(name = "short_name")
    public @Nullable String shortName;

    @Column(name = "description")
    public @Nullable String description;

    @Column(name = "record")
    public String record = "";

    /** What VOResource asks for and it lacks, one per line. */
    @Column(name = "faults")
    public @Nullable String faults;

    @Column(name = "capabilities_url")
    public @Nullable String capabilitiesUrl;

    /** {@code up}, {@code down} or {@code unknown}. */
    @Column(name = "availability")
    public String availability = "unknown";

    @Column(name = "checked")
    public @Nullable OffsetDateTime checked;

    @Column(name = "stale")
    public boolean stale;

    /** As {@link Summary#write()}; empty where it is still to be made of the record. */
    @Column(name = "summary")
    public String summary = "";

    /** The change by which it became what it is. */
    @Column(name = "revision")
    public long revision;

    /** What the listener has read from the record already; goes with the record's text. */
    @Transient
    public RecordListener.@Nullable Prepared prepared;

    /** As it was read or last written in this transaction. */
    @Transient
    @Nullable
    String knownRecord;

    @Transient
    @Nullable
    String knownStatus;

    @Transient
    List<String> knownKinds = List.of();

    /** Takes over what the record says; what the registry itself knows of it stays. */
    public void fill(Resource resource, Instant now) {
        ivoid = resource.ivoid().key();
        identifier = resource.ivoid().given();
        authority = resource.ivoid().authority();
        status = resource.status();
        Instant since = resource.created();
        created = (since == null ? now : since).atOffset(ZoneOffset.UTC);
        updated = now.atOffset(ZoneOffset.UTC).withNano(0);
        type = resource.type();
        title = resource.title();
        shortName = resource.shortName().isEmpty() ? null : resource.shortName();
        description = resource.description().isEmpty() ? null : resource.description();
        record = resource.xml();
        summary = resource.summary().write();
        prepared = null;
        say(resource.faults());
    }

    /** Notes what is wrong with the record. */
    public void say(List<Fault> found) {
        StringBuilder list = new StringBuilder();
        for (Fault fault : found) {
            list.append(fault.pointer()).append(": ").append(fault.detail()).append('\n');
        }
        faults = list.isEmpty() ? null : list.toString();
    }

    /** Leaves a tombstone. */
    public void bury(Instant now) {
        status = "deleted";
        updated = now.atOffset(ZoneOffset.UTC).withNano(0);
    }

    /** What is kept beside the XML. */
    public Summary summary() {
        return Summary.read(summary);
    }

    /** The time of the last change. */
    public Instant changed() {
        return updated.toInstant();
    }

    public boolean deleted() {
        return status.equals("deleted");
    }
}
