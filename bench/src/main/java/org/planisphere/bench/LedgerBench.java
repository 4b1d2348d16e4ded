package org.planisphere.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseSettings;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Entry;
import org.planisphere.planner.ledger.Outcome;
import org.planisphere.planner.ledger.Proposal;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.ledger.SegmentTimeline;
import org.planisphere.planner.ledger.SlotAxis;
import org.planisphere.planner.ledger.Window;
import org.planisphere.planner.ledger.store.LedgerSettings;
import org.planisphere.planner.ledger.store.SqlLedger;

/**
 * What the ledger does in a second, and how long it thinks. Figures by name, in the order measured; times in
 * microseconds, rates per second.
 */
public final class LedgerBench {
    private static final Account HOT = new Account("platform:hot");
    private static final int FLYING = 1_024;

    private LedgerBench() {}

    /** Prints the figures for H2 and, when its settings are given, for PostgreSQL: {@code [jdbc-url user password]}. */
    public static void main(String[] arguments) {
        Map<String, Double> figures = new LinkedHashMap<>(decisions());
        figures.putAll(h2(Duration.ofSeconds(5)));
        if (arguments.length == 3) {
            figures.putAll(database(
                    "postgresql",
                    new DatabaseSettings(arguments[0], arguments[1], arguments[2], 4),
                    Duration.ofSeconds(5)));
        }
        figures.forEach((name, figure) -> System.out.printf("%-48s %14.2f%n", name, figure));
    }

    /**
     * The time of one decision (first fit in a week, then the peak of its window) and of one change, at 10², 10⁴ and 10⁶
     * live reservations, and how much more the most costs than the least.
     */
    public static Map<String, Double> decisions() {
        Map<String, Double> figures = new LinkedHashMap<>();
        int[] sizes = {100, 10_000, 1_000_000};
        List<SegmentTimeline> timelines = new ArrayList<>();
        List<Amounts> limits = new ArrayList<>();
        for (int size : sizes) {
            timelines.add(timeline(size));
            // Three quarters used on average, whatever the number of reservations.
            long cores = Math.max(8, size * 60L * 5 / 2 / (30 * 24 * 60) * 4 / 3 + 8);
            limits.add(new Amounts(cores, Amounts.UNLIMITED, Amounts.UNLIMITED, Amounts.UNLIMITED, cores * 100));
        }
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < sizes.length; i++) {
                long[] times = decide(timelines.get(i), limits.get(i), 20_000);
                Arrays.sort(times);
                figures.put("decision µs median at " + sizes[i], times[times.length / 2] / 1e3);
                figures.put("decision µs p99 at " + sizes[i], times[times.length * 99 / 100] / 1e3);
            }
        }
        figures.put(
                "decision growth 10^6 to 10^2",
                figures.getOrDefault("decision µs median at 1000000", 0.0)
                        / figures.getOrDefault("decision µs median at 100", 1.0));
        return figures;
    }

    private static Instant origin() {
        return Instant.now().truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS);
    }

    private static SegmentTimeline timeline(int size) {
        Random random = new Random(size);
        Instant origin = origin();
        SegmentTimeline timeline = SegmentTimeline.empty(SlotAxis.MINUTES);
        for (int i = 0; i < size; i++) {
            timeline = timeline.plus(window(random, origin), amounts(random));
        }
        return timeline;
    }

    /** In the month to come, of one to two hours on average. */
    private static Window window(Random random, Instant origin) {
        Instant from = origin.plusSeconds(random.nextInt(30 * 24 * 3600));
        return new Window(from, from.plusSeconds(60 + random.nextInt(7200)));
    }

    private static Amounts amounts(Random random) {
        return new Amounts(1 + random.nextInt(4), 1024L * (1 + random.nextInt(8)), 0, 0, 1);
    }

    private static long[] decide(SegmentTimeline timeline, Amounts limit, int times) {
        Random random = new Random(7);
        Instant origin = origin();
        long[] nanos = new long[times];
        long kept = 0;
        for (int i = 0; i < times; i++) {
            Instant earliest = origin.plusSeconds(random.nextInt(23 * 24 * 3600));
            Instant latest = earliest.plus(7, ChronoUnit.DAYS);
            Duration length = Duration.ofSeconds(60 + random.nextInt(7200));
            Amounts amounts = amounts(random);
            long begun = System.nanoTime();
            Instant start =
                    timeline.firstFit(earliest, latest, length, amounts, limit).orElse(earliest);
            kept += timeline.peak(new Window(start, start.plus(length))).cores();
            nanos[i] = System.nanoTime() - begun;
        }
        if (kept == Long.MIN_VALUE) {
            throw new IllegalStateException();
        }
        return nanos;
    }

    /** {@link #database} on an H2 file in a temporary folder. */
    public static Map<String, Double> h2(Duration each) {
        try {
            Path folder = Files.createTempDirectory("planisphere-bench");
            try {
                return database("h2", new DatabaseSettings("jdbc:h2:file:" + folder.resolve("bench"), "", "", 4), each);
            } finally {
                try (Stream<Path> files = Files.walk(folder)) {
                    files.sorted(Comparator.reverseOrder())
                            .forEach(file -> file.toFile().delete());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Durable holds and accepts per second, spread over 1,000 accounts and on one, and how long a restart takes; on an
     * empty database, which is left full.
     *
     * @param name goes before each figure's name
     * @param each how long each kind is measured
     */
    public static Map<String, Double> database(String name, DatabaseSettings settings, Duration each) {
        Map<String, Double> figures = new LinkedHashMap<>();
        try (Database database = Database.open(settings)) {
            try (SqlLedger ledger = new SqlLedger(database, LedgerSettings.usual())) {
                List<Account> many = Stream.iterate(0, i -> i + 1)
                        .limit(1_000)
                        .map(i -> new Account("platform:" + i))
                        .toList();
                measure(ledger, many, Duration.ofSeconds(2)); // warm
                put(figures, name + " spread over 1000 platforms", measure(ledger, many, each));
                put(figures, name + " on one hot platform", measure(ledger, List.of(HOT), each));
            }
            long begun = System.nanoTime();
            new SqlLedger(database, LedgerSettings.usual()).close();
            figures.put(name + " rebuild seconds", (System.nanoTime() - begun) / 1e9);
        }
        return figures;
    }

    private static void put(Map<String, Double> figures, String name, double[] measured) {
        figures.put(name + ": holds/s", measured[0]);
        figures.put(name + ": accepts/s", measured[1]);
        figures.put(name + ": accept ms p50", measured[2]);
        figures.put(name + ": accept ms p99", measured[3]);
    }

    /** Holds as many as it can in the time, then accepts them all. */
    private static double[] measure(SqlLedger ledger, List<Account> accounts, Duration time) {
        Random random = new Random(accounts.size());
        Instant origin = origin();
        Claim[] claims = accounts.stream()
                .map(account -> new Claim(account, Amounts.WITHOUT_LIMIT, Integer.MAX_VALUE))
                .toArray(Claim[]::new);
        List<Reservation> held = new ArrayList<>();
        long begun = System.nanoTime();
        LongAdder done = new LongAdder();
        Semaphore flying = new Semaphore(FLYING);
        while (System.nanoTime() - begun < time.toNanos()) {
            Reservation reservation = new Reservation(
                    UUID.randomUUID(),
                    UUID.randomUUID(),
                    Reservation.State.HELD,
                    window(random, origin),
                    amounts(random),
                    List.of(claims[random.nextInt(claims.length)]),
                    ledger.now().plus(1, ChronoUnit.HOURS));
            held.add(reservation);
            flying.acquireUninterruptibly();
            append(ledger, new Entry.Hold(reservation), done, flying, null, 0);
        }
        flying.acquireUninterruptibly(FLYING);
        double holds = done.sum() / ((System.nanoTime() - begun) / 1e9);
        flying.release(FLYING);
        long[] latencies = new long[held.size()];
        done.reset();
        begun = System.nanoTime();
        for (int i = 0; i < held.size(); i++) {
            flying.acquireUninterruptibly();
            Reservation reservation = held.get(i);
            append(ledger, new Entry.Confirm(reservation.id(), reservation.window()), done, flying, latencies, i);
        }
        flying.acquireUninterruptibly(FLYING);
        double accepts = done.sum() / ((System.nanoTime() - begun) / 1e9);
        Arrays.sort(latencies);
        return new double[] {
            holds, accepts, latencies[latencies.length / 2] / 1e6, latencies[latencies.length * 99 / 100] / 1e6
        };
    }

    private static void append(
            SqlLedger ledger,
            Entry entry,
            LongAdder done,
            Semaphore flying,
            long @org.jspecify.annotations.Nullable [] latencies,
            int index) {
        long begun = System.nanoTime();
        CompletableFuture<Outcome> answer = ledger.append(new Proposal(List.of(entry), List.of()));
        answer.whenComplete((outcome, failure) -> {
            if (outcome instanceof Outcome.Appended) {
                done.increment();
            }
            if (latencies != null) {
                latencies[index] = System.nanoTime() - begun;
            }
            flying.release();
        });
    }
}
