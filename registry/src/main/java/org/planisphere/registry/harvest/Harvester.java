package org.planisphere.registry.harvest;

import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.publish.Web;
import org.planisphere.registry.resource.Resource;
import org.planisphere.registry.resource.Schemas;
import org.planisphere.registry.store.RecordRow;
import org.planisphere.registry.store.Records;
import org.planisphere.registry.store.RunRow;
import org.planisphere.registry.store.SourceRow;
import org.planisphere.registry.store.Sources;
import org.planisphere.registry.store.Writing;
import org.planisphere.wire.codec.Fault;

/**
 * Harvests one publishing registry at a time. Every page is one transaction that also says where the list goes on, so a
 * harvest that was killed goes on where it was; the next page is read while one is stored. One thread harvests a source at
 * a time.
 *
 * @see <a href="https://www.ivoa.net/documents/RegistryInterface/">Registry Interfaces 1.1, section 4.2</a>
 */
public final class Harvester {
    /** A full harvest that brings less than this share of what was there is not believed. */
    private static final double BELIEVABLE = 0.9;
    /** So many may disappear without an alarm, however few there were. */
    private static final int FEW = 10;

    private static final int PATIENCE = 3;
    /** Pages without records in a row; the protocol has none, some servers filter late. */
    private static final int MOST_EMPTY = 20;

    /** As long a source is one node's without a sign of life. */
    static final Duration LEASE = Duration.ofMinutes(10);

    /** The first harvest of a source that has brought so many, and more than half of all there is, fills the registry. */
    private static final int MANY = 2000;

    private static final int HISTORY = 200;
    private static final int AT_ONCE = 500;
    private static final Duration FIRST_RETRY = Duration.ofMinutes(5);
    private static final Duration LONGEST_RETRY = Duration.ofDays(1);
    private static final System.Logger LOG = System.getLogger(Harvester.class.getName());

    private final Records records;
    private final Sources sources;
    private final Web web;
    private final HarvestSettings settings;
    private final Intake intake;
    private final Clock clock;

    public Harvester(Records records, Web web, HarvestSettings settings, Clock clock) {
        this.records = records;
        this.sources = new Sources(records);
        this.web = web;
        this.settings = settings;
        this.intake = new Intake(records, settings.ownAuthorities(), settings.node());
        this.clock = clock;
    }

    /** Harvests a source now, as a whole when that is due. */
    public SourceRow harvest(URI source) {
        return harvest(source, false, false);
    }

    /**
     * Harvests a source now: goes on with what was interrupted, or begins anew. Blocks; never throws because of the source.
     *
     * @param whole everything, even when it is not due
     * @param believe what does not come is deleted, however much it is: the operator knows that it has gone
     * @return how it stands with the source afterwards; unchanged when another node harvests it now
     */
    public SourceRow harvest(URI source, boolean whole, boolean believe) {
        String url = source.toString();
        if (!begin(url, whole)) {
            return sources.find(url).orElseThrow();
        }
        try (Aside aside = new Aside()) {
            // One for each thread that checks.
            Queue<Schemas.Run> runs = new ConcurrentLinkedQueue<>();
            OaiSource.Reading reading = (ivoid, record) -> {
                Schemas.Run free = runs.poll();
                Schemas.Run run = free == null ? settings.schemas().run() : free;
                List<Fault> faults = run.faults(record);
                runs.add(run);
                return new OaiSource.Read(faults, records.prepare(ivoid, record));
            };
            return harvest(url, new OaiSource(source, web, reading, settings.limits(), aside), believe);
        }
    }

    private SourceRow harvest(String url, OaiSource oai, boolean believe) {
        Filling filling = new Filling();
        SourceRow row;
        try {
            OaiSource.Identity identity = oai.identify();
            row = sources.change(url, at -> at.title = Intake.cut(identity.title(), 1000));
            row = pages(oai, row, identity.authorities(), believe, filling);
        } catch (Trouble trouble) {
            row = failed(url, trouble);
        } finally {
            filling.close();
        }
        String left = filling.left;
        return left == null ? row : sources.change(url, at -> at.message = Unindexed.added(at.message, left));
    }

    private SourceRow pages(OaiSource oai, SourceRow begun, Set<String> authorities, boolean believe, Filling filling)
            throws Trouble {
        String url = begun.url;
        SourceRow row = begun;
        Instant deadline = clock.instant().plus(settings.limits().time());
        Set<String> tokens = new HashSet<>();
        String token = row.token;
        boolean again = false;
        int empty = 0;
        CompletableFuture<OaiSource.Page> next = fetch(oai, row.from, token);
        while (true) {
            if (row.pages >= settings.limits().pages()) {
                throw new Trouble(
                        "the list does not end within " + settings.limits().pages() + " pages", true);
            }
            if (clock.instant().isAfter(deadline)) {
                throw new Trouble(
                        "the list does not end within " + settings.limits().time());
            }
            if (token != null && !tokens.add(token)) {
                throw new Trouble("the list comes back to a page it had before", true);
            }
            OaiSource.Page page;
            try {
                page = await(next);
            } catch (Trouble trouble) {
                if (!trouble.badToken || again || token == null) {
                    throw trouble;
                }
                // The token has expired: the same harvest from its beginning, once.
                again = true;
                token = null;
                tokens.clear();
                next = fetch(oai, row.from, null);
                continue;
            }
            token = page.token();
            empty = page.records().isEmpty() ? empty + 1 : 0;
            if (empty > MOST_EMPTY) {
                throw new Trouble("the list goes on behind " + empty + " pages without records", true);
            }
            if (token != null && !tokens.contains(token)) {
                next = fetch(oai, row.from, token);
            }
            Optional<SourceRow> taken = intake.take(url, page, authorities, clock.instant());
            if (taken.isEmpty()) {
                LOG.log(System.Logger.Level.WARNING, url + " is harvested by another node now; this one had stopped");
                return sources.find(url).orElseThrow();
            }
            boolean few = row.seen < MANY;
            row = taken.get();
            if (token == null) {
                return end(url, believe);
            }
            if (few && row.seen >= MANY && row.full && row.lastFull == null) {
                filling.look(row.seen);
            }
        }
    }

    /** Whether a harvest fills the registry, which is then told so until the harvest ends. */
    private final class Filling implements AutoCloseable {
        private boolean on;
        private @Nullable String left;

        void look(long seen) {
            if (!on && records.count() < 2 * seen) {
                on = true;
                records.manyAreComing();
            }
        }

        @Override
        public void close() {
            if (on) {
                left = records.manyHaveCome();
            }
        }
    }

    private static CompletableFuture<OaiSource.Page> fetch(
            OaiSource oai, @Nullable String from, @Nullable String token) {
        CompletableFuture<OaiSource.Page> page = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        page.complete(oai.page(OaiSource.MANAGED, from, token));
                    } catch (Trouble | RuntimeException | Error e) {
                        page.completeExceptionally(e);
                    }
                },
                "registry-harvest-page");
        thread.setDaemon(true);
        thread.start();
        return page;
    }

    private static OaiSource.Page await(CompletableFuture<OaiSource.Page> page) throws Trouble {
        try {
            return page.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Trouble("the node is stopping; the harvest goes on when it starts again");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Trouble trouble) {
                throw trouble;
            }
            throw new IllegalStateException("a page could not be read", e.getCause());
        }
    }

    /** @return false when another node is at it */
    private boolean begin(String url, boolean whole) {
        return records.transaction(manager -> {
            SourceRow known = manager.find(SourceRow.class, url, LockModeType.PESSIMISTIC_WRITE);
            SourceRow row = known == null ? new SourceRow() : known;
            Instant now = clock.instant();
            OffsetDateTime until = row.heldUntil;
            if (until != null
                    && until.toInstant().isAfter(now)
                    && !settings.node().equals(row.holder)) {
                return false;
            }
            row.holder = settings.node();
            row.heldUntil = at(now.plus(LEASE));
            RunRow run = manager.find(RunRow.class, new RunRow.Key(url, row.run));
            if (!row.state.equals(SourceRow.RUNNING) || run == null || whole && !row.full) {
                begin(manager, row, url, whole, now);
            } else {
                run.outcome = RunRow.RUNNING;
                run.ended = null;
            }
            if (known == null) {
                manager.persist(row);
            }
            return true;
        });
    }

    private void begin(EntityManager manager, SourceRow row, String url, boolean whole, Instant now) {
        row.url = url;
        OffsetDateTime lastFull = row.lastFull;
        row.full = whole
                || lastFull == null
                || row.lastStamp == null
                || !lastFull.toInstant().plus(settings.fullInterval()).isAfter(now);
        row.state = SourceRow.RUNNING;
        row.run++;
        row.began = at(now);
        row.from = row.full ? null : row.lastStamp;
        row.token = null;
        row.serverTime = null;
        row.seen = 0;
        row.pages = 0;
        row.next = at(now);
        RunRow run = new RunRow();
        run.url = url;
        run.run = row.run;
        run.full = row.full;
        run.began = at(now);
        manager.persist(run);
        manager.createQuery("DELETE FROM RegistryRun r WHERE r.url = :url AND r.run <= :oldest")
                .setParameter("url", url)
                .setParameter("oldest", row.run - HISTORY)
                .executeUpdate();
    }

    private SourceRow end(String url, boolean believe) {
        Instant now = clock.instant();
        String alarm = compare(url, believe, now);
        return records.transaction(manager -> {
            SourceRow row = manager.find(SourceRow.class, url, LockModeType.PESSIMISTIC_WRITE);
            if (!settings.node().equals(row.holder)) {
                return row;
            }
            RunRow run = manager.find(RunRow.class, new RunRow.Key(url, row.run));
            if (row.full) {
                row.lastFull = at(now);
            }
            row.state = SourceRow.IDLE;
            row.heldUntil = null;
            row.token = null;
            row.lastSuccess = at(now);
            row.lastStamp = overlap(row.serverTime, row.began == null ? now : row.began.toInstant());
            row.failures = 0;
            row.message = alarm;
            row.alarm = alarm != null;
            row.next = at(now.plus(settings.interval()));
            run.ended = at(now);
            run.outcome = alarm == null ? RunRow.DONE : RunRow.ALARM;
            run.message = alarm;
            LOG.log(
                    alarm == null ? System.Logger.Level.INFO : System.Logger.Level.WARNING,
                    "harvested " + row.seen + " records of " + url + ", " + run.kept + " new or changed"
                            + (run.quarantined == 0 ? "" : ", " + run.quarantined + " in quarantine")
                            + (alarm == null ? "" : ": " + alarm));
            return row;
        });
    }

    /** What a full harvest did not bring has gone, or the source has a bad day; returns the alarm then. */
    private @Nullable String compare(String url, boolean believe, Instant now) {
        SourceRow row = sources.find(url).orElseThrow();
        if (!row.full) {
            // Nothing is known of what did not come; an alarm of the last full harvest stands.
            return row.alarm && row.failures == 0 ? row.message : null;
        }
        long missing = count(row, " AND r.sourceRun < " + row.run);
        if (missing == 0) {
            return null;
        }
        long all = count(row, "");
        boolean believed = believe || missing <= FEW || all - missing >= BELIEVABLE * all;
        while (someMissing(row, believed, now) == AT_ONCE) {
            // the next ones
        }
        return believed ? null : missing + " of " + all + " records did not come; they are kept and marked stale";
    }

    private long count(SourceRow row, String condition) {
        return records.read(manager -> manager.createQuery(
                        "SELECT COUNT(r) FROM RegistryRecord r WHERE r.source = :source AND r.status <> 'deleted'"
                                + condition,
                        Long.class)
                .setParameter("source", row.url)
                .getSingleResult());
    }

    private int someMissing(SourceRow source, boolean believed, Instant now) {
        return records.write(writing -> {
            List<RecordRow> rows = writing.manager()
                    .createQuery(
                            "SELECT r FROM RegistryRecord r WHERE r.source = :source AND r.status <> 'deleted'"
                                    + " AND r.sourceRun < :run ORDER BY r.ivoid",
                            RecordRow.class)
                    .setParameter("source", source.url)
                    .setParameter("run", source.run)
                    .setMaxResults(AT_ONCE)
                    .getResultList();
            rows.forEach(row -> missing(writing, row, believed, source.run, now));
            RunRow run = writing.manager().find(RunRow.class, new RunRow.Key(source.url, source.run));
            if (believed) {
                run.removed += rows.size();
            }
            return rows.size();
        });
    }

    private static void missing(Writing writing, RecordRow row, boolean believed, long run, Instant now) {
        row.sourceRun = run;
        if (believed) {
            row.bury(now);
        } else {
            row.stale = true;
        }
        writing.touch(row);
    }

    private SourceRow failed(String url, Trouble trouble) {
        Instant now = clock.instant();
        LOG.log(System.Logger.Level.WARNING, url + " was not harvested: " + trouble.getMessage());
        return records.transaction(manager -> {
            SourceRow row = manager.find(SourceRow.class, url, LockModeType.PESSIMISTIC_WRITE);
            if (!settings.node().equals(row.holder)) {
                return row;
            }
            row.heldUntil = null;
            row.failures++;
            row.message = Intake.cut(String.valueOf(trouble.getMessage()), 1000);
            row.alarm = row.failures >= PATIENCE;
            if (trouble.badToken || row.failures >= PATIENCE) {
                // Going on does not help; the next harvest begins anew.
                row.state = SourceRow.IDLE;
                row.token = null;
            }
            Duration wait = FIRST_RETRY.multipliedBy(1L << Math.min(row.failures - 1, 10));
            row.next = at(now.plus(wait.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : wait));
            RunRow run = manager.find(RunRow.class, new RunRow.Key(url, row.run));
            if (run != null) {
                run.ended = at(now);
                run.outcome = RunRow.FAILED;
                run.message = row.message;
            }
            return row;
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
}
