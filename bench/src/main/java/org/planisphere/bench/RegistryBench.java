package org.planisphere.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseSettings;
import org.planisphere.registry.harvest.HarvestSettings;
import org.planisphere.registry.harvest.Harvester;
import org.planisphere.registry.harvest.Limits;
import org.planisphere.registry.publish.Registry;
import org.planisphere.registry.publish.RegistrySettings;
import org.planisphere.registry.publish.Web;
import org.planisphere.registry.regtap.Ingest;
import org.planisphere.registry.resource.Resource;
import org.planisphere.registry.resource.Schemas;
import org.planisphere.registry.search.Wanted;
import org.planisphere.registry.store.Records;
import org.planisphere.registry.store.SourceRow;

/**
 * {@code ./planisphere bench registry [--records N] [--data FOLDER] [--database h2|postgresql]}: a registry of the size of the whole VO, on H2 and,
 * where its programs are installed, on PostgreSQL. The records are made from the real ones in the folder, each with an
 * identifier, a title and some words of its own, and come over HTTP from an OAI-PMH server in this process.
 */
public final class RegistryBench {
    private static final Pattern RECORD =
            Pattern.compile("<(?:\\w+:)?Resource\\b.*?</(?:\\w+:)?Resource>", Pattern.DOTALL);
    private static final int PAGE = 500;
    private static final long MEGABYTE = 1 << 20;

    private final int count;
    private final List<Template> templates;
    private final List<String> words;
    private final Schemas schemas;
    /** What makes the figures worth less; empty when nothing does. */
    private final String lacking;

    private final Table table = new Table();
    private final Set<Integer> changed = new LinkedHashSet<>();

    private RegistryBench(int count, Path data) throws IOException {
        this.count = count;
        List<String> real = templates(data.resolve("vo-records"));
        this.templates = real.stream().map(Template::of).toList();
        Set<String> vocabulary = new LinkedHashSet<>();
        for (String template : real) {
            for (String word : template.replaceAll("<[^>]*>", " ").split("[^\\p{L}]+")) {
                if (word.length() > 3) {
                    vocabulary.add(word.toLowerCase(Locale.ROOT));
                }
            }
        }
        this.words = List.copyOf(vocabulary);
        Path xsd = data.resolve("xsd");
        this.schemas = Files.isDirectory(xsd) ? Schemas.of(xsd) : Schemas.NONE;
        System.err.println(templates.size() + " real records, " + words.size() + " words, "
                + schemas.namespaces().size() + " schemas");
        this.lacking = lacking(data, real.size() > 1, Files.isDirectory(xsd));
        if (!lacking.isEmpty()) {
            System.err.println(lacking);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Logger.getLogger("").setLevel(Level.SEVERE);
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i], arguments[i + 1]);
        }
        Path home =
                Path.of(options.getOrDefault("--home", ".")).toAbsolutePath().normalize();
        Path data = options.containsKey("--data")
                ? Path.of(options.get("--data"))
                : home.resolveSibling("shared").resolve("data");
        RegistryBench bench = new RegistryBench(Integer.parseInt(options.getOrDefault("--records", "50000")), data);
        Path work = Files.createTempDirectory("planisphere-bench");
        try {
            String only = options.getOrDefault("--database", "");
            if (!only.equals("postgresql")) {
                bench.on("H2", new DatabaseSettings("jdbc:h2:file:" + work.resolve("registry"), "", "", 8));
            }
            if (only.equals("h2")) {
                System.err.println("PostgreSQL's column stays empty, as was asked.");
            } else if (Postgres.installed()) {
                try (Postgres postgres = Postgres.start()) {
                    Map<String, String> settings = postgres.settings();
                    bench.on(
                            "PostgreSQL",
                            new DatabaseSettings(
                                    settings.getOrDefault("PLANISPHERE_DB_URL", ""),
                                    settings.getOrDefault("PLANISPHERE_DB_USER", ""),
                                    settings.getOrDefault("PLANISPHERE_DB_PASSWORD", ""),
                                    8));
                }
            } else {
                System.err.println("PostgreSQL is not installed here: its column stays empty.");
            }
        } finally {
            Bench.delete(work);
        }
        System.out.println();
        System.out.println(bench.table.markdown());
        System.out.println(Bench.machine());
        if (!bench.lacking.isEmpty()) {
            System.out.println();
            System.out.println(bench.lacking);
        }
    }

    private static String lacking(Path data, boolean records, boolean schemas) {
        if (records && schemas) {
            return "";
        }
        return (schemas ? "" : "NOTHING WAS CHECKED by schemas: there is no folder " + data.resolve("xsd") + ". ")
                + (records
                        ? ""
                        : "All records are made from one of our own: there are none in " + data.resolve("vo-records")
                                + ". ")
                + "Name the folder that has both by --data FOLDER; these are not the figures of docs/performance.md.";
    }

    /** Real records, the identifier and the title of which can be changed; one of our own where there are none. */
    private static List<String> templates(Path folder) throws IOException {
        List<String> found = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    Matcher matcher = RECORD.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
                    while (matcher.find()) {
                        String text = new String(
                                matcher.group().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
                        try {
                            String xml = Resource.read(text).xml();
                            if (xml.contains("<identifier>") && xml.contains("<title>") && xml.length() < 40_000) {
                                found.add(xml);
                            }
                        } catch (Resource.Unusable leftOut) {
                            // Its namespaces are declared outside of it, or it is none: the others will do.
                        }
                    }
                }
            }
        }
        if (found.isEmpty()) {
            found.add("<ri:Resource xmlns:ri=\"http://www.ivoa.net/xml/RegistryInterface/v1.0\""
                    + " xmlns:vr=\"http://www.ivoa.net/xml/VOResource/v1.0\""
                    + " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"vr:Service\""
                    + " status=\"active\" created=\"2026-01-10T09:00:00Z\" updated=\"2026-01-12T16:30:05Z\">"
                    + "<title>Made</title><identifier>ivo://bench.example/x</identifier><curation>"
                    + "<publisher>Bench</publisher><contact><name>Bench</name></contact></curation><content>"
                    + "<subject>surveys</subject><description>Positions and magnitudes of galaxies, quasars and stars in"
                    + " the infrared.</description><referenceURL>https://example.org/</referenceURL></content>"
                    + "</ri:Resource>");
        }
        return found;
    }

    /** A real record in three parts: before its identifier, from there to its title, and the rest. */
    private record Template(String before, String between, String after) {
        static Template of(String xml) {
            int identifier = xml.indexOf("<identifier>") + "<identifier>".length();
            int end = xml.indexOf("</identifier>", identifier);
            int title = xml.indexOf("<title>") + "<title>".length();
            return title < identifier
                    ? new Template(xml.substring(0, title), xml.substring(title, identifier), xml.substring(end))
                    : new Template(xml.substring(0, identifier), xml.substring(end, title), xml.substring(title));
        }

        /** With an identifier, and words before its title. */
        void write(StringBuilder out, String identifier, CharSequence title) {
            boolean titleFirst = before.endsWith("<title>");
            out.append(before).append(titleFirst ? title + " " : identifier);
            out.append(between).append(titleFirst ? identifier : title + " ").append(after);
        }
    }

    private String record(int number) {
        Random dice = new Random(number * 31L + (changed.contains(number) ? 1 : 0));
        StringBuilder own = new StringBuilder("Number" + number);
        for (int i = 0; i < 5 && !words.isEmpty(); i++) {
            own.append(' ').append(words.get(dice.nextInt(words.size())));
        }
        String stamp = changed.contains(number) ? Resource.stamp(Instant.now()) : "2026-01-01T00:00:00Z";
        String identifier = "ivo://bench.example/r" + number;
        StringBuilder xml = new StringBuilder("<oai:record><oai:header><oai:identifier>" + identifier
                + "</oai:identifier><oai:datestamp>" + stamp + "</oai:datestamp></oai:header><oai:metadata>");
        templates.get(number % templates.size()).write(xml, identifier, own);
        return xml.append("</oai:metadata></oai:record>").toString();
    }

    private void answer(HttpExchange call) throws IOException {
        String query = URLDecoder.decode(call.getRequestURI().getRawQuery(), StandardCharsets.UTF_8);
        StringBuilder xml = new StringBuilder("<oai:OAI-PMH xmlns:oai=\"http://www.openarchives.org/OAI/2.0/\">"
                + "<oai:responseDate>" + Resource.stamp(Instant.now()) + "</oai:responseDate>");
        if (query.contains("Identify")) {
            xml.append(
                    "<oai:Identify><oai:description><ri:Resource"
                            + " xmlns:ri=\"http://www.ivoa.net/xml/RegistryInterface/v1.0\"><title>Bench</title>"
                            + "<managedAuthority>bench.example</managedAuthority></ri:Resource></oai:description></oai:Identify>");
        } else {
            List<Integer> all = query.contains("from=")
                    ? List.copyOf(changed)
                    : java.util.stream.IntStream.range(0, count).boxed().toList();
            int from = query.contains("Token=") ? Integer.parseInt(query.substring(query.indexOf("Token=") + 6)) : 0;
            int to = Math.min(all.size(), from + PAGE);
            xml.append("<oai:ListRecords>");
            all.subList(from, to).forEach(number -> xml.append(record(number)));
            if (to < all.size()) {
                xml.append("<oai:resumptionToken>").append(to).append("</oai:resumptionToken>");
            }
            xml.append("</oai:ListRecords>");
        }
        byte[] bytes = xml.append("</oai:OAI-PMH>").toString().getBytes(StandardCharsets.UTF_8);
        call.getResponseHeaders().set("Content-Type", "text/xml");
        call.sendResponseHeaders(200, bytes.length);
        call.getResponseBody().write(bytes);
        call.close();
    }

    private void on(String name, DatabaseSettings settings) throws Exception {
        changed.clear();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ExecutorService workers = Executors.newFixedThreadPool(2);
        server.setExecutor(workers);
        server.createContext("/oai", this::answer);
        server.start();
        String host = "127.0.0.1:" + server.getAddress().getPort();
        try (Database database = Database.open(settings);
                Records records = new Records(database, new Ingest(database))) {
            Web web = Web.guarded(List.of(host), Duration.ofMinutes(1));
            Registry registry = new Registry(records, web, ours(), Schemas.NONE, Clock.systemUTC(), "");
            registry.writeOwn();
            Harvester harvester = new Harvester(records, web, harvesting(), Clock.systemUTC());
            URI source = URI.create("http://" + host + "/oai");
            harvest(name, registry, harvester, source);
            searches(name, registry);
            for (int i = 0; i < Math.min(100, count); i++) {
                changed.add(i * (count / 100 > 0 ? count / 100 : 1) % count);
            }
            long begin = System.nanoTime();
            SourceRow row = harvester.harvest(source);
            registry.index().refresh();
            if (row.seen != changed.size()) {
                throw new IllegalStateException("harvested " + row.seen + " changes: " + row.message);
            }
            table.put("harvest of 100 changes, s", "≤ 2", name, seconds(begin));
        } finally {
            server.stop(0);
            workers.shutdownNow();
        }
    }

    private void harvest(String name, Registry registry, Harvester harvester, URI source) {
        long before = live();
        long busy = processor();
        long begin = System.nanoTime();
        SourceRow row;
        // As a node does, meanwhile.
        ScheduledExecutorService look = Executors.newSingleThreadScheduledExecutor();
        try {
            var unused = look.scheduleWithFixedDelay(() -> registry.index().refresh(), 2, 2, TimeUnit.SECONDS);
            row = harvester.harvest(source);
        } finally {
            look.shutdown();
        }
        registry.index().refresh();
        String took = seconds(begin);
        long used = processor() - busy;
        if (row.seen != count || row.message != null) {
            throw new IllegalStateException("harvested " + row.seen + ": " + row.message);
        }
        table.put(
                String.format(Locale.ROOT, "harvest, validate, store and index %,d records, s", count),
                "≤ 60",
                name,
                took);
        table.put("processor time of this JVM for that, s", "", name, Long.toString(used / 1_000_000_000));
        table.put("live heap, grown by MB", "≤ 128", name, Long.toString((live() - before) / MEGABYTE));
        table.put(
                "records in the index",
                "",
                name,
                Integer.toString(registry.index().size()));
    }

    /** Nanoseconds of all threads of this JVM, the compiler's and the collector's included. */
    private static long processor() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    /** What people and portals ask, each many times with other words; pages of 50 with their records. */
    private void searches(String name, Registry registry) {
        Random dice = new Random(1);
        Map<String, java.util.function.Supplier<Wanted>> kinds = new LinkedHashMap<>();
        kinds.put("one word", () -> Wanted.ALL.withText(word(dice)));
        kinds.put("two words", () -> Wanted.ALL.withText(word(dice) + " " + word(dice)));
        kinds.put("a beginning", () -> Wanted.ALL.withText(word(dice).substring(0, 3)));
        kinds.put("the commonest words", () -> Wanted.ALL.withText("data the of"));
        kinds.put("a standard", () -> Wanted.ALL.withStandard("ivo://ivoa.net/std/TAP"));
        kinds.put(
                "a standard and a word",
                () -> Wanted.ALL.withStandard("ivo://ivoa.net/std/TAP").withText(word(dice)));
        kinds.put("everything", () -> Wanted.ALL);
        List<Double> all = new ArrayList<>();
        for (int warm = 0; warm < 2; warm++) {
            all.clear();
            for (java.util.function.Supplier<Wanted> kind : kinds.values()) {
                for (int i = 0; i < 300; i++) {
                    long begin = System.nanoTime();
                    var unused = registry.search(kind.get());
                    all.add((System.nanoTime() - begin) / 1e6);
                }
            }
        }
        double[] sorted = all.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        table.put(
                "search, pages of 50, p50 / p99 ms",
                "p99 ≤ 50",
                name,
                String.format(
                        Locale.ROOT, "%.1f / %.1f", sorted[sorted.length / 2], sorted[(int) (sorted.length * 0.99)]));
    }

    private String word(Random dice) {
        return words.isEmpty() ? "stars" : words.get(dice.nextInt(words.size()));
    }

    private RegistrySettings ours() {
        return new RegistrySettings(
                URI.create("http://127.0.0.1/registry"),
                "bench.local",
                "Bench",
                "Bench",
                "bench@example.org",
                List.of(),
                Duration.ofDays(1),
                Duration.ofDays(1),
                100,
                Map.of());
    }

    private HarvestSettings harvesting() {
        return new HarvestSettings(
                "bench",
                Set.of("bench.local"),
                List.of(),
                List.of(),
                Duration.ofDays(1),
                Duration.ofDays(180),
                schemas,
                Limits.USUAL);
    }

    private static long live() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static String seconds(long begin) {
        return String.format(Locale.ROOT, "%.1f", (System.nanoTime() - begin) / 1e9);
    }
}
