package org.planisphere.planner.ledger.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.planisphere.planner.ledger.store.Reservations.amounts;
import static org.planisphere.planner.ledger.store.Reservations.confirm;
import static org.planisphere.planner.ledger.store.Reservations.hold;
import static org.planisphere.planner.ledger.store.Reservations.release;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.foundation.database.DatabaseSettings;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Entry;
import org.planisphere.planner.ledger.LedgerChecker;
import org.planisphere.planner.ledger.Outcome;
import org.planisphere.planner.ledger.Proposal;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.ledger.Resource;
import org.planisphere.planner.ledger.Statement;
import org.planisphere.planner.ledger.Window;

class SqlLedgerTest {
    private static final Account ALPHA = new Account("platform:alpha");
    private static final Account ADA = new Account("caller:https://issuer|ada");

    private DatabaseSettings settings;
    private Database database;
    private SqlLedger ledger;

    void open(DatabaseKind kind) {
        settings = kind.fresh(4);
        reopen();
    }

    void reopen() {
        close();
        database = Database.open(settings);
        ledger = new SqlLedger(database, LedgerSettings.usual());
    }

    @AfterEach
    void close() {
        if (ledger != null) {
            ledger.close();
            LedgerChecker.clean(database.dataSource());
            database.close();
            ledger = null;
        }
    }

    private Outcome append(Entry... entries) {
        return append(List.of(), entries);
    }

    private Outcome append(List<Statement> statements, Entry... entries) {
        return ledger.append(new Proposal(List.of(entries), statements)).join();
    }

    private Window window(int fromMinute, int untilMinute) {
        Instant origin = ledger.now().truncatedTo(ChronoUnit.HOURS).plus(2, ChronoUnit.HOURS);
        return new Window(origin.plusSeconds(60L * fromMinute), origin.plusSeconds(60L * untilMinute));
    }

    private Reservation held(Window window, long cores, long limit) {
        return hold(
                window,
                amounts(cores),
                ledger.now().plusSeconds(300),
                new Claim(ALPHA, amounts(limit), 100),
                new Claim(ADA, amounts(100), 100));
    }

    private Amounts peak(Account account, Window window) {
        return ledger.view(List.of(account)).timeline(account).peak(window);
    }

    @ParameterizedTest
    @EnumSource
    void aHoldIsCountedInEveryAccountItClaims(DatabaseKind kind) {
        open(kind);
        Window window = window(0, 10);
        Reservation reservation = held(window, 3, 4);

        assertThat(append(new Entry.Hold(reservation))).isInstanceOf(Outcome.Appended.class);

        assertThat(peak(ALPHA, window)).isEqualTo(amounts(3));
        assertThat(peak(ADA, window)).isEqualTo(amounts(3));
        assertThat(ledger.view(List.of(ALPHA)).held(ALPHA)).isEqualTo(1);
        assertThat(ledger.view(List.of(ALPHA)).reservation(reservation.id())).hasValueSatisfying(found -> {
            assertThat(found.claims()).isEqualTo(reservation.claims());
            assertThat(found.state()).isEqualTo(Reservation.State.HELD);
        });
    }

    @ParameterizedTest
    @EnumSource
    void aHoldThatDoesNotFitIsRefusedWithTheResourceThatLacks(DatabaseKind kind) {
        open(kind);
        append(new Entry.Hold(held(window(0, 10), 3, 4)));

        assertThat(append(new Entry.Hold(held(window(9, 12), 2, 4))))
                .isEqualTo(new Outcome.Moved(ALPHA, Resource.CORES));
        assertThat(append(new Entry.Hold(held(window(10, 12), 2, 4)))).isInstanceOf(Outcome.Appended.class);
    }

    @ParameterizedTest
    @EnumSource
    void anAccountHoldsNoMoreThanItMay(DatabaseKind kind) {
        open(kind);
        Claim one = new Claim(ALPHA, amounts(100), 1);
        Instant expires = ledger.now().plusSeconds(300);
        Reservation first = hold(window(0, 1), amounts(1), expires, one);
        append(new Entry.Hold(first));

        assertThat(append(new Entry.Hold(hold(window(0, 1), amounts(1), expires, one))))
                .isEqualTo(new Outcome.TooManyHeld(ALPHA, 1, 1));

        append(confirm(first));
        assertThat(append(new Entry.Hold(hold(window(0, 1), amounts(1), expires, one))))
                .isInstanceOf(Outcome.Appended.class);
    }

    @ParameterizedTest
    @EnumSource
    void aHoldIsConfirmedOnce(DatabaseKind kind) {
        open(kind);
        Reservation reservation = held(window(0, 10), 3, 4);
        append(new Entry.Hold(reservation));

        assertThat(append(confirm(reservation))).isInstanceOf(Outcome.Appended.class);
        assertThat(append(confirm(reservation))).isEqualTo(new Outcome.Gone(reservation.id(), Outcome.Why.NOT_HELD));
        assertThat(ledger.view(List.of(ALPHA)).held(ALPHA)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void aConfirmedWindowIsCutAndTheRestIsFree(DatabaseKind kind) {
        open(kind);
        Reservation reservation = held(window(0, 10), 3, 4);
        append(new Entry.Hold(reservation));

        append(new Entry.Confirm(reservation.id(), window(2, 8)));

        assertThat(peak(ALPHA, window(0, 2))).isEqualTo(Amounts.NONE);
        assertThat(peak(ALPHA, window(2, 8))).isEqualTo(amounts(3));
        assertThat(peak(ALPHA, window(8, 10))).isEqualTo(Amounts.NONE);
        Reservation other = held(window(20, 30), 1, 4);
        append(new Entry.Hold(other));
        assertThatThrownBy(() -> append(new Entry.Confirm(other.id(), window(19, 30))))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @EnumSource
    void aProposalIsTakenWholeOrNotAtAll(DatabaseKind kind) {
        open(kind);
        Reservation first = held(window(0, 10), 3, 4);
        Reservation second = held(window(0, 10), 3, 4);

        assertThat(append(new Entry.Hold(first), new Entry.Hold(second))).isInstanceOf(Outcome.Moved.class);
        assertThat(peak(ALPHA, window(0, 10))).isEqualTo(Amounts.NONE);

        append(new Entry.Hold(first));
        assertThat(append(release(first), new Entry.Hold(second))).isInstanceOf(Outcome.Appended.class);
        assertThat(ledger.view(List.of(ALPHA)).reservation(first.id())).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsReleasedIsFreeFromTheNextSlotOn(DatabaseKind kind) {
        open(kind);
        Reservation reservation = held(window(0, 10), 3, 4);
        append(new Entry.Hold(reservation));
        append(confirm(reservation));

        append(new Entry.Release(reservation.id(), window(4, 5).from().plusSeconds(1)));

        assertThat(peak(ALPHA, window(4, 5))).isEqualTo(amounts(3));
        assertThat(peak(ALPHA, window(5, 10))).isEqualTo(Amounts.NONE);
        assertThat(append(release(reservation))).isInstanceOf(Outcome.Appended.class);
        assertThat(append(new Entry.Release(UUID.randomUUID(), ledger.now()))).isInstanceOf(Outcome.Appended.class);
    }

    @ParameterizedTest
    @EnumSource
    void whatEndedInItsLastSlotGivesBackNothingAndIsOver(DatabaseKind kind) {
        open(kind);
        Reservation reservation = held(window(0, 10), 3, 4);
        append(new Entry.Hold(reservation));
        append(confirm(reservation));

        append(new Entry.Release(reservation.id(), window(9, 10).from().plusSeconds(59)));

        assertThat(peak(ALPHA, window(9, 10))).isEqualTo(amounts(3));
        assertThat(ledger.view(List.of(ALPHA)).reservation(reservation.id())).isEmpty();
        reopen();
        assertThat(peak(ALPHA, window(9, 10))).isEqualTo(amounts(3));
        assertThat(ledger.view(List.of(ALPHA)).reservation(reservation.id())).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aConfirmedReservationGrowsAsFarAsThereIsRoom(DatabaseKind kind) {
        open(kind);
        Reservation reservation = held(window(0, 10), 3, 4);
        append(new Entry.Hold(reservation));
        append(confirm(reservation));
        append(new Entry.Hold(held(window(10, 20), 2, 4)));

        assertThat(append(new Entry.Extend(reservation.id(), window(0, 11), amounts(3))))
                .isEqualTo(new Outcome.Moved(ALPHA, Resource.CORES));
        assertThat(append(new Entry.Extend(reservation.id(), window(0, 11), amounts(2))))
                .isInstanceOf(Outcome.Appended.class);
        assertThat(append(new Entry.Extend(reservation.id(), window(0, 10), amounts(4))))
                .isInstanceOf(Outcome.Appended.class);
        assertThat(peak(ALPHA, window(0, 10))).isEqualTo(amounts(4));
    }

    @ParameterizedTest
    @EnumSource
    void aHoldRunsOutByTheDatabasesClockAndTellsWhoListens(DatabaseKind kind) {
        open(kind);
        List<Reservation> told = new CopyOnWriteArrayList<>();
        ledger.onExpiry(reservation -> List.of(), told::add);
        Reservation reservation =
                hold(window(0, 10), amounts(3), ledger.now().plusMillis(300), new Claim(ALPHA, amounts(4), 10));
        append(new Entry.Hold(reservation));

        await().atMost(Duration.ofSeconds(10)).until(() -> !told.isEmpty());

        assertThat(told).extracting(Reservation::id).containsExactly(reservation.id());
        assertThat(peak(ALPHA, window(0, 10))).isEqualTo(Amounts.NONE);
        assertThat(ledger.view(List.of(ALPHA)).held(ALPHA)).isZero();
        assertThat(append(confirm(reservation))).isEqualTo(new Outcome.Gone(reservation.id(), Outcome.Why.EXPIRED));
        reopen();
        assertThat(append(confirm(reservation))).isEqualTo(new Outcome.Gone(reservation.id(), Outcome.Why.EXPIRED));
    }

    @ParameterizedTest
    @EnumSource
    void theStatementsAreStoredWithTheEntriesOrNeither(DatabaseKind kind) throws SQLException {
        open(kind);
        sql("CREATE TABLE note (id UUID PRIMARY KEY, text VARCHAR(20), at TIMESTAMP(6) WITH TIME ZONE)");
        Reservation reservation = held(window(0, 10), 3, 4);
        Statement insert = Statement.of(
                "INSERT INTO note (id, text, at) VALUES (?, ?, ?)", reservation.id(), "held", Statement.NOW);

        Outcome outcome = append(List.of(insert), new Entry.Hold(reservation));

        assertThat(outcome).isInstanceOf(Outcome.Appended.class);
        assertThat(count("SELECT COUNT(*) FROM note")).isEqualTo(1);
        Statement update = Statement.changingOne(
                "UPDATE note SET text = 'accepted' WHERE id = ? AND text = ?", reservation.id(), "held");
        assertThat(append(List.of(update), confirm(reservation))).isInstanceOf(Outcome.Appended.class);
        Reservation other = held(window(20, 30), 1, 4);
        assertThat(append(List.of(update), new Entry.Hold(other))).isEqualTo(new Outcome.Stale(update.sql()));
        assertThat(peak(ALPHA, window(20, 30))).isEqualTo(Amounts.NONE);
        assertThat(count("SELECT COUNT(*) FROM ledger_entry")).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource
    void oneBadStatementSpoilsOnlyItsOwnProposal(DatabaseKind kind) throws SQLException {
        open(kind);
        sql("CREATE TABLE note (id UUID PRIMARY KEY, text VARCHAR(20))");
        String insert = "INSERT INTO note (id, text) VALUES (?, ?)";
        List<CompletableFuture<Outcome>> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String text = i == 20 ? "much too long for that column, really" : "fine";
            Reservation reservation = held(window(i, i + 1), 1, 4);
            answers.add(ledger.append(new Proposal(
                    List.of(new Entry.Hold(reservation)), List.of(Statement.of(insert, reservation.id(), text)))));
            if (i % 10 == 9) {
                CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                        .exceptionally(e -> null)
                        .join();
            }
        }
        for (int i = 0; i < 50; i++) {
            CompletableFuture<Outcome> answer = answers.get(i);
            if (i == 20) {
                assertThatThrownBy(answer::join).isInstanceOf(CompletionException.class);
            } else {
                assertThat(answer.join()).isInstanceOf(Outcome.Appended.class);
            }
        }
        assertThat(count("SELECT COUNT(*) FROM note")).isEqualTo(49);
        assertThat(count("SELECT COUNT(*) FROM ledger_entry")).isEqualTo(98);
    }

    @ParameterizedTest
    @EnumSource
    void aRestartFindsWhatWasThere(DatabaseKind kind) {
        open(kind);
        Reservation held = held(window(0, 10), 1, 4);
        Reservation confirmed = held(window(5, 15), 2, 4);
        Reservation over = held(window(0, 60), 1, 4);
        append(new Entry.Hold(held), new Entry.Hold(confirmed), new Entry.Hold(over));
        append(confirm(confirmed), release(over));
        Window all = window(-120, 120);
        var spans = ledger.view(List.of(ALPHA)).timeline(ALPHA).spans(all);
        var known = ledger.view(List.of(ALPHA)).reservation(held.id());

        reopen();

        assertThat(ledger.view(List.of(ALPHA)).timeline(ALPHA).spans(all)).isEqualTo(spans);
        assertThat(ledger.view(List.of(ALPHA)).reservation(held.id())).isEqualTo(known);
        assertThat(ledger.view(List.of(ALPHA)).held(ALPHA)).isEqualTo(1);
        assertThat(append(confirm(held))).isInstanceOf(Outcome.Appended.class);
    }

    @ParameterizedTest
    @EnumSource
    void aThousandWantTheLastCoreAndOneGetsIt(DatabaseKind kind) {
        open(kind);
        Window window = window(0, 10);
        List<CompletableFuture<Outcome>> answers = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            Reservation wanted =
                    hold(window, amounts(1), ledger.now().plusSeconds(60), new Claim(ALPHA, amounts(1), 2000));
            answers.add(ledger.append(new Proposal(List.of(new Entry.Hold(wanted)), List.of())));
        }
        List<Outcome> outcomes = answers.stream().map(CompletableFuture::join).toList();
        assertThat(outcomes).filteredOn(Outcome.Appended.class::isInstance).hasSize(1);
        assertThat(outcomes).filteredOn(Outcome.Moved.class::isInstance).hasSize(999);
    }

    private void sql(String text) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    private long count(String text) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(text)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
