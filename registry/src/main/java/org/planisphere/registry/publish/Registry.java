package org.planisphere.registry.publish;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.identity.Witness;
import org.planisphere.registry.publish.Refusal.Why;
import org.planisphere.registry.resource.Ivoid;
import org.planisphere.registry.resource.Resource;
import org.planisphere.registry.resource.Schemas;
import org.planisphere.registry.resource.Vo;
import org.planisphere.registry.resource.Xml;
import org.planisphere.registry.search.Found;
import org.planisphere.registry.search.SearchIndex;
import org.planisphere.registry.search.Wanted;
import org.planisphere.registry.store.RecordRow;
import org.planisphere.registry.store.Records;
import org.planisphere.wire.codec.Fault;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * The registry: what may be done with its records, and by whom. Thread safe; everything blocks on the database, and what
 * reads a service's capabilities on that service.
 */
public final class Registry {
    /** The longest VOSI document or record that is taken, in bytes. */
    public static final int LONGEST = 1 << 20;

    private static final System.Logger LOG = System.getLogger(Registry.class.getName());

    private final Records records;
    private final SearchIndex index;
    private final Web web;
    private final RegistrySettings settings;
    private final Owners owners;
    private final Schemas schemas;
    private final Clock clock;
    private final String queries;
    private volatile Witness witness = Witness.NONE;

    /**
     * @param schemas by which records that are written here are checked
     * @param queries the capability by which its records are queried, as VOResource
     */
    public Registry(Records records, Web web, RegistrySettings settings, Schemas schemas, Clock clock, String queries) {
        this.queries = queries;
        this.records = records;
        this.index = new SearchIndex(records);
        this.web = web;
        this.settings = settings;
        this.owners = new Owners(settings);
        this.schemas = schemas;
        this.clock = clock;
    }

    /**
     * What a service asks for when it is registered; null leaves it to the registry.
     *
     * @param capabilitiesUrl address of its VOSI capabilities
     */
    public record Registration(
            String capabilitiesUrl,
            @Nullable String identifier,
            @Nullable String title,
            @Nullable String shortName,
            @Nullable String description,
            @Nullable String publisher,
            @Nullable String referenceUrl) {}

    /** Who is told of everything that somebody changes here. */
    public void witness(Witness told) {
        this.witness = told;
    }

    public Witness witness() {
        return witness;
    }

    public RegistrySettings settings() {
        return settings;
    }

    public Records records() {
        return records;
    }

    /**
     * Writes the registry's own records where they are missing or say something else; authorities that it does not manage
     * any more leave tombstones.
     */
    public void writeOwn() {
        Instant now = clock.instant();
        List<Resource> own = new ArrayList<>();
        settings.authorities().forEach(authority -> own.add(RecordText.authority(settings, authority, now)));
        own.add(RecordText.registry(settings, queries, now));
        own.add(RecordText.profile(settings, now));
        Set<String> keys = new HashSet<>();
        for (Resource resource : own) {
            store(resource, RecordRow.OWN, null, true, now);
            keys.add(resource.ivoid().key());
        }
        for (RecordRow row : records.own()) {
            if (!keys.contains(row.ivoid)) {
                bury(new Ivoid(row.identifier), now);
            }
        }
    }

    /**
     * Makes the record of a service from what the service says of itself, or makes it anew. A call that changes nothing
     * leaves the record's time as it is.
     *
     * @throws Refusal NOT_AUTHENTICATED, NOT_ALLOWED, or INVALID when the service does not answer, or is not of an
     *     accepted standard
     */
    public RecordRow register(Registration asked, Caller caller) throws Refusal {
        known(caller);
        URI url = address(asked.capabilitiesUrl());
        Optional<RecordRow> before = records.ofCapabilities(url.toString());
        Ivoid ivoid;
        if (asked.identifier() != null) {
            ivoid = identifier(asked.identifier());
        } else if (before.isPresent()) {
            ivoid = new Ivoid(before.get().identifier);
        } else {
            ivoid = new Ivoid("ivo://" + settings.authority() + "/planner/" + slug(url));
        }
        owners.mayWrite(ivoid, caller);
        Optional<RecordRow> was = records.find(ivoid);
        RecordRow row = pull(ivoid, url, asked, before.orElse(null), true);
        if (was.isEmpty() || !was.get().record.equals(row.record)) {
            // A service says every few minutes that it is there; what changes nothing is no act.
            witness.saw(caller, was.isEmpty() ? "register" : "register-again", row.identifier, url.toString());
        }
        LOG.log(System.Logger.Level.INFO, "registered " + row.identifier + " from " + url + " for " + caller.id());
        return row;
    }

    /**
     * Reads a registered service's capabilities again. When that fails the record stays and is marked stale.
     *
     * @return whether the record is true again
     */
    public boolean refresh(RecordRow row) {
        String url = row.capabilitiesUrl;
        if (url == null) {
            return false;
        }
        try {
            Resource now = Resource.read(row.record);
            Registration same =
                    new Registration(url, null, now.title(), now.shortName(), now.description(), now.publisher(), null);
            pull(new Ivoid(row.identifier), address(url), same, row, false);
            return true;
        } catch (Refusal | Resource.Unusable e) {
            LOG.log(System.Logger.Level.INFO, row.identifier + " is stale: " + e.getMessage());
            records.stale(row.ivoid, true);
            return false;
        }
    }

    /** Asks a registered service whether it is available, and notes what it says. */
    public String poll(RecordRow row) {
        String said = "unknown";
        Optional<String> url = accessUrl(row, Vo.AVAILABILITY_ID);
        if (url.isPresent()) {
            try {
                Document document = Xml.parse(web.get(address(url.get()), LONGEST));
                said = Xml.text(document.getDocumentElement(), "available").equalsIgnoreCase("true") ? "up" : "down";
            } catch (IOException | Refusal | Xml.Unreadable e) {
                said = "down";
            }
        }
        records.checked(row, said, clock.instant());
        return said;
    }

    /**
     * Writes a record, new or in place of one.
     *
     * @param expected the identifier in the address, null when the record alone says it
     * @throws Refusal INVALID with every fault of the record, NOT_AUTHENTICATED, or NOT_ALLOWED for the identifier of
     *     another authority
     */
    public RecordRow publish(byte[] xml, @Nullable Ivoid expected, Caller caller) throws Refusal {
        known(caller);
        try {
            return publish(Resource.read(xml), () -> schemas.faults(xml), expected, caller);
        } catch (Resource.Unusable e) {
            throw unreadable(e);
        }
    }

    /**
     * As {@link #publish(byte[], Ivoid, Caller)}, of a record that did not come as XML.
     *
     * @param record {@code ri:Resource}
     */
    public RecordRow publish(Element record, @Nullable Ivoid expected, Caller caller) throws Refusal {
        known(caller);
        try {
            return publish(Resource.read(record), () -> schemas.faults(record), expected, caller);
        } catch (Resource.Unusable e) {
            throw unreadable(e);
        }
    }

    private static Refusal unreadable(Resource.Unusable e) {
        return new Refusal(Why.INVALID, "The record cannot be read: " + e.getMessage() + ".");
    }

    private RecordRow publish(
            Resource resource, Supplier<List<Fault>> bySchemas, @Nullable Ivoid expected, Caller caller)
            throws Refusal {
        if (expected != null && !expected.equals(resource.ivoid())) {
            throw new Refusal(
                    Why.INVALID, "The record is of " + resource.ivoid() + ", the address of " + expected + ".");
        }
        owners.mayWrite(resource.ivoid(), caller);
        if (resource.status().equals("deleted")) {
            throw new Refusal(Why.INVALID, "Use DELETE to delete a record.");
        }
        List<Fault> faults = new ArrayList<>(resource.faults());
        faults.addAll(bySchemas.get());
        if (!faults.isEmpty()) {
            throw new Refusal(Why.INVALID, "The record is no valid VOResource; see errors.", faults);
        }
        boolean fresh = records.find(resource.ivoid()).map(RecordRow::deleted).orElse(true);
        RecordRow row = store(resource, RecordRow.PUBLISHED, null, true, clock.instant());
        witness.saw(caller, fresh ? "publish" : "publish-again", row.identifier, row.title);
        LOG.log(System.Logger.Level.INFO, "published " + row.identifier + " for " + caller.id());
        return row;
    }

    /**
     * Deletes a record; its tombstone stays for the harvesters. Deleting what is deleted changes nothing.
     *
     * @throws Refusal NOT_FOUND, NOT_AUTHENTICATED or NOT_ALLOWED
     */
    public RecordRow delete(Ivoid ivoid, Caller caller) throws Refusal {
        known(caller);
        owners.mayWrite(ivoid, caller);
        RecordRow before = records.find(ivoid)
                .orElseThrow(() -> new Refusal(Why.NOT_FOUND, "There is no record of " + ivoid + "."));
        RecordRow row = bury(ivoid, clock.instant());
        if (!before.deleted()) {
            witness.saw(caller, "unpublish", row.identifier, row.title);
        }
        LOG.log(System.Logger.Level.INFO, "deleted " + row.identifier + " for " + caller.id());
        return row;
    }

    private RecordRow bury(Ivoid ivoid, Instant now) {
        return records.change(ivoid, row -> {
            if (!row.deleted() && !row.record.isEmpty()) {
                row.fill(again(row.record).stamped("deleted", row.created.toInstant(), now), now);
                row.capabilitiesUrl = null;
                row.availability = "unknown";
                row.stale = false;
            }
        });
    }

    /** The record of an identifier, deleted ones included. */
    public Optional<RecordRow> find(Ivoid ivoid) {
        return records.find(ivoid);
    }

    /** What a search found: the records of a page, and where the next page begins; null on the last. */
    public record Hits(List<RecordRow> rows, @Nullable String next) {}

    /** A page of the records that match, the best first and then by identifier. */
    public Hits search(Wanted wanted) {
        List<Found> found = index.search(wanted.page(wanted.after(), wanted.limit() + 1));
        boolean more = found.size() > wanted.limit();
        List<Found> shown = more ? found.subList(0, wanted.limit()) : found;
        List<RecordRow> rows = records.find(shown.stream().map(Found::ivoid).toList());
        return new Hits(rows, more ? shown.get(shown.size() - 1).place() : null);
    }

    /** What finds records. */
    public SearchIndex index() {
        return index;
    }

    private RecordRow pull(Ivoid ivoid, URI url, Registration asked, @Nullable RecordRow before, boolean revive)
            throws Refusal {
        Element root;
        try {
            root = Xml.parse(web.get(url, LONGEST)).getDocumentElement();
        } catch (IOException e) {
            throw new Refusal(Why.INVALID, "The capabilities at " + url + " cannot be read: " + e.getMessage() + ".");
        } catch (Xml.Unreadable e) {
            throw new Refusal(Why.INVALID, "The capabilities at " + url + " are no XML: " + e.getMessage() + ".");
        }
        if (!"capabilities".equals(root.getLocalName())) {
            throw new Refusal(Why.INVALID, "What is at " + url + " is no VOSI capabilities document.");
        }
        List<Resource.Capability> declared = Resource.capabilities(root);
        if (declared.stream().noneMatch(capability -> settings.accepts(capability.standardId()))) {
            throw new Refusal(
                    Why.INVALID,
                    "The service at " + url + " declares none of the standards registered here: "
                            + String.join(", ", settings.standards()) + ", " + settings.profile() + ".");
        }
        Instant now = clock.instant();
        String host = url.getRawAuthority();
        Resource resource = RecordText.service(
                new RecordText.About(
                        ivoid,
                        given(asked.title(), "Planner at " + host, 500),
                        given(asked.shortName(), "", 16),
                        given(asked.publisher(), settings.publisher(), 500),
                        given(asked.publisher(), settings.publisher(), 500),
                        settings.email(),
                        given(
                                asked.description(),
                                "Makes offers of execution and honours them, at " + host + ".",
                                10_000),
                        referenceUrl(asked.referenceUrl(), url, before)),
                Xml.children(root, "capability"),
                now);
        List<Fault> faults = schemas.faults(resource.xml());
        if (!faults.isEmpty()) {
            throw new Refusal(
                    Why.INVALID, "With the capabilities at " + url + " the record is not valid; see errors.", faults);
        }
        List<String> kinds = Kinds.told(web, url, resource.summary().kinds());
        return store(resource, RecordRow.REGISTERED, url.toString(), revive, kinds, now);
    }

    private RecordRow store(
            Resource resource, String origin, @Nullable String capabilitiesUrl, boolean revive, Instant now) {
        return store(
                resource, origin, capabilitiesUrl, revive, resource.summary().kinds(), now);
    }

    /**
     * @param revive whether a record that was deleted meanwhile comes back
     * @param kinds executable kinds by which it is found; null for those by which it was found before
     */
    private RecordRow store(
            Resource resource,
            String origin,
            @Nullable String capabilitiesUrl,
            boolean revive,
            @Nullable List<String> kinds,
            Instant now) {
        return records.change(resource.ivoid(), row -> {
            if (row.deleted() && !revive) {
                return;
            }
            List<String> found = kinds == null ? row.summary().kinds() : kinds;
            Instant created = row.ivoid.isEmpty() ? now : row.created.toInstant();
            boolean same = !row.ivoid.isEmpty()
                    && resource.stamped(resource.status(), created, row.changed())
                            .xml()
                            .equals(row.record);
            if (!same) {
                row.fill(resource.stamped(resource.status(), created, now), now);
            }
            row.summary = row.summary().running(found).write();
            row.origin = origin;
            row.managed = true;
            row.capabilitiesUrl = capabilitiesUrl;
            row.stale = false;
        });
    }

    private static Resource again(String xml) {
        try {
            return Resource.read(xml);
        } catch (Resource.Unusable e) {
            throw new IllegalStateException("a stored record cannot be read", e);
        }
    }

    /** @throws Refusal NOT_AUTHENTICATED to somebody without a name, who writes nothing here */
    public static void known(Caller caller) throws Refusal {
        if (caller.anonymous()) {
            throw new Refusal(Why.NOT_AUTHENTICATED, "Writing to the registry needs a publisher's bearer token.");
        }
    }

    private static Ivoid identifier(String text) throws Refusal {
        return Ivoid.of(text)
                .orElseThrow(() -> new Refusal(Why.INVALID, "An identifier looks like ivo://authority/path."));
    }

    private static URI address(String text) throws Refusal {
        try {
            URI uri = new URI(text.strip());
            String scheme = uri.getScheme();
            if (text.length() <= 1000
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && ("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // told below
        }
        throw new Refusal(Why.INVALID, "An address is http://host/path or https://host/path, without a user.");
    }

    private static String slug(URI url) {
        String path = url.getPath().replaceFirst("/(planner/)?capabilities/?$", "");
        String text = url.getHost() + (url.getPort() < 0 ? "" : "-" + url.getPort()) + path;
        String slug =
                text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]+", "-").replaceAll("^-+|-+$", "");
        if (slug.length() <= 80) {
            return slug;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return slug.substring(0, 60) + "-" + Integer.toHexString(java.util.Arrays.hashCode(bytes));
    }

    private static String referenceUrl(@Nullable String given, URI capabilities, @Nullable RecordRow before) {
        if (given != null && given.length() <= 1000 && given.matches("(?i)https?://\\S+")) {
            return given;
        }
        if (given == null && before != null && !before.record.isEmpty()) {
            try {
                String kept = Xml.text(
                        Xml.parse(before.record.getBytes(StandardCharsets.UTF_8))
                                .getDocumentElement(),
                        "content",
                        "referenceURL");
                if (!kept.isEmpty()) {
                    return kept;
                }
            } catch (Xml.Unreadable e) {
                throw new IllegalStateException("a stored record cannot be read", e);
            }
        }
        return capabilities.resolve(".").toString();
    }

    private static String given(@Nullable String text, String otherwise, int longest) {
        String folded = text == null ? "" : text.replaceAll("\\s+", " ").strip();
        if (folded.isEmpty()) {
            return otherwise;
        }
        return folded.length() > longest ? folded.substring(0, longest) : folded;
    }

    private static Optional<String> accessUrl(RecordRow row, String standardId) {
        return row.summary().capabilities().stream()
                .filter(capability -> capability.standardId().equalsIgnoreCase(standardId))
                .flatMap(capability -> capability.interfaces().stream())
                .map(Resource.Interface::accessUrl)
                .filter(url -> !url.isEmpty())
                .findFirst();
    }
}
