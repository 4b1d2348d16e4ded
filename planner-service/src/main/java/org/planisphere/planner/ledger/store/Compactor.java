package org.planisphere.planner.ledger.store;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.planisphere.foundation.database.Database;
import org.planisphere.planner.ledger.Account;

/** Replaces long logs by snapshots now and then, so that a start reads little. Thread safe. */
final class Compactor implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Compactor.class.getName());

    private final Database database;
    private final LedgerSettings settings;
    private final Memory memory;
    private final ScheduledExecutorService thread;

    Compactor(Database database, LedgerSettings settings, Memory memory, ThreadFactory threads) {
        this.database = database;
        this.settings = settings;
        this.memory = memory;
        this.thread = Executors.newSingleThreadScheduledExecutor(threads);
        if (!settings.compactEvery().isZero()) {
            long every = settings.compactEvery().toMillis();
            thread.scheduleWithFixedDelay(this::compactLong, every, every, TimeUnit.MILLISECONDS);
        }
    }

    /** Begins nothing new. */
    @Override
    public void close() {
        thread.shutdown();
    }

    /** Replaces the account's log up to now by a snapshot. False when another planner is at it. */
    boolean compact(Account account) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
            try {
                Instant at = SqlLog.clock(connection);
                BookBuilder state = new BookBuilder(account, at.minus(settings.keep()));
                Optional<SqlLog.Snapshot> before = SqlLog.snapshot(connection, account);
                before.ifPresent(snapshot -> state.begin(snapshot.version(), snapshot.document()));
                long from = state.version();
                SqlLog.tail(connection, account, from, state::add);
                boolean done = state.version() > from && SqlLog.compact(connection, account, state, from, at);
                if (done) {
                    connection.commit();
                    memory.compacted(account, state.version());
                } else {
                    connection.rollback();
                }
                return done;
            } catch (SQLException e) {
                Trouble.rollback(connection);
                if (Trouble.taken(e) || Trouble.of(e) == Trouble.AGAIN) {
                    return false;
                }
                throw e;
            }
        }
    }

    private void compactLong() {
        Head now = memory.head();
        List<Account> accounts = new ArrayList<>();
        now.books().forEach((account, book) -> {
            long tail = book.version() - memory.snapshot(account);
            if (tail > settings.compactAfter() && tail > 2L * book.open().size()) {
                accounts.add(account);
            }
        });
        for (Account account : accounts) {
            if (thread.isShutdown()) {
                return;
            }
            try {
                compact(account);
            } catch (SQLException | RuntimeException e) {
                LOG.log(Level.WARNING, "the log of " + account.id() + " is not compacted yet: " + e.getMessage());
            }
        }
    }
}
