package org.planisphere.planner.ledger.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.planisphere.planner.ledger.store.Reservations.amounts;
import static org.planisphere.planner.ledger.store.Reservations.hold;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Claim;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.ledger.Window;

/** A log that breaks a promise is found out. */
class AuditTest {
    private static final Account ALPHA = new Account("platform:alpha");
    private static final Account ADA = new Account("caller:ada");
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
    private static final Instant EXPIRES = START.plusSeconds(600);

    private Database database;

    @BeforeEach
    void open() {
        database = Database.open(DatabaseKind.H2.fresh(2));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static Window window(int from, int until) {
        return new Window(START.plusSeconds(from), START.plusSeconds(until));
    }

    private static Reservation held(Window window, long cores, Account... accounts) {
        Claim[] claims = new Claim[accounts.length];
        for (int i = 0; i < accounts.length; i++) {
            claims[i] = new Claim(accounts[i], amounts(4), 2);
        }
        return hold(window, amounts(cores), EXPIRES, claims);
    }

    private static Row row(Account account, long version, Row.Op op, Reservation of, Window window, Amounts amounts) {
        return new Row(
                account,
                version,
                op,
                of.id(),
                of.group(),
                window.from(),
                window.until(),
                amounts,
                op == Row.Op.HOLD ? of.expires() : null,
                op == Row.Op.HOLD ? of.claims() : List.of());
    }

    private static Row row(Account account, long version, Row.Op op, Reservation of) {
        return row(account, version, op, of, of.window(), of.amounts());
    }

    private List<String> violations(Instant at, Row... log) throws SQLException {
        try (WriterConnection connection = new WriterConnection(database.dataSource())) {
            Connection open = connection.open();
            List<Account> accounts =
                    List.of(log).stream().map(Row::account).distinct().toList();
            SqlLog.open(connection, accounts);
            SqlLog.append(connection, List.of(log), at);
            open.commit();
        }
        return Audit.check(database.dataSource()).violations();
    }

    @Test
    void nothingIsWrongWithAnHonestLog() throws SQLException {
        Reservation first = held(window(0, 100), 3, ALPHA, ADA);
        Reservation second = held(window(100, 200), 4, ALPHA);
        assertThat(violations(
                        START,
                        row(ALPHA, 1, Row.Op.HOLD, first),
                        row(ADA, 1, Row.Op.HOLD, first),
                        row(ALPHA, 2, Row.Op.HOLD, second),
                        row(ALPHA, 3, Row.Op.CONFIRM, first),
                        row(ADA, 2, Row.Op.CONFIRM, first),
                        row(ALPHA, 4, Row.Op.RELEASE, first),
                        row(ADA, 3, Row.Op.RELEASE, first)))
                .isEmpty();
        Audit.Report report = Audit.check(database.dataSource());
        assertThat(report.entries()).isEqualTo(7);
        assertThat(report.open()).containsOnlyKeys(second.id());
    }

    @Test
    void tooMuchAtOneInstantIsFound() throws SQLException {
        assertThat(violations(
                        START,
                        row(ALPHA, 1, Row.Op.HOLD, held(window(0, 100), 3, ALPHA)),
                        row(ALPHA, 2, Row.Op.HOLD, held(window(99, 200), 2, ALPHA))))
                .anyMatch(sentence -> sentence.contains("5 of CORES are promised at once, the limit is 4"));
    }

    @Test
    void tooManyHoldsAreFound() throws SQLException {
        assertThat(violations(
                        START,
                        row(ALPHA, 1, Row.Op.HOLD, held(window(0, 100), 1, ALPHA)),
                        row(ALPHA, 2, Row.Op.HOLD, held(window(0, 100), 1, ALPHA)),
                        row(ALPHA, 3, Row.Op.HOLD, held(window(0, 100), 1, ALPHA))))
                .singleElement()
                .asString()
                .contains("3 are held, 2 may be");
    }

    @Test
    void anAcceptAfterTheEndOfTheHoldIsFound() throws SQLException {
        Reservation reservation = held(window(0, 100), 1, ALPHA);
        assertThat(violations(
                        EXPIRES, row(ALPHA, 1, Row.Op.HOLD, reservation), row(ALPHA, 2, Row.Op.CONFIRM, reservation)))
                .singleElement()
                .asString()
                .contains("after it ran out");
    }

    @Test
    void aSecondAcceptIsFound() throws SQLException {
        Reservation reservation = held(window(0, 100), 1, ALPHA);
        assertThat(violations(
                        START,
                        row(ALPHA, 1, Row.Op.HOLD, reservation),
                        row(ALPHA, 2, Row.Op.CONFIRM, reservation),
                        row(ALPHA, 3, Row.Op.CONFIRM, reservation)))
                .singleElement()
                .asString()
                .contains("was not held");
    }

    @Test
    void whatIsGivenBackTwiceOrWithoutPromiseIsFound() throws SQLException {
        Reservation reservation = held(window(0, 100), 1, ALPHA);
        Reservation never = held(window(0, 100), 1, ALPHA);
        assertThat(violations(
                        START,
                        row(ALPHA, 1, Row.Op.HOLD, reservation),
                        row(ALPHA, 2, Row.Op.RELEASE, reservation),
                        row(ALPHA, 3, Row.Op.RELEASE, reservation),
                        row(ALPHA, 4, Row.Op.EXPIRE, never)))
                .hasSize(2)
                .allMatch(sentence -> sentence.contains("not promised or was given back before"));
    }

    @Test
    void aHoldTakenBackTooEarlyIsFound() throws SQLException {
        Reservation reservation = held(window(0, 100), 1, ALPHA);
        assertThat(violations(
                        START, row(ALPHA, 1, Row.Op.HOLD, reservation), row(ALPHA, 2, Row.Op.EXPIRE, reservation)))
                .singleElement()
                .asString()
                .contains("stood until");
    }

    @Test
    void aReservationThatIsOpenInOneAccountOnlyIsFound() throws SQLException {
        Reservation reservation = held(window(0, 100), 1, ALPHA, ADA);
        assertThat(violations(
                        START,
                        row(ALPHA, 1, Row.Op.HOLD, reservation),
                        row(ADA, 1, Row.Op.HOLD, reservation),
                        row(ADA, 2, Row.Op.RELEASE, reservation)))
                .singleElement()
                .asString()
                .contains("open in 1 of the 2");
    }

    @Test
    void aMissingEntryIsFound() throws SQLException {
        assertThat(violations(START, row(ALPHA, 2, Row.Op.HOLD, held(window(0, 100), 1, ALPHA))))
                .singleElement()
                .asString()
                .contains("no entry between versions 0 and 2");
    }

    @Test
    void aSessionThatTheLedgerDoesNotKnowIsFound() throws SQLException {
        Reservation reservation = held(window(0, 100), 1, ALPHA);
        assertThat(violations(START, row(ALPHA, 1, Row.Op.HOLD, reservation))).isEmpty();
        assertThat(Audit.checkWithSessions(database.dataSource()).violations())
                .singleElement()
                .asString()
                .contains("there is no such session");
    }
}
