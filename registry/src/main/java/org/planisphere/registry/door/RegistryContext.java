package org.planisphere.registry.door;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.settings.Keys;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.registry.harvest.HarvestSettings;
import org.planisphere.registry.harvest.Harvests;
import org.planisphere.registry.harvest.Limits;
import org.planisphere.registry.publish.Registry;
import org.planisphere.registry.publish.RegistrySettings;
import org.planisphere.registry.publish.Watch;
import org.planisphere.registry.publish.Web;
import org.planisphere.registry.regtap.Ingest;
import org.planisphere.registry.resource.Schemas;
import org.planisphere.registry.store.Records;
import org.planisphere.registry.tap.Capabilities;
import org.planisphere.registry.tap.Tap;
import org.planisphere.registry.tap.TapSettings;

/** Everything the registry's doors stand on; made once by the node, which closes it before the database. */
public final class RegistryContext implements AutoCloseable {
    /** How often it is looked for sources whose time has come. */
    private static final Duration HARVEST_LOOK = Duration.ofSeconds(30);
    /** How often the search index takes in what has changed, besides before each search. */
    private static final Duration INDEX_LOOK = Duration.ofSeconds(2);

    private final Database database;
    private final Records records;
    private final Registry registry;
    private final Harvests harvests;
    private final Watch watch;
    private final Clock clock;
    private final Tap tap;
    private final RelationsKeeper relations;
    private final Figures figures;

    /**
     * Writes the registry's own records, and begins to watch what is registered. What the node itself says of itself may
     * always be read; other services where {@code registry.http.allow} has them.
     *
     * @param database open, its schema up to date
     */
    public static RegistryContext open(Settings settings, Database database) {
        List<String> hosts = new ArrayList<>(settings.get(Keys.REGISTRY_HTTP_ALLOW));
        hosts.add(settings.nodeUrl().getRawAuthority());
        Web web = Web.guarded(hosts, Duration.ofSeconds(60));
        Schemas schemas = settings.find(Keys.REGISTRY_SCHEMAS).map(Schemas::of).orElse(Schemas.NONE);
        RegistrySettings registry = RegistrySettings.of(settings);
        Limits usual = Limits.USUAL;
        HarvestSettings harvest = new HarvestSettings(
                host() + ":" + settings.get(Keys.LISTEN_PORT),
                registry.authorities(),
                settings.get(Keys.REGISTRY_HARVEST_SOURCES),
                settings.get(Keys.REGISTRY_HARVEST_REGISTRIES),
                settings.get(Keys.REGISTRY_HARVEST_INTERVAL),
                settings.get(Keys.REGISTRY_HARVEST_FULL),
                schemas,
                new Limits(
                        usual.page(),
                        usual.record(),
                        usual.pages(),
                        usual.time(),
                        settings.get(Keys.REGISTRY_HARVEST_MAX)));
        RegistryContext context =
                new RegistryContext(database, web, registry, harvest, TapSettings.of(settings), Clock.systemUTC());
        context.watch.begin();
        context.watch.every(INDEX_LOOK, () -> context.registry.index().refresh());
        if (context.harvests.any()) {
            context.watch.every(HARVEST_LOOK, context.harvests::due);
        }
        return context;
    }

    /** As {@link #open}, without the schedule. */
    public RegistryContext(
            Database database,
            Web web,
            RegistrySettings settings,
            HarvestSettings harvest,
            TapSettings queries,
            Clock clock) {
        this.database = database;
        this.clock = clock;
        Ingest ingest = new Ingest(database);
        this.relations = new RelationsKeeper(ingest);
        this.records = new Records(database, ingest);
        records.upgrade();
        this.registry = new Registry(records, web, settings, harvest.schemas(), clock, Capabilities.own(queries));
        this.harvests = new Harvests(records, web, harvest, clock);
        this.tap = new Tap(database, queries, relations::note);
        this.watch = new Watch(registry);
        this.figures = new Figures(records, registry.index(), harvests.sources(), relations);
        relations.begin();
        registry.writeOwn();
        registry.index().refresh();
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    public Registry registry() {
        return registry;
    }

    /** What is harvested. */
    public Harvests harvests() {
        return harvests;
    }

    /** Keeps registered records true; {@link #open} has begun it. */
    public Watch watch() {
        return watch;
    }

    /** The queries over the records. */
    public Tap tap() {
        return tap;
    }

    /** What an operator watches. */
    public Figures figures() {
        return figures;
    }

    /** What people should know of the registry's state now; empty when there is nothing. */
    String note() {
        return relations.note();
    }

    Clock clock() {
        return clock;
    }

    boolean ready() {
        return database.answers(Duration.ofSeconds(2));
    }

    @Override
    public void close() {
        watch.close();
        harvests.close();
        tap.close();
        relations.close();
        records.close();
    }
}
