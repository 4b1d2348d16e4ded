package org.planisphere.planner.ledger.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The connection of the ledger's writer, which stays with it and keeps its statements parsed while one transaction soon
 * follows the other: H2 would parse every text again, and does so at the cost of carrying it out. The writer's alone.
 */
final class WriterConnection implements AutoCloseable {
    /** After a longer pause the pool is asked, which looks whether the database still answers. */
    private static final long SOON = Duration.ofMillis(500).toNanos();

    /** Statements kept at most; the writer knows some twenty texts. */
    private static final int MOST = 100;

    private final DataSource pool;
    private final Map<String, PreparedStatement> statements = new LinkedHashMap<>();
    private @Nullable Connection connection;
    private long used;

    WriterConnection(DataSource pool) {
        this.pool = pool;
    }

    /** Open, without a transaction, and without auto-commit. */
    Connection open() throws SQLException {
        long now = System.nanoTime();
        if (connection != null && now - used > SOON) {
            close();
        }
        used = now;
        Connection open = connection;
        if (open == null) {
            open = pool.getConnection();
            connection = open;
            open.setAutoCommit(false);
        }
        return open;
    }

    /**
     * A statement of the open connection, without parameters of an earlier use; not to be closed.
     *
     * @throws IllegalStateException when it is not open
     */
    PreparedStatement statement(String sql) throws SQLException {
        Connection open = connection;
        if (open == null) {
            throw new IllegalStateException("the connection is not open");
        }
        PreparedStatement known = statements.get(sql);
        if (known != null) {
            known.clearBatch();
            return known;
        }
        if (statements.size() == MOST) {
            forget();
        }
        PreparedStatement made = open.prepareStatement(sql);
        statements.put(sql, made);
        return made;
    }

    /** Gives the connection back; what it has not committed is undone. The next use gets another one. */
    @Override
    public void close() {
        forget();
        Connection open = connection;
        connection = null;
        if (open != null) {
            Trouble.rollback(open);
            try {
                open.close();
            } catch (SQLException e) {
                // It was broken; the pool knows.
            }
        }
    }

    private void forget() {
        for (PreparedStatement statement : statements.values()) {
            try {
                statement.close();
            } catch (SQLException e) {
                // It goes with its connection.
            }
        }
        statements.clear();
    }
}
