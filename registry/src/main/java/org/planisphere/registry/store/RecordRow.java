package org.planisphere.registry.store;

import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityListeners;
import jakarta.persistence.FetchType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.Table;
import jakarta.persistence.Transient;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.resource.Resource;
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

    @Column(name = "search_text")
    public String searchText = "";

    @ElementCollection(fetch = FetchType.LAZY)
    @CollectionTable(name = "registry_capability", joinColumns = @JoinColumn(name = "ivoid"))
    public List<CapabilityRow> capabilities = new ArrayList<>();

    @ElementCollection(fetch = FetchType.LAZY)
    @CollectionTable(name = "registry_interface", joinColumns = @JoinColumn(name = "ivoid"))
    public List<InterfaceRow> interfaces = new ArrayList<>();

    /** As it was read or last written in this transaction. */
    @Transient
    @Nullable
    String knownRecord;

    @Transient
    @Nullable
    String knownStatus;

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
        searchText = resource.searchText();
        StringBuilder list = new StringBuilder();
        for (Fault fault : resource.faults()) {
            list.append(fault.pointer()).append(": ").append(fault.detail()).append('\n');
        }
        faults = list.isEmpty() ? null : list.toString();
        List<CapabilityRow> newCapabilities = new ArrayList<>();
        List<InterfaceRow> newInterfaces = new ArrayList<>();
        for (int i = 0; i < resource.capabilities().size(); i++) {
            Resource.Capability capability = resource.capabilities().get(i);
            CapabilityRow row = new CapabilityRow();
            row.index = i;
            row.givenId = capability.standardId();
            row.standardId = capability.standardId().toLowerCase(Locale.ROOT);
            row.type = capability.type();
            newCapabilities.add(row);
            for (int j = 0; j < capability.interfaces().size(); j++) {
                Resource.Interface face = capability.interfaces().get(j);
                InterfaceRow way = new InterfaceRow();
                way.capability = i;
                way.index = j;
                way.type = face.type();
                way.role = face.role();
                way.version = face.version();
                way.accessUrl = face.accessUrl();
                way.use = face.use();
                way.securityMethod = face.securityMethod();
                newInterfaces.add(way);
            }
        }
        capabilities = newCapabilities;
        interfaces = newInterfaces;
    }

    /** The time of the last change. */
    public Instant changed() {
        return updated.toInstant();
    }

    public boolean deleted() {
        return status.equals("deleted");
    }
}
