package org.planisphere.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.planisphere.foundation.database.DatabaseSettings;
import org.planisphere.foundation.identity.oidc.TestIssuer;
import org.planisphere.wire.ExecutionRequest;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.Format;

/**
 * {@code ./planisphere bench [--seconds N] [--clients N] [--only WORD]}: the planner's figures beside what is promised, on
 * H2 and, where its programs are installed, on PostgreSQL. Prints a table in Markdown; {@code docs/performance.md} keeps
 * one.
 */
public final class Bench {
    private static final Pattern SESSION = Pattern.compile("/sessions/([0-9a-f-]{36})\"");
    private static final String TASK = """
            {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process",
                            "command": ["/bin/true"]},
             "compute": {"kind": "https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/compute/simple-compute-resource.yaml",
                         "cores": {"min": 1, "max": 1}, "memory": {"min": 1, "max": 1}},
             "schedule": {"requested": {"duration": "PT%dM"}}}""";

    private final Path home;
    private final Path work;
    private final int clients;
    private final double seconds;
    private final String only;
    private final int planners;
    private final int levels;
    private final String database;
    private final Table table = new Table();

    private Bench(
            Path home, Path work, int clients, double seconds, String only, int planners, int levels, String database) {
        this.home = home;
        this.work = work;
        this.clients = clients;
        this.seconds = seconds;
        this.only = only;
        this.planners = planners;
        this.levels = levels;
        this.database = database;
    }

    public static void main(String[] arguments) throws Exception {
        Logger.getLogger("").setLevel(Level.WARNING);
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i], arguments[i + 1]);
        }
        Path work = Files.createTempDirectory("planisphere-bench");
        Bench bench = new Bench(
                Path.of(options.getOrDefault("--home", ".")).toAbsolutePath().normalize(),
                work,
                Integer.parseInt(options.getOrDefault("--clients", "32")),
                Double.parseDouble(options.getOrDefault("--seconds", "10")),
                options.getOrDefault("--only", ""),
                Integer.parseInt(options.getOrDefault("--planners", "1000")),
                Integer.parseInt(options.getOrDefault("--levels", "0")),
                options.getOrDefault("--database", ""));
        try {
            bench.run();
        } finally {
            delete(work);
        }
        System.out.println();
        System.out.println(bench.table.markdown());
        System.out.println(machine());
    }

    private void run() throws Exception {
        if (only.equals("federation")) {
            // A JVM of its own: its heap is part of what is measured.
            new FederationBench(planners, levels, work, table)
                    .run(Codecs.read(
                            String.format(Locale.ROOT, TASK, 10).getBytes(StandardCharsets.UTF_8),
                            Format.JSON,
                            ExecutionRequest.class));
            return;
        }
        if (wanted("decision")) {
            decisions();
        }
        if (wanted("policy")) {
            policy();
        }
        if (!database.equalsIgnoreCase("postgresql")) {
            on("H2", Map::of, OptionalLong.empty());
        }
        if (database.equalsIgnoreCase("h2")) {
            return;
        }
        if (Postgres.installed()) {
            try (Postgres postgres = Postgres.start()) {
                on("PostgreSQL", postgres::settings, OptionalLong.of(postgres.pid()));
            }
        } else {
            System.err.println("PostgreSQL is not installed here: its column stays empty.");
        }
    }

    private boolean wanted(String word) {
        return only.isEmpty() || word.contains(only);
    }

    /** The time in which a large policy says what a caller is granted. */
    private void policy() {
        System.err.println("policy …");
        Map<String, Double> figures = PolicyBench.figures();
        table.put(
                "policy of 10,000 groups and 100,000 people: read, s (processor time)",
                "",
                "in memory",
                String.format(
                        Locale.ROOT,
                        "%.1f (%.1f)",
                        figure(figures, "policy: seconds to read"),
                        figure(figures, "policy: processor seconds to read")));
        table.put(
                "policy of 10,000 groups and 100,000 people: a caller's terms, median µs (p99)",
                "p99 ≤ 1,000",
                "in memory",
                String.format(
                        Locale.ROOT,
                        "%.1f (%.1f)",
                        figure(figures, "policy: decision p50 us"),
                        figure(figures, "policy: decision p99 us")));
    }

    /** The time of one capacity decision, by number of live reservations. */
    private void decisions() {
        System.err.println("decisions …");
        Map<String, Double> figures = LedgerBench.decisions();
        for (int count : new int[] {100, 10_000, 1_000_000}) {
            table.put(
                    String.format(Locale.ROOT, "one decision at %,d reservations, median µs (p99)", count),
                    "p99 ≤ 1,000",
                    "in memory",
                    String.format(
                            Locale.ROOT,
                            "%.1f (%.1f)",
                            figure(figures, "decision µs median at " + count),
                            figure(figures, "decision µs p99 at " + count)));
        }
        table.put(
                "decision at 1,000,000 ÷ at 100, median",
                "≤ 2",
                "in memory",
                String.format(
                        Locale.ROOT,
                        "%.2f",
                        figure(figures, "decision µs median at 1000000")
                                / figure(figures, "decision µs median at 100")));
    }

    /**
     * @param fresh gives the settings of an empty database, another at each call
     * @param process of the database server
     */
    private void on(String database, Supplier<Map<String, String>> fresh, OptionalLong process) throws Exception {
        Map<String, String> settings = fresh.get();
        if (wanted("append")) {
            Duration each = Duration.ofMillis((long) (seconds * 500));
            Map<String, Double> figures = settings.isEmpty()
                    ? LedgerBench.h2(each)
                    : LedgerBench.database("postgresql", database(settings), each);
            String name = settings.isEmpty() ? "h2" : "postgresql";
            ledger(figures, name + " spread over 1000 platforms", "over 1,000 platforms", "≥ 500", database);
            ledger(figures, name + " on one hot platform", "on one platform", "≥ 1,000", database);
        }
        if (Stream.of("offers", "accepts", "tasks", "overhead", "callers", "start")
                .noneMatch(this::wanted)) {
            return;
        }
        try (TestIssuer issuer = TestIssuer.start("bench")) {
            node(database, fresh, process, issuer);
        }
    }

    private void node(String database, Supplier<Map<String, String>> fresh, OptionalLong process, TestIssuer issuer)
            throws Exception {
        Path config = Files.writeString(
                work.resolve("node-" + database + ".yaml"), configuration() + CallerBench.settings(issuer));
        Map<String, String> environment = new LinkedHashMap<>(fresh.get());
        // Tens of thousands of open holds at once are no small planner's.
        environment.put("PLANISPHERE_HEAP", "768m");
        System.err.println(database + ": starting a node …");
        Path data = work.resolve("data-" + database);
        Map<String, String> bare = new LinkedHashMap<>(environment);
        bare.put("PLANISPHERE_ARCHIVE", "none");
        try (ServerUnderTest first = new ServerUnderTest(home, data, config, bare)) {
            table.put(
                    "start to ready, first start, no archive of classes, s",
                    "≤ 15",
                    database,
                    one(first.secondsToReady));
        }
        try (ServerUnderTest node = new ServerUnderTest(home, data, config, environment)) {
            table.put("start to ready, later starts, s", "≤ 15", database, one(node.secondsToReady));
            table.put("resident memory, idle, MB", "≤ 500", database, number(node.settledMegabytes()));
            if (wanted("offers")) {
                offers(database, node, "?hold=false", "offer sets/s, indicative", "≥ 10 × peer");
                offers(database, node, "", "offer sets/s, held", "≥ 500");
            }
            if (wanted("accepts")) {
                accepts(database, node);
            }
            if (wanted("callers")) {
                byte[] body = String.format(Locale.ROOT, TASK, 10).getBytes(StandardCharsets.UTF_8);
                CallerBench.run(node, issuer, database, clients, seconds, body, table);
            }
            TaskBench tasks = new TaskBench(node, database, process, clients, table);
            if (wanted("tasks")) {
                tasks.throughput(seconds);
            }
            if (wanted("overhead")) {
                tasks.overhead();
            }
            table.put("resident memory, after the load, MB", "", database, number(node.residentMegabytes()));
        }
    }

    private void ledger(Map<String, Double> figures, String key, String name, String must, String database) {
        table.put("ledger: durable holds/s " + name, "", database, number(figure(figures, key + ": holds/s")));
        table.put("ledger: durable accepts/s " + name, must, database, number(figure(figures, key + ": accepts/s")));
        table.put(
                "ledger: accept " + name + ", p50 / p99 ms",
                "",
                database,
                one(figure(figures, key + ": accept ms p50")) + " / " + one(figure(figures, key + ": accept ms p99")));
    }

    private static DatabaseSettings database(Map<String, String> settings) {
        return new DatabaseSettings(
                settings.getOrDefault("PLANISPHERE_DB_URL", ""),
                settings.getOrDefault("PLANISPHERE_DB_USER", ""),
                settings.getOrDefault("PLANISPHERE_DB_PASSWORD", ""),
                4);
    }

    private void offers(String database, ServerUnderTest node, String query, String name, String must)
            throws InterruptedException {
        System.err.println(database + ": " + name + " …");
        byte[] body = String.format(Locale.ROOT, TASK, 10).getBytes(StandardCharsets.UTF_8);
        Load.Figures figures = Load.run(node.port, clients, seconds / 2, seconds, (wire, caller, number) -> {
            Wire.Answer answer = wire.call("POST", "/planner/requests" + query, body);
            if (answer.status() >= 400 || !answer.text().contains("\"YES\"")) {
                throw new IllegalStateException(answer.status() + " " + answer.text());
            }
        });
        table.put(name + " at " + clients + " clients", must, database, number(figures.perSecond()));
        table.put(
                name.replace("offer sets/s", "offer set") + ", p50 / p99 ms",
                query.isEmpty() ? "p99 ≤ 100" : "",
                database,
                one(figures.p50()) + " / " + one(figures.p99()));
        failures(name, figures);
    }

    private void accepts(String database, ServerUnderTest node) throws InterruptedException {
        System.err.println(database + ": accepts …");
        ConcurrentLinkedQueue<Double> accepting = new ConcurrentLinkedQueue<>();
        byte[] future = String.format(Locale.ROOT, TASK, 10)
                .replace(
                        "\"PT10M\"",
                        "\"PT10M\", \"start\": \"" + java.time.Instant.now().plusSeconds(86_400) + "/P1D\"")
                .getBytes(StandardCharsets.UTF_8);
        byte[] accept = "{\"kind\": \"uri:enum-value-update\", \"path\": \"phase\", \"value\": \"ACCEPTED\"}"
                .getBytes(StandardCharsets.UTF_8);
        Load.Figures figures = Load.run(node.port, clients, seconds / 4, seconds, (wire, caller, number) -> {
            Wire.Answer offered = wire.call("POST", "/planner/requests", future);
            Matcher session = SESSION.matcher(offered.text());
            if (!session.find()) {
                throw new IllegalStateException(offered.status() + " " + offered.text());
            }
            long start = System.nanoTime();
            Wire.Answer accepted = wire.call("POST", "/planner/sessions/" + session.group(1), accept);
            if (accepted.status() != 200) {
                throw new IllegalStateException(accepted.status() + " " + accepted.text());
            }
            accepting.add((System.nanoTime() - start) / 1e6);
        });
        double[] sorted =
                accepting.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        table.put("ask + accept pairs/s over HTTP, one platform", "", database, number(figures.perSecond()));
        table.put(
                "accept over HTTP, p50 / p99 ms",
                "",
                database,
                sorted.length == 0
                        ? "–"
                        : one(sorted[sorted.length / 2]) + " / " + one(sorted[(int) (sorted.length * 0.99)]));
        failures("accepts", figures);
    }

    private static void failures(String name, Load.Figures figures) {
        if (figures.failures() > 0) {
            System.err.println(name + ": " + figures.failures() + " failures, the first: " + figures.firstFailure());
        }
    }

    private static String configuration() {
        return """
                node:
                  name: bench
                planner:
                  offer:
                    lifetime: PT2M
                    max: 1
                  caller:
                    anonymous: {cores: 1000000, memory: 100000TiB, storage: 100000TiB, offers: 1000000, sessions: 1000000}
                    named: {cores: 1000000, memory: 100000TiB, storage: 100000TiB, offers: 1000000, sessions: 1000000}
                log:
                  access: false
                platforms:
                  - id: bench
                    name: Bench
                    engine: process
                    # No task starts before its quoted time, and what is timed is not a quote.
                    preparing: 0s
                    capacity: {cores: 1000000, memory: 100000TiB, storage: 100000TiB, sessions: 1000000}
                """;
    }

    private static double figure(Map<String, Double> figures, String name) {
        return figures.getOrDefault(name, Double.NaN);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    private static String one(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    static String machine() throws IOException {
        String cpu = "unknown processor";
        for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
            if (line.startsWith("model name")) {
                cpu = line.substring(line.indexOf(':') + 1).strip();
                break;
            }
        }
        return Runtime.getRuntime().availableProcessors() + " cores of " + cpu + ", Java "
                + Runtime.version().feature() + ", " + java.time.LocalDate.now(java.time.ZoneOffset.UTC);
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
