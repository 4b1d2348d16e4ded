package org.planisphere.planner.storage.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.planner.ledger.Outcome;
import org.planisphere.planner.ledger.Proposal;
import org.planisphere.planner.ledger.Statement;
import org.planisphere.planner.ledger.store.LedgerSettings;
import org.planisphere.planner.ledger.store.SqlLedger;
import org.planisphere.planner.storage.Kept;

class SqlKeptTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00.123456Z");
    private static final Instant PLANNED = NOW.plus(Duration.ofDays(1));

    private static Kept kept(String owner, String name, int second) {
        return new Kept(
                UUID.randomUUID(),
                owner,
                name,
                "alpha",
                2048,
                UUID.randomUUID(),
                NOW.plusSeconds(second),
                PLANNED.plusSeconds(second));
    }

    private static Outcome append(SqlLedger ledger, Statement statement) {
        return ledger.append(new Proposal(List.of(), List.of(statement))).join();
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void isListedByOwnerAndByItsEnd(DatabaseKind kind) {
        try (Database database = Database.open(kind.fresh(4));
                SqlLedger ledger = new SqlLedger(database, LedgerSettings.usual())) {
            SqlKept store = new SqlKept(database.dataSource());
            Kept first = kept("iam|carl", "a", 0);
            Kept second = kept("iam|carl", "b", 1);
            Kept other = kept("iam|anna", "a", 2);
            List.of(first, second, other).forEach(one -> append(ledger, store.add(one)));
            assertThat(store.of("iam|carl")).containsExactly(second, first);
            assertThat(store.find(other.id())).contains(other);
            assertThat(store.ended(PLANNED.plusSeconds(1), 10)).containsExactly(first, second);
            assertThat(store.ended(PLANNED.plusSeconds(1), 1)).containsExactly(first);
            append(ledger, store.remove(first.id()));
            assertThat(store.find(first.id())).isEmpty();
            assertThat(append(ledger, store.end(first.id(), NOW))).isInstanceOf(Outcome.Stale.class);
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void itsEndMovesAsItShould(DatabaseKind kind) {
        try (Database database = Database.open(kind.fresh(4));
                SqlLedger ledger = new SqlLedger(database, LedgerSettings.usual())) {
            SqlKept store = new SqlKept(database.dataSource());
            Kept one = kept("iam|carl", "a", 0);
            append(ledger, store.add(one));
            // A session that goes on longer keeps it longer, and never less long.
            append(ledger, store.atLeast(one.session(), PLANNED.minusSeconds(9)));
            assertThat(ends(store, one)).isEqualTo(PLANNED);
            append(ledger, store.atLeast(one.session(), PLANNED.plusSeconds(9)));
            assertThat(ends(store, one)).isEqualTo(PLANNED.plusSeconds(9));
            // What its owner has set is not what was planned, and stays.
            append(ledger, store.instead(one.id(), PLANNED, NOW));
            assertThat(ends(store, one)).isEqualTo(PLANNED.plusSeconds(9));
            append(ledger, store.instead(one.id(), PLANNED.plusSeconds(9), NOW.plusSeconds(5)));
            assertThat(ends(store, one)).isEqualTo(NOW.plusSeconds(5));
            append(ledger, store.endOf(one.session(), NOW));
            assertThat(ends(store, one)).isEqualTo(NOW);
            append(ledger, store.end(one.id(), PLANNED));
            assertThat(ends(store, one)).isEqualTo(PLANNED);
        }
    }

    private static Instant ends(SqlKept store, Kept kept) {
        return store.find(kept.id()).orElseThrow().ends();
    }
}
