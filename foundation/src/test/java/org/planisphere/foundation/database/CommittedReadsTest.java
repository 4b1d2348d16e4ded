package org.planisphere.foundation.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** What has been committed is what everybody reads from then on, on whatever connection, however they read before. */
class CommittedReadsTest {
    private static final int READERS = 3;
    private static final int ROUNDS = 3_000;
    private static final String UPDATE = "UPDATE ledger_account SET head = ? WHERE account = 'one'";
    private static final String READ = "SELECT head FROM ledger_account WHERE account = ?";

    @Test
    void whoReadsDuringACommitReadsWhatWasCommittedAfterIt() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(READERS);
        try (Database database =
                        Database.open(new DatabaseSettings("jdbc:h2:mem:" + UUID.randomUUID(), "", "", READERS + 1));
                Connection writer = database.dataSource().getConnection()) {
            try (var statement = writer.createStatement()) {
                statement.execute("ALTER TABLE ledger_account ADD COLUMN head BIGINT");
                statement.execute("INSERT INTO ledger_account (account, head) VALUES ('one', 0)");
            }
            CyclicBarrier together = new CyclicBarrier(READERS + 1);
            List<Future<Integer>> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                readers.add(threads.submit(() -> stale(database, together)));
            }
            writer.setAutoCommit(false);
            for (long round = 1; round <= ROUNDS; round++) {
                try (PreparedStatement update = writer.prepareStatement(UPDATE)) {
                    update.setLong(1, round);
                    update.executeUpdate();
                }
                meet(together);
                writer.commit();
                meet(together);
                meet(together);
            }
            for (Future<Integer> reader : readers) {
                assertThat(reader.get(10, TimeUnit.SECONDS)).isZero();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** Reads around every commit; how often a read after it gave what was before. */
    private static int stale(Database database, CyclicBarrier together) throws Exception {
        int stale = 0;
        try (Connection connection = database.dataSource().getConnection()) {
            for (long round = 1; round <= ROUNDS; round++) {
                meet(together);
                for (int i = 0; i < 6; i++) {
                    read(connection);
                }
                meet(together);
                stale += read(connection) == round ? 0 : 1;
                meet(together);
            }
        }
        return stale;
    }

    private static void meet(CyclicBarrier together)
            throws BrokenBarrierException, InterruptedException, TimeoutException {
        together.await(30, TimeUnit.SECONDS);
    }

    private static long read(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(READ)) {
            statement.setString(1, "one");
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }
}
