package org.planisphere.registry.tap;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.database.Database;
import org.planisphere.registry.adql.Statement;

/**
 * Runs queries: a few at a time, each in a transaction that can only read, and no longer than it may. Thread safe.
 */
final class Answers {
    private static final System.Logger LOG = System.getLogger(Answers.class.getName());
    private static final int FETCH = 500;
    /** How long a query waits for its turn. */
    private static final Duration TURN = Duration.ofSeconds(5);

    private final Database database;
    private final Semaphore turns;

    Answers(Database database, int parallel) {
        this.database = database;
        this.turns = new Semaphore(parallel, true);
    }

    /**
     * Begins a query; blocks until its first rows are there.
     *
     * @param running is given the statement, to stop it from another thread
     * @throws Rejected with 503 when too many run, and when the database cannot answer it
     */
    Rows ask(Statement statement, Duration limit, Consumer<PreparedStatement> running) throws Rejected {
        try {
            if (!turns.tryAcquire(TURN.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new Rejected(503, "Too many queries are running; try again in a few seconds.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Rejected(503, "The service is stopping.");
        }
        Rows rows = new Rows(limit);
        try {
            rows.begin(statement, running);
            return rows;
        } catch (SQLException e) {
            rows.close();
            throw rejected(e, limit);
        } catch (RuntimeException e) {
            rows.close();
            throw e;
        }
    }

    /** What a person is told; the database's own words stay in the log. */
    static Rejected rejected(SQLException e, Duration limit) {
        String state = String.valueOf(e.getSQLState());
        if (e instanceof SQLTimeoutException || state.equals("57014")) {
            return new Rejected("The query took longer than " + limit.toSeconds() + " seconds, or was stopped.");
        }
        if (state.startsWith("22")) {
            return new Rejected(
                    state.equals("22012")
                            ? "The query divides by zero."
                            : "The query cannot be computed: a value is out of range or cannot be converted.");
        }
        if (state.equals("21000") || state.equals("90053")) {
            return new Rejected("A subquery that stands for a value has more than one row.");
        }
        if (state.startsWith("08") || state.startsWith("53") || state.startsWith("57") || e.getSQLState() == null) {
            return new Rejected(503, "The database does not answer; try again in a few seconds.");
        }
        LOG.log(System.Logger.Level.WARNING, "a query that was read cannot be run: " + e.getMessage());
        return new Rejected("The database of this service cannot answer this query.");
    }

    /** The rows of an answer, one after the other; closed by whoever asked. */
    final class Rows implements AutoCloseable {
        private final Duration limit;
        private @Nullable Connection connection;
        private @Nullable PreparedStatement select;
        private @Nullable ResultSet found;
        private boolean closed;

        Rows(Duration limit) {
            this.limit = limit;
        }

        private void begin(Statement statement, Consumer<PreparedStatement> running) throws SQLException {
            Connection opened = database.dataSource().getConnection();
            connection = opened;
            if (database.postgres()) {
                // The pool's own limit is for short statements.
                opened.setNetworkTimeout(
                        Runnable::run, (int) limit.plusSeconds(20).toMillis());
            }
            opened.setReadOnly(true);
            opened.setAutoCommit(false);
            PreparedStatement prepared = opened.prepareStatement(statement.sql());
            select = prepared;
            prepared.setFetchSize(FETCH);
            prepared.setQueryTimeout((int) Math.max(1, limit.toSeconds()));
            for (int i = 0; i < statement.parameters().size(); i++) {
                prepared.setString(i + 1, statement.parameters().get(i));
            }
            running.accept(prepared);
            found = prepared.executeQuery();
        }

        boolean next() throws SQLException {
            return Objects.requireNonNull(found).next();
        }

        /** The value as it is written; null when there is none. */
        @Nullable
        String value(int column, Statement.Result of) throws SQLException {
            ResultSet row = Objects.requireNonNull(found);
            switch (of.type()) {
                case INT, LONG -> {
                    long value = row.getLong(column + 1);
                    return row.wasNull() ? null : Long.toString(value);
                }
                case FLOAT -> {
                    float value = row.getFloat(column + 1);
                    return row.wasNull() ? null : Float.toString(value);
                }
                case DOUBLE -> {
                    double value = row.getDouble(column + 1);
                    return row.wasNull() ? null : Double.toString(value);
                }
                default -> {
                    return row.getString(column + 1);
                }
            }
        }

        Duration limit() {
            return limit;
        }

        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            try {
                if (select != null) {
                    if (!database.postgres()) {
                        // H2 keeps the limit for all statements of the connection.
                        select.setQueryTimeout(0);
                    }
                    select.close();
                }
                if (connection != null) {
                    connection.rollback();
                    connection.close();
                }
            } catch (SQLException e) {
                LOG.log(System.Logger.Level.DEBUG, "a query was not ended cleanly: " + e.getMessage());
                try {
                    if (connection != null) {
                        connection.close();
                    }
                } catch (SQLException again) {
                    LOG.log(System.Logger.Level.DEBUG, String.valueOf(again.getMessage()));
                }
            } finally {
                turns.release();
            }
        }
    }
}
