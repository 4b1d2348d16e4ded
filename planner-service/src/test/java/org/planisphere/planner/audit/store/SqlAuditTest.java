package org.planisphere.planner.audit.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.planner.audit.AuditEntry;
import org.planisphere.planner.audit.AuditHead;
import org.planisphere.planner.audit.HeadKey;
import org.planisphere.planner.ledger.Proposal;
import org.planisphere.planner.ledger.store.LedgerSettings;
import org.planisphere.planner.ledger.store.SqlLedger;

class SqlAuditTest {
    private static final Caller CARL = new Caller("iam|carl", "Carl", Set.of(), Set.of());

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void whatIsNotedWithAnActIsChainedInOrderAndTamperingShows(DatabaseKind kind) throws SQLException {
        try (Database database = Database.open(kind.fresh(4));
                SqlLedger ledger = new SqlLedger(database, LedgerSettings.usual())) {
            SqlAudit audit = new SqlAudit(database.dataSource(), HeadKey.in(folder.resolve("audit.key")), () -> "7");
            for (int i = 1; i <= 20; i++) {
                ledger.append(new Proposal(List.of(), audit.note(CARL, "ask", "set-" + i, "YES:\ntwo lines")))
                        .join();
            }
            assertThat(audit.seal()).isEqualTo(20);
            assertThat(audit.seal()).isZero();
            audit.saw(CARL, "publish", "ivo://example/last", "not by the ledger");
            audit.seal();

            List<AuditEntry> entries = audit.entries(0, 100);
            assertThat(entries).hasSize(21);
            assertThat(entries.get(0).detail()).isEqualTo("YES: two lines");
            assertThat(entries.get(0).policy()).isEqualTo("7");
            AuditHead head = audit.head();
            assertThat(broken(entries, head)).isEmpty();

            change(database, "UPDATE audit_entry SET who = 'iam|mallory' WHERE number = 5");
            assertThat(broken(audit.entries(0, 100), head)).contains("5");
            change(database, "UPDATE audit_entry SET who = 'iam|carl' WHERE number = 5");
            assertThat(broken(audit.entries(0, 100), head)).isEmpty();
            change(database, "DELETE FROM audit_entry WHERE number = 21");
            assertThat(broken(audit.entries(0, 100), head)).contains("tail");
            change(database, "DELETE FROM audit_entry WHERE number = 9");
            assertThat(broken(audit.entries(0, 100), head)).contains("10");
        }
    }

    @ParameterizedTest
    @EnumSource(value = DatabaseKind.class, names = "H2")
    void theKeyIsMadeOnceAndIsTheNodesAlone(DatabaseKind kind) throws Exception {
        Path file = folder.resolve("audit.key");
        AuditHead one = HeadKey.in(file).sign(1, "a");

        assertThat(HeadKey.in(file).sign(1, "a")).isEqualTo(one);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    /** What does not hold: numbers of entries, and "tail" when the head is another. */
    private static List<String> broken(List<AuditEntry> entries, AuditHead head) {
        List<String> broken = new ArrayList<>();
        String before = AuditEntry.BEGINNING;
        long number = 0;
        for (AuditEntry entry : entries) {
            if (entry.number() != ++number || !entry.expected(before).equals(entry.hash())) {
                broken.add(Long.toString(entry.number()));
                number = entry.number();
            }
            before = entry.hash();
        }
        if (number != head.number() || !before.equals(head.hash())) {
            broken.add("tail");
        }
        return broken;
    }

    private static void change(Database database, String sql) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(true);
            statement.executeUpdate(sql);
        }
    }
}
