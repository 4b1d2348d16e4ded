package org.planisphere.registry.harvest;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.planisphere.registry.publish.Refusal;
import org.planisphere.registry.publish.Refusal.Why;
import org.planisphere.registry.publish.Web;
import org.planisphere.registry.resource.Ivoid;
import org.planisphere.registry.resource.Resource;
import org.planisphere.registry.store.QuarantineRow;
import org.planisphere.registry.store.RecordRow;
import org.planisphere.registry.store.Records;
import org.planisphere.registry.store.SourceRow;
import org.planisphere.registry.store.Sources;

/** All that is harvested: which sources there are, which is due, and what an operator may do about it. Thread safe. */
public final class Harvests implements AutoCloseable {
    private static final int AT_ONCE = 2;
    private static final System.Logger LOG = System.getLogger(Harvests.class.getName());

    private final Records records;
    private final Sources sources;
    private final HarvestSettings settings;
    private final Harvester harvester;
    private final Discovery discovery;
    private final Clock clock;
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    private final ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE, task -> {
        Thread thread = new Thread(task, "registry-harvest");
        thread.setDaemon(true);
        return thread;
    });

    public Harvests(Records records, Web web, HarvestSettings settings, Clock clock) {
        this.records = records;
        this.sources = new Sources(records);
        this.settings = settings;
        this.harvester = new Harvester(records, web, settings, clock);
        this.discovery = new Discovery(sources, web, settings, clock);
        this.clock = clock;
        settings.sources().forEach(source -> ensure(source.toString()));
    }

    private void ensure(String url) {
        Optional<SourceRow> known = sources.find(url);
        if (known.isEmpty() || !known.get().listed) {
            sources.change(url, row -> {
                if (known.isEmpty()) {
                    row.next = clock.instant().atOffset(java.time.ZoneOffset.UTC);
                }
                row.listed = true;
            });
        }
    }

    /** How it stands with sources, past harvests and the quarantine. */
    public Sources sources() {
        return sources;
    }

    /** Whether anything is to be harvested. */
    public boolean any() {
        return !settings.sources().isEmpty() || !settings.registries().isEmpty();
    }

    /** Reads the lists whose time has come, then harvests the sources whose time has come; returns when all is done. */
    public void due() {
        makeUp();
        for (URI registry : settings.registries()) {
            if (due(sources.find(Discovery.keyOf(registry)))) {
                discovery.discover(registry);
            }
        }
        Set<String> named = new LinkedHashSet<>();
        settings.sources().forEach(source -> named.add(source.toString()));
        List<Callable<Void>> tasks = new ArrayList<>();
        for (SourceRow row : sources.all()) {
            boolean wanted = named.contains(row.url) || row.foundBy != null && row.listed && stillAsked(row);
            if (wanted && !Discovery.isList(row) && due(Optional.of(row))) {
                tasks.add(() -> {
                    harvest(row.url, false, false);
                    return null;
                });
            }
        }
        try {
            workers.invokeAll(tasks);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Tries again what the end of a first harvest could not do, and says so no longer when it is done. */
    private void makeUp() {
        List<SourceRow> left =
                sources.all().stream().filter(row -> Unindexed.in(row.message)).toList();
        if (!left.isEmpty() && records.makeUp() == null) {
            left.forEach(row -> sources.change(row.url, at -> at.message = Unindexed.without(at.message)));
        }
    }

    private boolean stillAsked(SourceRow row) {
        return settings.registries().stream()
                .anyMatch(registry -> registry.toString().equals(row.foundBy));
    }

    private boolean due(Optional<SourceRow> row) {
        return row.isEmpty() || !row.get().next.toInstant().isAfter(clock.instant());
    }

    private void harvest(String url, boolean whole, boolean believe) {
        if (!underWay.add(url)) {
            return;
        }
        try {
            harvester.harvest(URI.create(url), whole, believe);
        } catch (RuntimeException e) {
            // The database may be away for a while; the next round comes.
            LOG.log(System.Logger.Level.WARNING, "the harvest of " + url + " was broken off: " + e);
        } finally {
            underWay.remove(url);
        }
    }

    /**
     * Begins to harvest a source now, or to read a list; returns at once. A source under way goes on as it is.
     *
     * @param whole everything, even when it is not due
     * @param believe what does not come any more is deleted, however much it is
     * @throws Refusal NOT_FOUND for a source that neither the settings nor a list name
     */
    public void start(String url, boolean whole, boolean believe) throws Refusal {
        for (URI registry : settings.registries()) {
            if (url.equals(registry.toString()) && sources.find(url).isEmpty()
                    || url.equals(Discovery.keyOf(registry))) {
                workers.execute(() -> discovery.discover(registry));
                return;
            }
        }
        if (sources.find(url).isEmpty()) {
            throw new Refusal(
                    Why.NOT_FOUND,
                    "No source has this address. Sources are named in registry.harvest.sources, or found in the lists of"
                            + " registry.harvest.registries.");
        }
        workers.execute(() -> harvest(url, whole, believe));
    }

    /**
     * Lets a record out of quarantine: it is taken over now, and again when it comes from this source, whatever the source
     * says of its authorities. What cannot be read, and what belongs to this registry, stays.
     *
     * @throws Refusal NOT_FOUND, or INVALID with the reason why it must stay
     */
    public RecordRow release(String source, String place) throws Refusal {
        QuarantineRow held =
                records.read(manager -> manager.find(QuarantineRow.class, new QuarantineRow.Key(source, place)));
        if (held == null) {
            throw new Refusal(Why.NOT_FOUND, "Nothing of this source is held under " + place + ".");
        }
        Resource resource;
        try {
            resource = Resource.read(held.record);
        } catch (Resource.Unusable e) {
            throw new Refusal(Why.INVALID, "It stays in quarantine, for it cannot be read: " + held.reason + ".");
        }
        Ivoid ivoid = resource.ivoid();
        if (Ivoid.of(place).filter(ivoid::equals).isEmpty()
                || settings.ownAuthorities().contains(ivoid.authority())) {
            throw new Refusal(Why.INVALID, "It stays in quarantine: " + held.reason + ".");
        }
        Instant now = clock.instant();
        Incoming incoming = new Incoming(
                place, ivoid, false, resource, null, "", settings.schemas().faults(resource.xml()), null);
        return records.write(writing -> {
            RecordRow known = writing.manager().find(RecordRow.class, ivoid.key());
            RecordRow row = known == null ? new RecordRow() : known;
            SourceRow from = writing.manager().find(SourceRow.class, source);
            Intake.fill(row, incoming, resource, source, from == null ? 0 : from.run, now);
            if (known == null) {
                writing.manager().persist(row);
            }
            writing.touch(row);
            QuarantineRow there = writing.manager().find(QuarantineRow.class, new QuarantineRow.Key(source, place));
            there.released = true;
            return row;
        });
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
