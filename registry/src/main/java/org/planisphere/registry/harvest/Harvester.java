package org.planisphere.registry.harvest;

import jakarta.persistence.EntityManager;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.publish.Web;
import org.planisphere.registry.resource.Ivoid;
import org.planisphere.registry.resource.Resource;
import org.planisphere.registry.resource.Xml;
import org.planisphere.registry.store.QuarantineRow;
import org.planisphere.registry.store.RecordRow;
import org.planisphere.registry.store.Records;
import org.planisphere.registry.store.SourceRow;
import org.w3c.dom.Element;

/**
 * Harvests publishing registries. Every page is one transaction that also says where the list goes on, so a harvest that
 * was killed goes on where it was. Records are taken over as they are, with a list of what is wrong with them; what cannot
 * be taken over is put into quarantine with the reason. One thread harvests a source at a time.
 *
 * @see <a href="https://www.ivoa.net/documents/RegistryInterface/">Registry Interfaces 1.1, section 4.2</a>
 */
public final class Harvester {
    /** The longest page that is taken, in bytes. */
    public static final int LONGEST_PAGE = 32 << 20;
    /** The most pages of one harvest. */
    static final int MOST_PAGES = 20_000;

    /** A full harvest that brings less than this share of what was there is not believed. */
    private static final double BELIEVABLE = 0.9;
    /** So many may disappear without an alarm, however few there were. */
    private static final int FEW = 10;

    private static final int AT_ONCE = 200;
    private static final int PATIENCE = 3;
    private static final Duration FIRST_RETRY = Duration.ofMinutes(5);
    private static final Duration LONGEST_RETRY = Duration.ofDays(1);
    private static final System.Logger LOG = System.getLogger(Harvester.class.getName());

    private final Records records;
    private final Web web;
    private final String ownAuthority;
    private final Duration interval;
    private final Duration fullInterval;
    private final Clock clock;

    /**
     * @param ownAuthority of this registry, of which nobody else may publish records here
     * @param interval between two harvests of a source
     * @param fullInterval after which a source is harvested as a whole again
     */
    public Harvester(
            Records records, Web web, String ownAuthority, Duration interval, Duration fullInterval, Clock clock) {
        this.records = records;
        this.web = web;
        this.ownAuthority = ownAuthority.toLowerCase(Locale.ROOT);
        this.interval = interval;
        this.fullInterval = fullInterval;
        this.clock = clock;
    }

    /** The source does not answer as it should; the message is for the operator. */
    private static final class Trouble extends Exception {
        private static final long serialVersionUID = 1L;
        final boolean badToken;

        Trouble(String message) {
            this(message, false);
        }

        Trouble(String message, boolean badToken) {
            super(message);
            this.badToken = badToken;
        }
    }

    /** One answer to ListRecords. */
    private record Page(List<Element> records, @Nullable String token, String serverTime) {}

    /** Harvests those of the sources whose time has come; returns how many. */
    public int harvestDue(List<URI> sources) {
        int done = 0;
        for (URI source : sources) {
            Optional<SourceRow> known = records.source(source.toString());
            if (known.isEmpty() || !known.get().next.toInstant().isAfter(clock.instant())) {
                harvest(source);
                done++;
            }
        }
        return done;
    }

    /**
     * Harvests a source now: goes on with what was interrupted, or begins anew, in full when that is due. Blocks; never
     * throws because of the source.
     *
     * @return how it stands with the source afterwards
     */
    public SourceRow harvest(URI source) {
        String url = source.toString();
        SourceRow row = records.changeSource(url, at -> begin(at, url));
        try {
            Set<String> authorities = authorities(source);
            Set<String> tokens = new HashSet<>();
            String token = row.token;
            boolean again = false;
            for (int pages = 0; ; pages++) {
                if (pages == MOST_PAGES) {
                    throw new Trouble("the list does not end within " + MOST_PAGES + " pages");
                }
                if (token != null && !tokens.add(token)) {
                    throw new Trouble("the list comes back to a page it had before", true);
                }
                Page page;
                try {
                    page = page(source, row, token);
                } catch (Trouble trouble) {
                    if (!trouble.badToken || again || token == null) {
                        throw trouble;
                    }
                    // The token has expired: the same harvest from its beginning, once.
                    again = true;
                    token = null;
                    tokens.clear();
                    continue;
                }
                row = store(url, page, authorities);
                token = page.token();
                if (token == null) {
                    return end(url);
                }
            }
        } catch (Trouble trouble) {
            return failed(url, trouble);
        }
    }

    private void begin(SourceRow row, String url) {
        row.url = url;
        if (row.state.equals(SourceRow.RUNNING)) {
            return;
        }
        Instant now = clock.instant();
        OffsetDateTime lastFull = row.lastFull;
        row.full = lastFull == null
                || row.lastStamp == null
                || !lastFull.toInstant().plus(fullInterval).isAfter(now);
        row.state = SourceRow.RUNNING;
        row.run++;
        row.began = at(now);
        row.from = row.full ? null : row.lastStamp;
        row.token = null;
        row.serverTime = null;
        row.seen = 0;
        row.next = at(now);
    }

    /** The authorities that the source says it manages. */
    private Set<String> authorities(URI source) throws Trouble {
        Element root = ask(source, "verb=Identify");
        Set<String> managed = new HashSet<>();
        Element description = Xml.first(root, "Identify", "description", "Resource")
                .orElseThrow(() -> new Trouble("Identify has no record of the registry"));
        Xml.children(description, "managedAuthority")
                .forEach(authority -> managed.add(Xml.textOf(authority).toLowerCase(Locale.ROOT)));
        if (managed.isEmpty()) {
            throw new Trouble("the registry says of no authority that it manages it");
        }
        return managed;
    }

    private Page page(URI source, SourceRow row, @Nullable String token) throws Trouble {
        String query = "verb=ListRecords&"
                + (token == null
                        ? "metadataPrefix=ivo_vor&set=ivo_managed" + (row.from == null ? "" : "&from=" + row.from)
                        : "resumptionToken=" + URLEncoder.encode(token, StandardCharsets.UTF_8));
        Element root = ask(source, query);
        String serverTime = Xml.text(root, "responseDate");
        Optional<Element> error = Xml.first(root, "error");
        if (error.isPresent()) {
            String code = error.get().getAttribute("code");
            if (code.equals("noRecordsMatch")) {
                return new Page(List.of(), null, serverTime);
            }
            throw new Trouble(
                    "the source answers " + code + ": " + Xml.textOf(error.get()), code.equals("badResumptionToken"));
        }
        Element list =
                Xml.first(root, "ListRecords").orElseThrow(() -> new Trouble("the answer is no list of records"));
        String next = Xml.text(list, "resumptionToken");
        return new Page(Xml.children(list, "record"), next.isEmpty() ? null : next, serverTime);
    }

    private Element ask(URI source, String query) throws Trouble {
        String base = source.toString();
        URI address;
        try {
            address = URI.create(base + (base.indexOf('?') < 0 ? "?" : "&") + query);
        } catch (IllegalArgumentException e) {
            throw new Trouble("the address cannot be asked: " + e.getMessage());
        }
        try {
            Element root = Xml.parse(web.get(address, LONGEST_PAGE)).getDocumentElement();
            if (!"OAI-PMH".equals(root.getLocalName())) {
                throw new Trouble("the answer is no OAI-PMH");
            }
            return root;
        } catch (IOException | Xml.Unreadable e) {
            throw new Trouble("the source cannot be read: " + e.getMessage());
        }
    }

    /** One page in one transaction. */
    private SourceRow store(String url, Page page, Set<String> authorities) {
        Instant now = clock.instant();
        return records.write(manager -> {
            SourceRow row = manager.find(SourceRow.class, url);
            if (row.serverTime == null) {
                row.serverTime = page.serverTime();
            }
            Known known = known(manager, row, page);
            for (Element record : page.records()) {
                row.seen++;
                take(manager, row, record, authorities, known, now);
            }
            row.token = page.token();
            return row;
        });
    }

    /** What there is already of a page, read at once. */
    private record Known(Map<String, RecordRow> records, Map<String, QuarantineRow> held) {}

    private static Known known(EntityManager manager, SourceRow source, Page page) {
        Map<String, RecordRow> rows = new HashMap<>();
        Map<String, QuarantineRow> held = new HashMap<>();
        List<String> places = new ArrayList<>();
        for (Element record : page.records()) {
            places.add(cut(Xml.text(record, "header", "identifier"), 400));
        }
        for (int i = 0; i < places.size(); i += AT_ONCE) {
            List<String> some = places.subList(i, Math.min(places.size(), i + AT_ONCE));
            manager.createQuery("SELECT r FROM RegistryRecord r WHERE r.ivoid IN :keys", RecordRow.class)
                    .setParameter(
                            "keys",
                            some.stream()
                                    .map(place -> place.toLowerCase(Locale.ROOT))
                                    .toList())
                    .getResultList()
                    .forEach(row -> rows.put(row.ivoid, row));
            manager.createQuery(
                            "SELECT q FROM RegistryQuarantine q WHERE q.source = :source AND q.place IN :places",
                            QuarantineRow.class)
                    .setParameter("source", source.url)
                    .setParameter("places", some)
                    .getResultList()
                    .forEach(row -> held.put(row.place, row));
        }
        return new Known(rows, held);
    }

    private void take(
            EntityManager manager,
            SourceRow source,
            Element record,
            Set<String> authorities,
            Known there,
            Instant now) {
        String named = Xml.text(record, "header", "identifier");
        Optional<Ivoid> ivoid = Ivoid.of(named);
        if (ivoid.isEmpty()) {
            quarantine(manager, source, named, "the header has no IVOA identifier", record, now);
            return;
        }
        String authority = ivoid.get().authority();
        if (authority.equals(ownAuthority) || !authorities.contains(authority)) {
            quarantine(manager, source, named, "the source does not manage the authority " + authority, record, now);
            return;
        }
        RecordRow known = there.records().get(ivoid.get().key());
        if (known != null && !source.url.equals(known.source)) {
            quarantine(manager, source, named, "the record comes from another source already", record, now);
            return;
        }
        boolean deleted = Xml.first(record, "header")
                .map(header -> header.getAttribute("status").equals("deleted"))
                .orElse(false);
        if (deleted) {
            if (known != null) {
                known.sourceRun = source.run;
                bury(known, now);
            }
            return;
        }
        try {
            Element root = Xml.first(record, "metadata")
                    .flatMap(metadata -> Xml.children(metadata).stream().findFirst())
                    .orElseThrow(() -> new Resource.Unusable("there is no record under the header"));
            Resource resource = Resource.read(root);
            if (!resource.ivoid().equals(ivoid.get())) {
                throw new Resource.Unusable("the record is of " + resource.ivoid());
            }
            RecordRow row = known == null ? new RecordRow() : known;
            boolean changed = known == null || !resource.xml().equals(row.record) || row.deleted();
            if (changed) {
                row.fill(resource, now);
            }
            row.origin = RecordRow.HARVESTED;
            row.source = source.url;
            row.sourceRun = source.run;
            row.stale = false;
            if (known == null) {
                manager.persist(row);
                there.records().put(row.ivoid, row);
            }
            QuarantineRow held = there.held().remove(cut(named, 400));
            if (held != null) {
                manager.remove(held);
            }
        } catch (Resource.Unusable e) {
            quarantine(manager, source, named, String.valueOf(e.getMessage()), record, now);
            if (known != null) {
                // What was there before stays; it has been seen.
                known.sourceRun = source.run;
                known.stale = true;
            }
        }
    }

    private static void quarantine(
            EntityManager manager, SourceRow source, String named, String reason, Element record, Instant now) {
        String place = named.isEmpty() ? "record " + source.seen : cut(named, 400);
        QuarantineRow held = manager.find(QuarantineRow.class, new QuarantineRow.Key(source.url, place));
        QuarantineRow row = held == null ? new QuarantineRow() : held;
        row.source = source.url;
        row.place = place;
        row.reason = cut(reason, 1000);
        row.record = cut(Xml.first(record, "metadata").map(Xml::write).orElse(""), 200_000);
        row.seen = at(now);
        if (held == null) {
            manager.persist(row);
        }
    }

    private SourceRow end(String url) {
        Instant now = clock.instant();
        return records.write(manager -> {
            SourceRow row = manager.find(SourceRow.class, url);
            String message = null;
            if (row.full) {
                message = compare(manager, row, now);
                row.lastFull = at(now);
            }
            row.state = SourceRow.IDLE;
            row.token = null;
            row.lastSuccess = at(now);
            row.lastStamp = overlap(row.serverTime, row.began == null ? now : row.began.toInstant());
            row.failures = 0;
            row.message = message;
            row.next = at(now.plus(interval));
            LOG.log(
                    message == null ? System.Logger.Level.INFO : System.Logger.Level.WARNING,
                    "harvested " + row.seen + " records of " + url + (message == null ? "" : ": " + message));
            return row;
        });
    }

    /** What a full harvest did not bring has gone, or the source has a bad day; returns the alarm then. */
    private @Nullable String compare(EntityManager manager, SourceRow row, Instant now) {
        List<RecordRow> missing = manager.createQuery(
                        "SELECT r FROM RegistryRecord r WHERE r.source = :source AND r.status <> 'deleted'"
                                + " AND r.sourceRun < :run",
                        RecordRow.class)
                .setParameter("source", row.url)
                .setParameter("run", row.run)
                .getResultList();
        long all = manager.createQuery(
                        "SELECT COUNT(r) FROM RegistryRecord r WHERE r.source = :source AND r.status <> 'deleted'",
                        Long.class)
                .setParameter("source", row.url)
                .getSingleResult();
        if (missing.size() > FEW && all - missing.size() < BELIEVABLE * all) {
            missing.forEach(record -> record.stale = true);
            return missing.size() + " of " + all + " records did not come; they are kept and marked stale";
        }
        missing.forEach(record -> bury(record, now));
        return null;
    }

    private static void bury(RecordRow record, Instant now) {
        if (!record.deleted()) {
            record.status = "deleted";
            record.updated = at(now).withNano(0);
        }
    }

    private SourceRow failed(String url, Trouble trouble) {
        Instant now = clock.instant();
        LOG.log(System.Logger.Level.WARNING, url + " was not harvested: " + trouble.getMessage());
        return records.changeSource(url, row -> {
            row.failures++;
            row.message = trouble.getMessage();
            if (trouble.badToken || row.failures >= PATIENCE) {
                // Going on does not help; the next harvest begins anew.
                row.state = SourceRow.IDLE;
                row.token = null;
            }
            Duration wait = FIRST_RETRY.multipliedBy(1L << Math.min(row.failures - 1, 10));
            row.next = at(now.plus(wait.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : wait));
        });
    }

    /** The beginning of the day of the last harvest, by the source's clock unless that goes wrong. */
    private static String overlap(@Nullable String serverTime, Instant began) {
        Instant time = began;
        if (serverTime != null) {
            try {
                Instant said = OffsetDateTime.parse(serverTime).toInstant();
                time = said.isBefore(began) ? said : began;
            } catch (DateTimeParseException e) {
                // our own clock then
            }
        }
        return Resource.stamp(time).substring(0, 10) + "T00:00:00Z";
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }
}
