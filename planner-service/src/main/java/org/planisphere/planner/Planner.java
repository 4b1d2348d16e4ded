package org.planisphere.planner;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.http.GuardedHttp;
import org.planisphere.foundation.http.HttpRules;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.identity.Witness;
import org.planisphere.foundation.rest.Idempotency;
import org.planisphere.foundation.rest.ProblemsDoor;
import org.planisphere.foundation.settings.Keys;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.planner.audit.HeadKey;
import org.planisphere.planner.audit.store.Sealer;
import org.planisphere.planner.audit.store.SqlAudit;
import org.planisphere.planner.door.AcceptsDoor;
import org.planisphere.planner.door.AuditDoor;
import org.planisphere.planner.door.EntranceDoor;
import org.planisphere.planner.door.EventsDoor;
import org.planisphere.planner.door.ExecutionDoor;
import org.planisphere.planner.door.FilesDoor;
import org.planisphere.planner.door.InfoDoor;
import org.planisphere.planner.door.LedgerProblemMapper;
import org.planisphere.planner.door.LivePasses;
import org.planisphere.planner.door.PlannerContext;
import org.planisphere.planner.door.PlatformsDoor;
import org.planisphere.planner.door.PolicyDoor;
import org.planisphere.planner.door.SessionDoor;
import org.planisphere.planner.door.StorageDoor;
import org.planisphere.planner.door.TemplatesDoor;
import org.planisphere.planner.door.TicketDoor;
import org.planisphere.planner.door.TokenKeeper;
import org.planisphere.planner.door.Tunnels;
import org.planisphere.planner.door.UsageDoor;
import org.planisphere.planner.door.WaysDoor;
import org.planisphere.planner.door.WorkKeys;
import org.planisphere.planner.federation.Federation;
import org.planisphere.planner.federation.RemotePlatform;
import org.planisphere.planner.ledger.Ledger;
import org.planisphere.planner.ledger.Proposal;
import org.planisphere.planner.ledger.SlotAxis;
import org.planisphere.planner.ledger.store.LedgerSettings;
import org.planisphere.planner.ledger.store.SqlLedger;
import org.planisphere.planner.offer.DeskSettings;
import org.planisphere.planner.offer.OfferDesk;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.policy.AskedRequests;
import org.planisphere.planner.policy.NotedOffers;
import org.planisphere.planner.policy.PolicyBook;
import org.planisphere.planner.policy.PolicyWatch;
import org.planisphere.planner.policy.store.SqlAskedRequests;
import org.planisphere.planner.quota.AddressCaps;
import org.planisphere.planner.quota.Quotas;
import org.planisphere.planner.request.KindBases;
import org.planisphere.planner.request.TaskReader;
import org.planisphere.planner.session.Conductor;
import org.planisphere.planner.session.EventHub;
import org.planisphere.planner.session.EventRelay;
import org.planisphere.planner.session.ScheduledTimers;
import org.planisphere.planner.session.SessionSettings;
import org.planisphere.planner.session.SessionStore;
import org.planisphere.planner.session.SessionThreads;
import org.planisphere.planner.session.Sessions;
import org.planisphere.planner.session.Timers;
import org.planisphere.planner.session.store.JpaSessions;
import org.planisphere.planner.session.store.SqlLeases;
import org.planisphere.planner.session.store.SqlSharedWith;
import org.planisphere.planner.staging.Delegations;
import org.planisphere.planner.staging.WorkFolders;
import org.planisphere.planner.storage.KeepingSessions;
import org.planisphere.planner.storage.Storages;
import org.planisphere.planner.storage.store.SqlKept;
import org.planisphere.planner.usage.AccountedSessions;
import org.planisphere.planner.usage.RecentUse;
import org.planisphere.planner.usage.store.SqlUsage;

/**
 * The planner as a whole: the rooms put together by their constructors, from the settings alone. Needs no container; the
 * server asks it for its doors, tests and benches use it as it is.
 */
public final class Planner implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Planner.class.getName());
    /** Who does what nobody asked for. */
    private static final Caller NODE = new Caller("node", "node", Set.of(), Set.of());

    private static final Duration BEAT = Duration.ofMillis(500);
    private static final Duration RELAY = Duration.ofSeconds(1);
    private static final Duration RECENT = Duration.ofSeconds(5);
    private static final Duration SWEEP = Duration.ofMinutes(1);
    private static final Duration ENDS = Duration.ofSeconds(10);

    private final PlannerContext context;
    private final EventsDoor events;
    private final List<Object> more;
    private final Witness witness;
    private final List<AutoCloseable> parts;
    private final LivePasses live;

    private Planner(
            PlannerContext context,
            EventsDoor events,
            List<Object> more,
            Witness witness,
            List<AutoCloseable> parts,
            LivePasses live) {
        this.live = live;
        this.witness = witness;
        this.context = context;
        this.events = events;
        this.more = more;
        this.parts = parts;
    }

    /**
     * Opens everything: rebuilds the ledger, takes the platforms' leases and goes on with every accepted session. Blocks
     * on the database.
     *
     * @param database open and migrated; not closed by the planner
     */
    public static Planner open(Settings settings, Database database) {
        List<AutoCloseable> parts = new ArrayList<>();
        try {
            return assemble(settings, database, parts);
        } catch (RuntimeException e) {
            closeAll(parts);
            throw e;
        }
    }

    private static Planner assemble(Settings settings, Database database, List<AutoCloseable> parts) {
        Duration slot = settings.get(Keys.SLOT);
        Ledger ledger =
                own(parts, new SqlLedger(database, LedgerSettings.usual().withAxis(new SlotAxis(slot))));
        KindBases kinds = KindBases.withAliases(settings.get(Keys.KIND_ALIASES));
        WorkFolders folders = new WorkFolders(
                settings.sessionsDir(),
                new Delegations(HttpRules.of(settings.get(Keys.STAGING_HTTP_DELEGATE), 1, Duration.ofSeconds(1))),
                own(parts, Depots.open(settings)));
        List<Platform> platforms = Platforms.open(settings, folders);
        parts.addAll(platforms);
        PolicyBook quotas = new PolicyBook(settings.find(Keys.POLICY_FILE).orElse(null), Limits.quotas(settings));
        int ofOneAddress = settings.get(Keys.ADDRESS_OFFERS);
        Quotas capped = ofOneAddress == 0 ? quotas : new AddressCaps(quotas, ofOneAddress);

        JpaSessions kept = new JpaSessions(database.entityManagers("planner", entities()), database.dataSource());
        SqlUsage usage = new SqlUsage(database.dataSource());
        Function<String, Optional<PlatformDescription>> described = id -> platforms.stream()
                .map(Platform::describe)
                .filter(platform -> platform.id().equals(id))
                .findFirst();
        SqlKept storage = new SqlKept(database.dataSource());
        SessionStore store = new KeepingSessions(new AccountedSessions(kept, usage, described), storage);
        RecentUse recent = new RecentUse(
                usage,
                id -> described.apply(id).map(PlatformDescription::capacity),
                () -> quotas.policy() == null ? Duration.ZERO : quotas.policy().halfLife());
        quotas.past(recent);
        SqlAudit audit = new SqlAudit(
                database.dataSource(), HeadKey.in(settings.dataDir().resolve("audit.key")), quotas::version);
        own(parts, new Sealer(audit, BEAT));
        SqlAskedRequests asked = new SqlAskedRequests(database.dataSource());
        SessionThreads threads = own(parts, new SessionThreads(8, 16, 4));
        EventHub hub = new EventHub(threads.watchers());
        Timers timers = new ScheduledTimers(threads.scheduler(), ledger::now);
        SessionSettings usual = SessionSettings.DEFAULTS;
        Duration keep = settings.get(Keys.SESSION_KEEP);
        SessionSettings sessionSettings = new SessionSettings(
                slot, usual.cancelWait(), usual.lateness(), usual.grace(), usual.lease(), keep, usual.keepAnswered());
        Conductor conductor = new Conductor(
                store,
                ledger,
                platforms,
                hub,
                new SqlLeases(database.dataSource()),
                timers,
                threads.quick(),
                threads.slow(),
                sessionSettings,
                identity(settings));
        Sessions sessions = new Sessions(
                store,
                ledger,
                platforms,
                quotas,
                conductor,
                hub,
                new SqlSharedWith(database.dataSource()),
                sessionSettings,
                audit);
        Federation federation = own(
                parts,
                new Federation(
                        platforms,
                        URI.create(settings.nodeUrl() + "/planner"),
                        database.dataSource(),
                        sessions,
                        hub,
                        new LedgerClock(ledger)));
        own(parts, conductor);
        conductor.start();
        federation.begin();
        if (database.postgres()) {
            // Only PostgreSQL can have a second planner on it.
            own(parts, new EventRelay(store, hub, conductor, timers, threads.quick(), ledger::now, RELAY))
                    .start();
        }

        Storages storages = new Storages(storage, store, ledger, folders.shelf(), platforms, audit);
        OfferDesk desk = new OfferDesk(
                ledger,
                platforms.stream()
                        .filter(platform -> !(platform instanceof RemotePlatform))
                        .toList(),
                capped,
                new NotedOffers(kept, audit, asked),
                DeskSettings.of(settings.get(Keys.OFFER_LIFETIME), settings.get(Keys.OFFER_MAX), slot),
                storages);
        Idempotency idempotency = new Idempotency(database.dataSource(), settings.get(Keys.IDEMPOTENCY_KEEP));
        threads.scheduler()
                .scheduleWithFixedDelay(
                        () -> {
                            sweep(ledger, sessions, idempotency, asked, settings.get(Keys.POLICY_REQUESTS_KEEP));
                            forget(folders.delegations(), sessions);
                        },
                        SWEEP.toSeconds(),
                        SWEEP.toSeconds(),
                        TimeUnit.SECONDS);

        threads.scheduler()
                .scheduleWithFixedDelay(
                        () -> threads.slow().execute(() -> end(storages, ledger)),
                        1,
                        ENDS.toSeconds(),
                        TimeUnit.SECONDS);
        threads.scheduler()
                .scheduleWithFixedDelay(
                        () -> threads.quick().execute(() -> recent.tryRefresh(ledger.now())),
                        0,
                        RECENT.toSeconds(),
                        TimeUnit.SECONDS);
        quotas.onChange(policy -> ledger.append(new Proposal(
                List.of(), audit.note(NODE, "policy", policy.version(), "in force, sha256:" + policy.digest()))));
        own(parts, new PolicyWatch(quotas, BEAT));

        PlannerContext context = new PlannerContext(
                URI.create(settings.nodeUrl() + "/planner"),
                settings.get(Keys.PLANNER_TITLE),
                settings.get(Keys.PLANNER_STANDARD_ID),
                Math.toIntExact(settings.get(Keys.REQUEST_MAXBYTES)),
                kinds,
                new TaskReader(kinds),
                desk,
                sessions,
                hub,
                folders,
                capped,
                ledger,
                platforms,
                idempotency,
                federation,
                () -> database.answers(Duration.ofSeconds(1)) && ledger.storing(),
                WorkKeys.of(settings.find(Keys.ANONYMOUS_SECRET)));
        EventsDoor events = new EventsDoor(context, threads.watchers());
        threads.scheduler()
                .scheduleWithFixedDelay(events::beat, BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
        LivePasses live =
                LivePasses.of(settings.find(Keys.LIVE_URL), settings.nodeUrl().resolve("/"));
        List<Object> more = List.of(
                new InfoDoor(context, settings.get(Keys.PLANNER_EXTENSION)),
                new ProblemsDoor(),
                new UsageDoor(context, usage),
                new StorageDoor(context, storages),
                new AuditDoor(audit),
                new PolicyDoor(context, quotas, asked),
                new PlatformsDoor(context),
                new WaysDoor(context, own(parts, tunnels(settings)), live),
                new TicketDoor(context, live),
                new EntranceDoor(live),
                new TemplatesDoor(context, templates(settings)));
        return new Planner(context, events, more, audit, parts, live);
    }

    /** Ends the streams of those who may not watch any more; called when who may has changed. */
    public void lookAgain() {
        events.lookAgain();
    }

    private static Tunnels tunnels(Settings settings) {
        return new Tunnels(new Tunnels.Bounds(
                settings.get(Keys.LIVE_TUNNELS),
                settings.get(Keys.LIVE_OF_SESSION),
                settings.get(Keys.LIVE_MESSAGE),
                settings.get(Keys.LIVE_RATE),
                settings.get(Keys.LIVE_IDLE)));
    }

    /** Fetches what callers name, from where data for runs may come. */
    private static GuardedHttp templates(Settings settings) {
        return new GuardedHttp(HttpRules.of(
                settings.get(Keys.STAGING_HTTP_ALLOW), settings.get(Keys.REQUEST_MAXBYTES), Duration.ofSeconds(10)));
    }

    /** Who may come to what runs serve at the sessions' own origins. */
    public LivePasses live() {
        return live;
    }

    /** Notes in the planner's audit what is done at other doors of the node. */
    public Witness witness() {
        return witness;
    }

    /** What the doors stand on. */
    public PlannerContext context() {
        return context;
    }

    /** The planner's JAX-RS resources, one instance each. */
    public Set<Object> doors() {
        Set<Object> doors = new LinkedHashSet<>();
        doors.add(new ExecutionDoor(context));
        doors.add(new SessionDoor(context));
        doors.add(new FilesDoor(context));
        doors.add(events);
        doors.add(new AcceptsDoor(context));
        doors.add(new LedgerProblemMapper());
        doors.addAll(more);
        if (context.federation().present()) {
            doors.add(new TokenKeeper(context.federation().credentials()));
        }
        return doors;
    }

    /** Lets go of everything; what runs goes on running and is found again at the next start. */
    @Override
    public void close() {
        closeAll(parts);
    }

    private static void sweep(
            Ledger ledger, Sessions sessions, Idempotency idempotency, AskedRequests asked, Duration keepAsked) {
        try {
            sessions.sweep(ledger.now());
            idempotency.sweep(ledger.now());
            asked.forget(ledger.now().minus(keepAsked));
        } catch (Exception e) {
            LOG.log(System.Logger.Level.WARNING, "The sweep of ended sessions is put off: " + e.getMessage());
        }
    }

    private static void end(Storages storages, Ledger ledger) {
        try {
            int removed = storages.sweep(ledger.now());
            if (removed > 0) {
                LOG.log(System.Logger.Level.INFO, "{0} storages were kept until their end and are removed", removed);
            }
        } catch (RuntimeException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Storage whose end is here is kept a little longer: " + e.getMessage());
        }
    }

    /** Nobody's token is kept for a session that is over. */
    private static void forget(Delegations delegations, Sessions sessions) {
        try {
            delegations.forget(session -> sessions.find(session)
                    .map(found -> found.phase().terminal())
                    .orElse(true));
        } catch (RuntimeException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "Ended sessions keep their tokens for a minute more: " + e.getMessage());
        }
    }

    /**
     * Who this planner is among those on the database: the same at every start on the same data folder, so that one that
     * was killed takes its platforms back at once, and never that of another.
     */
    private static String identity(Settings settings) {
        Path file = settings.dataDir().resolve("node.id");
        try {
            if (Files.notExists(file)) {
                Files.createDirectories(settings.dataDir());
                Files.writeString(file, UUID.randomUUID().toString());
            }
            return settings.get(Keys.NODE_NAME) + "-" + Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("data.dir: " + file + " cannot be read and written", e);
        }
    }

    private static List<Class<?>> entities() {
        return new ArrayList<>(JpaSessions.ENTITIES);
    }

    private static <T extends AutoCloseable> T own(List<AutoCloseable> parts, T part) {
        parts.add(part);
        return part;
    }

    private static void closeAll(List<AutoCloseable> parts) {
        for (int i = parts.size() - 1; i >= 0; i--) {
            try {
                parts.get(i).close();
            } catch (Exception e) {
                LOG.log(System.Logger.Level.WARNING, "A part of the planner did not close: " + e.getMessage());
            }
        }
        parts.clear();
    }
}
