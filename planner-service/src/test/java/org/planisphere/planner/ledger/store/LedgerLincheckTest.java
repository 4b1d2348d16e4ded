package org.planisphere.planner.ledger.store;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.jetbrains.kotlinx.lincheck.LinChecker;
import org.jetbrains.kotlinx.lincheck.annotations.Operation;
import org.jetbrains.kotlinx.lincheck.annotations.Param;
import org.jetbrains.kotlinx.lincheck.paramgen.IntGen;
import org.jetbrains.kotlinx.lincheck.strategy.stress.StressOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseSettings;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Entry;
import org.planisphere.planner.ledger.LedgerChecker;
import org.planisphere.planner.ledger.Outcome;
import org.planisphere.planner.ledger.Proposal;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.ledger.Window;

/**
 * Holds, accepts, releases and looks of several threads can be put in one order that a plain map would have answered: the
 * queue, the writer and the swap of the head are linearizable.
 */
@Tag("lincheck")
class LedgerLincheckTest {
    private static Database database;
    private static SqlLedger ledger;
    private static Window window;

    @BeforeAll
    static void open() {
        database = Database.open(
                new DatabaseSettings("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "", "", 4));
        ledger = new SqlLedger(database, LedgerSettings.usual());
        Instant from = ledger.now().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(2));
        window = new Window(from, from.plusSeconds(600));
    }

    @AfterAll
    static void close() {
        ledger.close();
        LedgerChecker.clean(database.dataSource());
        database.close();
    }

    @Test
    void concurrentUseIsLinearizable() {
        StressOptions options = new StressOptions()
                .iterations(15)
                .invocationsPerIteration(150)
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1)
                .sequentialSpecification(Plain.class)
                .minimizeFailedScenario(false);
        LinChecker.check(Subject.class, options);
    }

    /** One account on the shared ledger, of which nobody else knows. */
    @Param(name = "id", gen = IntGen.class, conf = "1:3")
    public static class Subject {
        private final UUID base = UUID.randomUUID();
        private final Account account = new Account("platform:" + base);

        private UUID id(int number) {
            return new UUID(base.getMostSignificantBits(), base.getLeastSignificantBits() ^ number);
        }

        @Operation
        public String hold(@Param(name = "id") int id) {
            return append(new Entry.Hold(new Reservation(
                    id(id),
                    base,
                    Reservation.State.HELD,
                    window,
                    Reservations.amounts(2),
                    List.of(new Claim(account, Reservations.amounts(4), 10)),
                    ledger.now().plus(Duration.ofHours(1)))));
        }

        @Operation
        public String confirm(@Param(name = "id") int id) {
            return append(new Entry.Confirm(id(id), window));
        }

        @Operation
        public String release(@Param(name = "id") int id) {
            return append(new Entry.Release(id(id), Instant.EPOCH));
        }

        @Operation
        public long used() {
            return ledger.view(List.of(account)).timeline(account).peak(window).cores();
        }

        @Operation
        public int held() {
            return ledger.view(List.of(account)).held(account);
        }

        private static String append(Entry entry) {
            try {
                Outcome outcome =
                        ledger.append(new Proposal(List.of(entry), List.of())).join();
                return outcome.getClass().getSimpleName();
            } catch (CompletionException e) {
                return String.valueOf(e.getCause().getClass().getSimpleName());
            }
        }
    }

    /** The same as a map from the number to whether it is held. */
    public static class Plain {
        private final Map<Integer, Boolean> open = new HashMap<>();

        public String hold(int id) {
            if (open.containsKey(id)) {
                return "IllegalArgumentException";
            }
            if (open.size() >= 2) {
                return "Moved";
            }
            open.put(id, true);
            return "Appended";
        }

        public String confirm(int id) {
            if (!open.getOrDefault(id, false)) {
                return "Gone";
            }
            open.put(id, false);
            return "Appended";
        }

        public String release(int id) {
            open.remove(id);
            return "Appended";
        }

        public long used() {
            return 2L * open.size();
        }

        public int held() {
            return (int) open.values().stream().filter(held -> held).count();
        }
    }
}
