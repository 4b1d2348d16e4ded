package org.planisphere.registry.door;

import java.net.URI;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseUnavailable;
import org.planisphere.foundation.settings.Keys;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.registry.harvest.Harvester;
import org.planisphere.registry.publish.Registry;
import org.planisphere.registry.publish.RegistrySettings;
import org.planisphere.registry.publish.Watch;
import org.planisphere.registry.publish.Web;
import org.planisphere.registry.regtap.Ingest;
import org.planisphere.registry.store.Records;

/** Everything the registry's doors stand on; made once by the node, which closes it before the database. */
public final class RegistryContext implements AutoCloseable {
    /** How often it is looked for sources whose time has come. */
    private static final Duration HARVEST_LOOK = Duration.ofSeconds(30);

    private final Database database;
    private final Records records;
    private final Registry registry;
    private final Watch watch;
    private final Clock clock;

    /**
     * Writes the registry's own records, and begins to watch what is registered. What the node itself says of itself may
     * always be read; other services where {@code registry.http.allow} has them.
     *
     * @param database open, its schema up to date
     */
    public static RegistryContext open(Settings settings, Database database) {
        List<String> hosts = new ArrayList<>(settings.get(Keys.REGISTRY_HTTP_ALLOW));
        hosts.add(settings.nodeUrl().getRawAuthority());
        Web web = Web.guarded(hosts, Duration.ofSeconds(20));
        RegistryContext context = new RegistryContext(database, web, RegistrySettings.of(settings), Clock.systemUTC());
        context.watch.begin();
        context.harvest(
                new Harvester(
                        context.records,
                        web,
                        context.registry.settings().authority(),
                        settings.get(Keys.REGISTRY_HARVEST_INTERVAL),
                        settings.get(Keys.REGISTRY_HARVEST_FULL),
                        context.clock),
                settings.get(Keys.REGISTRY_HARVEST_SOURCES));
        return context;
    }

    /** As {@link #open}, without the schedule. */
    public RegistryContext(Database database, Web web, RegistrySettings settings, Clock clock) {
        this.database = database;
        this.clock = clock;
        Ingest ingest = new Ingest(database);
        this.records = new Records(database, ingest);
        this.registry = new Registry(records, web, settings, clock);
        this.watch = new Watch(registry);
        registry.writeOwn();
        try {
            ingest.bringUpToDate();
        } catch (SQLException e) {
            throw new DatabaseUnavailable("the relations of the records cannot be brought up to date", e);
        }
    }

    private void harvest(Harvester harvester, List<URI> sources) {
        if (!sources.isEmpty()) {
            watch.every(HARVEST_LOOK, () -> harvester.harvestDue(sources));
        }
    }

    public Registry registry() {
        return registry;
    }

    /** Keeps registered records true; {@link #open} has begun it. */
    public Watch watch() {
        return watch;
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
        records.close();
    }
}
