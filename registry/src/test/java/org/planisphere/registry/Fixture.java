package org.planisphere.registry;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.registry.door.RegistryContext;
import org.planisphere.registry.harvest.HarvestSettings;
import org.planisphere.registry.harvest.Limits;
import org.planisphere.registry.publish.Registry;
import org.planisphere.registry.publish.RegistrySettings;
import org.planisphere.registry.resource.Schemas;
import org.planisphere.registry.tap.TapSettings;

/** A registry on a new database, with a clock and a network that the test moves. */
public final class Fixture implements AutoCloseable {
    public static final Caller PUBLISHER =
            new Caller("local|publisher", "publisher", Set.of(), Set.of(Caller.Role.PUBLISHER));
    public static final Caller SOMEBODY = new Caller("local|somebody", "somebody", Set.of(), Set.of());

    public final FakeWeb web = new FakeWeb();
    public final Hands clock = new Hands();
    public final Database database;
    public final URI base;
    public RegistryContext context;
    public Registry registry;
    private final RegistrySettings settings;
    private final HarvestSettings harvest;
    private final TapSettings tap;

    public Fixture(DatabaseKind kind, URI base, int page) {
        this(kind, base, page, Schemas.NONE, Map.of());
    }

    public Fixture(DatabaseKind kind, URI base, int page, Schemas schemas, Map<String, String> owners) {
        database = Database.open(kind.fresh(4));
        this.base = base;
        settings = new RegistrySettings(
                base,
                "Example.Planner",
                "Example registry",
                "Example Platform",
                "ops@example.org",
                List.of("ivo://ivoa.net/std/ExecutionBroker"),
                Duration.ofMinutes(1),
                Duration.ofMinutes(10),
                page,
                owners);
        harvest = harvesting(schemas, Limits.USUAL);
        tap = TapSettings.usual(URI.create(base + "/tap"), folder());
        context = new RegistryContext(database, web, settings, harvest, tap, clock);
        registry = context.registry();
    }

    /** Ends the registry and begins it again with these times for queries: at once, and as a job. */
    public void reopen(Duration atOnce, Duration asJob) {
        context.close();
        TapSettings times = new TapSettings(
                tap.base(),
                tap.usualRows(),
                tap.mostRows(),
                atOnce,
                asJob,
                tap.parallel(),
                tap.keep(),
                tap.jobs(),
                tap.folder(),
                tap.full());
        context = new RegistryContext(database, web, settings, harvest, times, clock);
        registry = context.registry();
    }

    /** Ends the registry and begins it again, as a node does. */
    public void reopen() {
        context.close();
        context = new RegistryContext(database, web, settings, harvest, tap, clock);
        registry = context.registry();
    }

    /** What an operator watches now, by {@code name{labels}}. */
    public Map<String, Double> figures() {
        Map<String, Double> figures = new TreeMap<>();
        context.figures()
                .tell((name, help, labels, value) -> figures.put(name + "{" + labels + "}", value.getAsDouble()));
        return figures;
    }

    private static Path folder() {
        try {
            Path folder = Files.createTempDirectory("planisphere-tap");
            folder.toFile().deleteOnExit();
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Fixture(DatabaseKind kind) {
        this(kind, URI.create("http://registry.example/registry"), 100);
    }

    /** Sources of this network once a day, everything after half a year. */
    public static HarvestSettings harvesting(Schemas schemas, Limits limits) {
        return new HarvestSettings(
                "test",
                Set.of("example.planner"),
                List.of(),
                List.of(),
                Duration.ofDays(1),
                Duration.ofDays(180),
                schemas,
                limits);
    }

    public static Registry.Registration of(String capabilitiesUrl) {
        return new Registry.Registration(capabilitiesUrl, null, null, null, null, null, null);
    }

    public static Registry.Registration of(String capabilitiesUrl, String title) {
        return new Registry.Registration(capabilitiesUrl, null, title, null, null, null, null);
    }

    /** A record that VOResource finds nothing wrong with. */
    public static String record(String identifier, String title) {
        return """
                <ri:Resource xmlns:ri="http://www.ivoa.net/xml/RegistryInterface/v1.0"
                    xmlns:vo="http://www.ivoa.net/xml/VOResource/v1.0"
                    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="vo:Service" status="active"
                    created="2026-01-10T09:00:00Z" updated="2026-01-12T16:30:05Z">
                  <title>%s</title>
                  <identifier>%s</identifier>
                  <curation><publisher>Example Platform</publisher><contact><name>Operations</name></contact></curation>
                  <content><subject>virtual-observatories</subject><description>About it.</description>
                    <referenceURL>https://example.org/</referenceURL></content>
                </ri:Resource>
                """.formatted(title, identifier);
    }

    @Override
    public void close() {
        context.close();
        database.close();
    }

    /** A clock that stands until it is moved. */
    public static final class Hands extends Clock {
        private volatile Instant now = Instant.parse("2026-11-21T06:00:00Z");

        public void move(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
