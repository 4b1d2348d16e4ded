package org.planisphere.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseSettings;

/**
 * {@code ./planisphere soak [KILLS] [--database h2|postgresql] [--callers N] [--minutes N] [--seed N]}: a node under load,
 * killed again and again. What callers were told is appended to {@code var/soak/*.jsonl}; at the end that history, the
 * ledger, the sessions and what the tasks wrote are judged by what the planner promises. Ends with status 1 when a promise
 * was not kept.
 */
public final class Soak {
    private static final String CONFIGURATION = """
            node: {name: soak}
            planner:
              offer: {max: 2, lifetime: PT20S}
              caller:
                anonymous: {cores: 100000, memory: 100TiB, storage: 100TiB, sessions: 100000, offers: 100000}
            log: {access: false}
            platforms:
              - id: soak
                name: Soak
                engine: process
                capacity: {cores: 100000, memory: 100TiB, storage: 100TiB}
            """;

    private final Path home;
    private final Path folder;
    private final int kills;
    private final Instant until;
    private final Random random;
    private final List<SoakCaller> callers = new ArrayList<>();
    private final SoakHistory history;

    private Soak(Path home, Path folder, int kills, int callers, Instant until, long seed, SoakHistory history) {
        this.home = home;
        this.folder = folder;
        this.kills = kills;
        this.until = until;
        this.random = new Random(seed);
        this.history = history;
        for (int i = 0; i < callers; i++) {
            this.callers.add(new SoakCaller("caller-" + i, new Random(random.nextLong()), history));
        }
    }

    public static void main(String[] arguments) throws Exception {
        Logger.getLogger("").setLevel(Level.WARNING);
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i], arguments[i + 1]);
        }
        Path home =
                Path.of(options.getOrDefault("--home", ".")).toAbsolutePath().normalize();
        String name = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT)
                .withZone(ZoneOffset.UTC)
                .format(Instant.now());
        Path folder = Files.createDirectories(home.resolve("var/soak").resolve(name));
        Path file = home.resolve("var/soak").resolve(name + ".jsonl");
        boolean postgresql = options.getOrDefault("--database", "h2").equals("postgresql");
        long seed = Long.parseLong(options.getOrDefault("--seed", Long.toString(System.nanoTime())));
        Instant until = Instant.now()
                .plusSeconds(60 * Long.parseLong(options.getOrDefault("--minutes", Integer.toString(7 * 24 * 60))));
        int kills = Integer.parseInt(options.getOrDefault("--kills", "100"));
        System.err.println("seed " + seed + ", history " + file);
        boolean kept;
        if (postgresql) {
            try (Postgres postgres = Postgres.start()) {
                kept = run(home, folder, file, kills, until, seed, options, postgres.settings());
            }
        } else {
            kept = run(home, folder, file, kills, until, seed, options, Map.of());
        }
        System.exit(kept ? 0 : 1);
    }

    private static boolean run(
            Path home,
            Path folder,
            Path file,
            int kills,
            Instant until,
            long seed,
            Map<String, String> options,
            Map<String, String> settings)
            throws IOException, InterruptedException, java.sql.SQLException {
        int done;
        try (SoakHistory history = new SoakHistory(file)) {
            int callers = Integer.parseInt(options.getOrDefault("--callers", "4"));
            done = new Soak(home, folder, kills, callers, until, seed, history).load(settings);
        }
        DatabaseSettings database = settings.isEmpty()
                ? new DatabaseSettings("jdbc:h2:file:" + folder.resolve("data/db/planisphere"), "planisphere", "", 2)
                : new DatabaseSettings(
                        settings.getOrDefault("PLANISPHERE_DB_URL", ""),
                        settings.getOrDefault("PLANISPHERE_DB_USER", ""),
                        settings.getOrDefault("PLANISPHERE_DB_PASSWORD", ""),
                        2);
        List<SoakJudge.Verdict> verdicts;
        try (Database opened = Database.open(database)) {
            verdicts = SoakJudge.judge(file, opened.dataSource(), folder.resolve("data/sessions"));
        }
        return print(file, done, settings.isEmpty() ? "H2" : "PostgreSQL", verdicts);
    }

    /** How often the node was killed. */
    private int load(Map<String, String> settings) throws IOException, InterruptedException {
        Path config = Files.writeString(folder.resolve("node.yaml"), CONFIGURATION);
        Path data = folder.resolve("data");
        int done = 0;
        while (done < kills && Instant.now().isBefore(until)) {
            ServerUnderTest node = new ServerUnderTest(home, data, config, settings, "--quick");
            history.note("ready");
            List<Thread> threads = new ArrayList<>();
            for (SoakCaller caller : callers) {
                Thread thread = new Thread(() -> caller.work(node.port));
                thread.start();
                threads.add(thread);
            }
            Thread.sleep(1_000 + random.nextInt(7_000));
            history.note("kill");
            node.kill();
            for (Thread thread : threads) {
                thread.join();
            }
            done++;
            System.err.println(
                    "kill " + done + " of " + kills + ", ready after " + Math.round(node.secondsToReady) + " s");
        }
        try (ServerUnderTest node = new ServerUnderTest(home, data, config, settings, "--quick")) {
            history.note("ready");
            for (SoakCaller caller : callers) {
                caller.settle(node.port);
            }
        }
        history.note("stopped");
        return done;
    }

    private static boolean print(Path file, int kills, String database, List<SoakJudge.Verdict> verdicts)
            throws IOException {
        long calls;
        long unknown;
        try (Stream<Map<String, String>> lines = SoakHistory.read(file)) {
            calls = lines.filter(line -> "invoke".equals(line.get("type"))).count();
        }
        try (Stream<Map<String, String>> lines = SoakHistory.read(file)) {
            unknown = lines.filter(line -> "unknown".equals(line.get("type"))).count();
        }
        System.out.printf(
                Locale.ROOT,
                "%n%s: %,d kills, %,d calls (%,d without an answer), history %s%n%n",
                database,
                kills,
                calls,
                unknown,
                file);
        System.out.println("| promise | judged | violations |\n|---|---|---|");
        boolean kept = true;
        for (SoakJudge.Verdict verdict : verdicts) {
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %,d | %,d |%n",
                    verdict.promise(),
                    verdict.judged(),
                    verdict.violations().size());
            kept &= verdict.violations().isEmpty();
        }
        for (SoakJudge.Verdict verdict : verdicts) {
            verdict.violations().stream().limit(20).forEach(one -> System.out.println(one));
        }
        System.out.println();
        System.out.println(Bench.machine());
        return kept;
    }
}
