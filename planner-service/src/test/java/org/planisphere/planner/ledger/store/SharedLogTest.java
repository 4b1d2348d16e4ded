package org.planisphere.planner.ledger.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.planisphere.planner.ledger.store.Reservations.amounts;
import static org.planisphere.planner.ledger.store.Reservations.confirm;
import static org.planisphere.planner.ledger.store.Reservations.hold;
import static org.planisphere.planner.ledger.store.Reservations.release;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.foundation.database.DatabaseSettings;
import org.planisphere.foundation.database.PostgresServer;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Entry;
import org.planisphere.planner.ledger.LedgerChecker;
import org.planisphere.planner.ledger.LedgerUnavailable;
import org.planisphere.planner.ledger.Outcome;
import org.planisphere.planner.ledger.Proposal;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.ledger.Window;

/** Two planners on one PostgreSQL, and one whose PostgreSQL dies. */
class SharedLogTest {
    private static final Account ALPHA = new Account("platform:alpha");
    private static final Account ADA = new Account("caller:ada");
    private static final Duration SOON = Duration.ofSeconds(20);

    private DatabaseSettings settings;
    private Database firstDatabase;
    private Database secondDatabase;
    private SqlLedger first;
    private SqlLedger second;

    @BeforeEach
    void open() {
        settings = DatabaseKind.POSTGRESQL.fresh(4);
        LedgerSettings quick = LedgerSettings.usual().withSweep(Duration.ofMillis(100));
        firstDatabase = Database.open(settings);
        secondDatabase = Database.open(settings);
        first = new SqlLedger(firstDatabase, quick);
        second = new SqlLedger(secondDatabase, quick);
    }

    @AfterEach
    void close() {
        if (first != null) {
            first.close();
            second.close();
            LedgerChecker.clean(firstDatabase.dataSource());
            firstDatabase.close();
            secondDatabase.close();
        }
    }

    private static Window window(SqlLedger ledger, int from, int until) {
        Instant origin = ledger.now().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(2));
        return new Window(origin.plusSeconds(60L * from), origin.plusSeconds(60L * until));
    }

    private static Reservation held(SqlLedger ledger, int from, int until, long cores, long limit) {
        return hold(
                window(ledger, from, until),
                amounts(cores),
                ledger.now().plusSeconds(300),
                new Claim(ALPHA, amounts(limit), 10_000),
                new Claim(ADA, amounts(1_000), 10_000));
    }

    private static Outcome append(SqlLedger ledger, Entry... entries) {
        return ledger.append(new Proposal(List.of(entries), List.of())).join();
    }

    @Test
    void whatOneHoldsTheOtherDoesNotPromiseAgain() {
        assertThat(append(first, new Entry.Hold(held(first, 0, 10, 3, 4)))).isInstanceOf(Outcome.Appended.class);

        assertThat(append(second, new Entry.Hold(held(second, 5, 15, 2, 4)))).isInstanceOf(Outcome.Moved.class);
        assertThat(append(second, new Entry.Hold(held(second, 5, 15, 1, 4)))).isInstanceOf(Outcome.Appended.class);
        assertThat(append(first, new Entry.Hold(held(first, 5, 15, 1, 4)))).isInstanceOf(Outcome.Moved.class);
    }

    @Test
    void whatOneHeldTheOtherConfirmsChangesAndReleases() {
        Reservation reservation = held(first, 0, 10, 3, 4);
        append(first, new Entry.Hold(reservation));

        assertThat(append(second, confirm(reservation))).isInstanceOf(Outcome.Appended.class);
        assertThat(append(first, confirm(reservation)))
                .isEqualTo(new Outcome.Gone(reservation.id(), Outcome.Why.NOT_HELD));
        assertThat(append(first, new Entry.Extend(reservation.id(), window(first, 0, 20), amounts(4))))
                .isInstanceOf(Outcome.Appended.class);
        assertThat(append(second, release(reservation))).isInstanceOf(Outcome.Appended.class);
        assertThat(append(first, new Entry.Hold(held(first, 0, 10, 4, 4)))).isInstanceOf(Outcome.Appended.class);
    }

    @Test
    void whatOneReleasedTheOtherSees() {
        Reservation reservation = held(first, 0, 10, 4, 4);
        append(first, new Entry.Hold(reservation));
        Window window = window(second, 0, 10);
        await().atMost(SOON)
                .until(() ->
                        second.view(List.of(ALPHA)).timeline(ALPHA).peak(window).cores() == 4);
        append(first, release(reservation));

        await().atMost(SOON)
                .until(() ->
                        second.view(List.of(ALPHA)).timeline(ALPHA).peak(window).cores() == 0);
    }

    @Test
    void aHoldOfAPlannerThatIsGoneRunsOutAtTheOther() {
        Reservation reservation =
                hold(window(first, 0, 10), amounts(1), first.now().plusMillis(400), new Claim(ALPHA, amounts(4), 10));
        append(first, new Entry.Hold(reservation));
        first.close();
        List<Reservation> told = new CopyOnWriteArrayList<>();
        second.onExpiry(each -> List.of(), told::add);

        await().atMost(SOON)
                .until(() ->
                        LedgerChecker.clean(firstDatabase.dataSource()).open().isEmpty());
    }

    @Test
    void everyHoldRunsOutOnceHoweverManyWatch() {
        List<Reservation> told = new CopyOnWriteArrayList<>();
        first.onExpiry(each -> List.of(), told::add);
        second.onExpiry(each -> List.of(), told::add);
        for (int i = 0; i < 50; i++) {
            SqlLedger ledger = i % 2 == 0 ? first : second;
            append(
                    ledger,
                    new Entry.Hold(hold(
                            window(ledger, 0, 10),
                            amounts(1),
                            ledger.now().plusMillis(300),
                            new Claim(ALPHA, amounts(400), 1000))));
        }
        await().atMost(SOON)
                .until(() ->
                        LedgerChecker.clean(firstDatabase.dataSource()).open().isEmpty());
        await().atMost(SOON).until(() -> told.size() >= 50);
        assertThat(told).extracting(Reservation::id).hasSize(50).doesNotHaveDuplicates();
    }

    @Test
    void twoThatRaceForTheSamePlatformNeverPromiseTooMuch() throws Exception {
        LedgerChecker.History history = new LedgerChecker.History();
        ExecutorService clients = Executors.newFixedThreadPool(8);
        AtomicInteger taken = new AtomicInteger();
        List<Future<?>> running = new ArrayList<>();
        for (int client = 0; client < 8; client++) {
            SqlLedger ledger = client % 2 == 0 ? first : second;
            SqlLedger other = client % 4 < 2 ? first : second;
            Random random = new Random(client);
            running.add(clients.submit(() -> {
                for (int i = 0; i < 60; i++) {
                    Reservation wanted = held(ledger, random.nextInt(30), 31 + random.nextInt(30), 1, 6);
                    if (record(history, LedgerChecker.What.HOLD, ledger, wanted, new Entry.Hold(wanted))) {
                        taken.incrementAndGet();
                        if (random.nextInt(4) > 0) {
                            record(history, LedgerChecker.What.ACCEPT, other, wanted, confirm(wanted));
                        }
                        if (random.nextInt(8) > 0) {
                            record(history, LedgerChecker.What.RELEASE, ledger, wanted, release(wanted));
                        }
                    }
                }
            }));
        }
        for (Future<?> each : running) {
            each.get();
        }
        clients.shutdown();
        assertThat(taken.get()).isPositive();
        LedgerChecker.clean(firstDatabase.dataSource(), history);
    }

    private static boolean record(
            LedgerChecker.History history,
            LedgerChecker.What what,
            SqlLedger ledger,
            Reservation reservation,
            Entry entry) {
        Instant invoked = ledger.now();
        LedgerChecker.End end;
        try {
            end = append(ledger, entry) instanceof Outcome.Appended ? LedgerChecker.End.OK : LedgerChecker.End.FAILED;
        } catch (CompletionException e) {
            end = LedgerChecker.End.UNKNOWN;
        }
        history.add(
                new LedgerChecker.Operation(what, reservation.id(), end, invoked, ledger.now(), reservation.expires()));
        return end == LedgerChecker.End.OK;
    }

    @Test
    void oneThatIsBehindASnapshotReadsTheSnapshot() throws Exception {
        Reservation kept = held(first, 0, 10, 1, 4);
        append(first, new Entry.Hold(kept));
        second.close();
        for (int i = 0; i < 20; i++) {
            Reservation passing = held(first, 0, 10, 1, 4);
            append(first, new Entry.Hold(passing));
            append(first, release(passing));
        }
        assertThat(first.compact(ALPHA)).isTrue();
        assertThat(first.compact(ADA)).isTrue();
        assertThat(first.compact(ALPHA)).isFalse();
        second = new SqlLedger(secondDatabase, LedgerSettings.usual().withSweep(Duration.ofHours(1)));
        append(first, new Entry.Hold(held(first, 0, 10, 1, 4)));
        append(first, confirm(kept));
        assertThat(first.compact(ALPHA)).isTrue();
        assertThat(first.compact(ADA)).isTrue();

        assertThat(append(second, new Entry.Extend(kept.id(), window(second, 0, 10), amounts(4))))
                .isInstanceOf(Outcome.Moved.class);
        assertThat(append(second, new Entry.Extend(kept.id(), window(second, 0, 10), amounts(3))))
                .isInstanceOf(Outcome.Appended.class);
        assertThat(append(first, new Entry.Hold(held(first, 0, 10, 1, 4)))).isInstanceOf(Outcome.Moved.class);
    }

    @Test
    void anAcceptRacingItsExpiryHasExactlyOneWinner() {
        List<Reservation> told = new CopyOnWriteArrayList<>();
        first.onExpiry(each -> List.of(), told::add);
        second.onExpiry(each -> List.of(), told::add);
        int accepted = 0;
        int gone = 0;
        for (int i = 0; i < 60; i++) {
            SqlLedger holder = i % 2 == 0 ? first : second;
            SqlLedger taker = i % 3 == 0 ? first : second;
            Reservation reservation = hold(
                    window(holder, 0, 10),
                    amounts(1),
                    holder.now().plusMillis(10 + i % 10),
                    new Claim(ALPHA, amounts(1_000), 1_000));
            append(holder, new Entry.Hold(reservation));
            while (taker.now().isBefore(reservation.expires().minusMillis(i % 4))) {
                Thread.onSpinWait();
            }
            if (append(taker, confirm(reservation)) instanceof Outcome.Appended) {
                accepted++;
            } else {
                gone++;
            }
        }
        int runOut = gone;
        await().atMost(SOON).until(() -> told.size() >= runOut);
        assertThat(told).hasSize(gone);
        assertThat(LedgerChecker.clean(firstDatabase.dataSource()).confirmed()).isEqualTo(accepted);
    }

    @Test
    void whatIsAskedWhileTheDatabaseIsDownFailsAndWorksAgainWhenItIsUp() {
        PostgresServer server = PostgresServer.start();
        try (Database database = Database.open(server.database(4));
                SqlLedger ledger = new SqlLedger(database, LedgerSettings.usual())) {
            LedgerChecker.History history = new LedgerChecker.History();
            Reservation before = held(ledger, 0, 10, 1, 1_000);
            assertThat(record(history, LedgerChecker.What.HOLD, ledger, before, new Entry.Hold(before)))
                    .isTrue();
            List<CompletableFuture<Outcome>> flying = new ArrayList<>();
            for (int i = 0; i < 2000; i++) {
                Reservation each = held(ledger, 0, 10, 1, 1_000_000);
                flying.add(ledger.append(new Proposal(List.of(new Entry.Hold(each)), List.of())));
            }
            server.kill();
            int sure = 0;
            for (CompletableFuture<Outcome> each : flying) {
                Outcome outcome = each.exceptionally(failure -> null).join();
                sure += outcome instanceof Outcome.Appended ? 1 : 0;
            }
            assertThatThrownBy(() -> append(ledger, release(before)))
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(LedgerUnavailable.class);
            assertThat(database.answers(Duration.ofSeconds(1))).isFalse();

            server.resume();

            await().atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(() -> record(history, LedgerChecker.What.ACCEPT, ledger, before, confirm(before)));
            assertThat(database.answers(Duration.ofSeconds(1))).isTrue();
            int open =
                    LedgerChecker.clean(database.dataSource(), history).open().size();
            assertThat(open).isGreaterThanOrEqualTo(sure + 1);
            assertThat(ledger.view(List.of(ALPHA)).timeline(ALPHA).peak(before.window()))
                    .isEqualTo(amounts(open));
        } finally {
            server.close();
        }
    }
}
