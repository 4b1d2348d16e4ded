package org.planisphere.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseSettings;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Entry;
import org.planisphere.planner.ledger.Outcome;
import org.planisphere.planner.ledger.Proposal;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.ledger.Window;
import org.planisphere.planner.ledger.store.LedgerSettings;
import org.planisphere.planner.ledger.store.SqlLedger;

/** How many accepts a second the ledger puts on disk, spread over many platforms and on a single one. */
final class Appends {
    private static final int IN_FLIGHT = 256;

    private Appends() {}

    /** Durable accepts a second. */
    record Figures(double spread, double hot) {}

    static Figures measure(String name, Map<String, String> settings, Path folder, double seconds) throws Exception {
        System.err.println(name + ": appends …");
        Files.createDirectories(folder);
        DatabaseSettings database = settings.isEmpty()
                ? new DatabaseSettings("jdbc:h2:file:" + folder.resolve("ledger"), "planisphere", "", 4)
                : new DatabaseSettings(
                        settings.getOrDefault("PLANISPHERE_DB_URL", ""),
                        settings.getOrDefault("PLANISPHERE_DB_USER", ""),
                        settings.getOrDefault("PLANISPHERE_DB_PASSWORD", ""),
                        4);
        try (Database open = Database.open(database);
                SqlLedger ledger = new SqlLedger(open, LedgerSettings.usual())) {
            ledger.onExpiry(reservation -> List.of(), reservation -> {});
            accepts(ledger, 1000, 500);
            return new Figures(accepts(ledger, 1000, (int) (1000 * seconds)), accepts(ledger, 1, (int) (1000 * seconds)));
        }
    }

    private static double accepts(SqlLedger ledger, int platforms, int count) throws Exception {
        Instant from = ledger.now().plus(Duration.ofDays(1));
        List<Reservation> held = new ArrayList<>();
        List<Proposal> holds = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Account account = new Account("platform:bench-" + platforms + "-" + i % platforms);
            Instant start = from.plusSeconds(60L * (i / platforms % 10_000));
            Reservation reservation = new Reservation(
                    UUID.randomUUID(),
                    UUID.randomUUID(),
                    Reservation.State.HELD,
                    new Window(start, start.plus(Duration.ofMinutes(10))),
                    new Amounts(1, 1024, 0, 0, 1),
                    List.of(new Claim(account, Amounts.WITHOUT_LIMIT, Integer.MAX_VALUE)),
                    ledger.now().plus(Duration.ofHours(1)));
            held.add(reservation);
            holds.add(new Proposal(List.of(new Entry.Hold(reservation)), List.of()));
        }
        append(ledger, holds);
        List<Proposal> confirms = new ArrayList<>();
        for (Reservation reservation : held) {
            confirms.add(new Proposal(
                    List.of(new Entry.Confirm(reservation.id(), reservation.window())), List.of()));
        }
        long start = System.nanoTime();
        append(ledger, confirms);
        return count / ((System.nanoTime() - start) / 1e9);
    }

    private static void append(SqlLedger ledger, List<Proposal> proposals) throws Exception {
        Semaphore free = new Semaphore(IN_FLIGHT);
        List<CompletableFuture<Outcome>> all = new ArrayList<>();
        for (Proposal proposal : proposals) {
            free.acquire();
            all.add(ledger.append(proposal).whenComplete((outcome, failure) -> free.release()));
        }
        for (CompletableFuture<Outcome> one : all) {
            if (!(one.get() instanceof Outcome.Appended)) {
                throw new IllegalStateException("refused: " + one.get());
            }
        }
    }
}
