package org.planisphere.planner.ledger.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Statement;

/** The ledger's tables, in the SQL that H2 and PostgreSQL share. Stateless; the caller has the transaction. */
final class SqlLog {
    private static final String COLUMNS = "account, version, op, reservation, grp, from_us, until_us, cores, memory,"
            + " storage, accelerators, sessions, expires, claims";
    private static final int FETCH = 2_000;

    private SqlLog() {}

    /** A version of an account. */
    record Version(Account account, long number) {}

    /** What a snapshot says. */
    record Snapshot(long version, String document) {}

    /** The database's clock; begins the transaction. */
    static Instant clock(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT CURRENT_TIMESTAMP");
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getObject(1, OffsetDateTime.class).toInstant().truncatedTo(ChronoUnit.MICROS);
        }
    }

    static void open(WriterConnection connection, Collection<Account> accounts) throws SQLException {
        PreparedStatement insert = connection.statement("INSERT INTO ledger_account (account) VALUES (?)");
        for (Account account : accounts) {
            insert.setString(1, account.id());
            insert.addBatch();
        }
        insert.executeBatch();
    }

    /** Appends the rows; a version that is taken is a violation of the primary key. */
    static void append(WriterConnection connection, List<Row> rows, Instant at) throws SQLException {
        // In the same order everywhere, so that two planners wait for each other instead of deadlocking.
        List<Row> sorted = new ArrayList<>(rows);
        sorted.sort(Comparator.comparing(Row::account).thenComparingLong(Row::version));
        OffsetDateTime time = time(at);
        PreparedStatement insert = connection.statement(
                "INSERT INTO ledger_entry (" + COLUMNS + ", at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        for (Row row : sorted) {
            Amounts amounts = row.amounts();
            insert.setString(1, row.account().id());
            insert.setLong(2, row.version());
            insert.setString(3, row.op().code);
            insert.setObject(4, row.reservation());
            insert.setObject(5, row.group());
            insert.setLong(6, Row.micros(row.from()));
            insert.setLong(7, Row.micros(row.until()));
            insert.setLong(8, amounts.cores());
            insert.setLong(9, amounts.memory());
            insert.setLong(10, amounts.storage());
            insert.setLong(11, amounts.accelerators());
            insert.setLong(12, amounts.sessions());
            insert.setObject(13, row.expires() == null ? null : time(row.expires()));
            insert.setString(14, row.claims().isEmpty() ? null : ClaimsText.write(row.claims()));
            insert.setObject(15, time);
            insert.addBatch();
        }
        insert.executeBatch();
    }

    /** Carries the statements out as one batch; true for each that changed a row or may have. */
    static boolean[] execute(WriterConnection connection, String sql, List<Statement> statements, Instant now)
            throws SQLException {
        PreparedStatement prepared = connection.statement(sql);
        for (Statement statement : statements) {
            int index = 1;
            for (Object parameter : statement.parameters()) {
                bind(prepared, index++, parameter, now);
            }
            prepared.addBatch();
        }
        int[] counts = prepared.executeBatch();
        boolean[] changed = new boolean[counts.length];
        for (int i = 0; i < counts.length; i++) {
            changed[i] = counts[i] > 0 || counts[i] == java.sql.Statement.SUCCESS_NO_INFO;
        }
        return changed;
    }

    private static void bind(PreparedStatement prepared, int index, @Nullable Object parameter, Instant now)
            throws SQLException {
        if (parameter == Statement.NOW) {
            prepared.setObject(index, time(now));
        } else if (parameter instanceof Instant instant) {
            prepared.setObject(index, time(instant));
        } else if (parameter instanceof String text) {
            prepared.setString(index, text);
        } else {
            prepared.setObject(index, parameter);
        }
    }

    private static OffsetDateTime time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }

    /** The account's rows after a version, in order. */
    static void tail(Connection connection, Account account, long after, Consumer<Row> each) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT " + COLUMNS + " FROM ledger_entry WHERE account = ? AND version > ? ORDER BY version")) {
            select.setString(1, account.id());
            select.setLong(2, after);
            select.setFetchSize(FETCH);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    each.accept(row(rows, account));
                }
            }
        }
    }

    /** Every row, account by account, in order. */
    static void all(Connection connection, Consumer<Row> each) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT " + COLUMNS + " FROM ledger_entry ORDER BY account, version")) {
            select.setFetchSize(FETCH);
            try (ResultSet rows = select.executeQuery()) {
                Account last = null;
                while (rows.next()) {
                    String id = rows.getString(1);
                    Account account = last != null && last.id().equals(id) ? last : new Account(id);
                    last = account;
                    each.accept(row(rows, account));
                }
            }
        }
    }

    private static Row row(ResultSet rows, Account account) throws SQLException {
        Row.Op op = Row.Op.of(rows.getString(3));
        Instant expires = null;
        String claims = null;
        if (op == Row.Op.HOLD) {
            OffsetDateTime time = rows.getObject(13, OffsetDateTime.class);
            expires = time == null ? null : time.toInstant();
            claims = rows.getString(14);
        }
        return new Row(
                account,
                rows.getLong(2),
                op,
                rows.getObject(4, UUID.class),
                rows.getObject(5, UUID.class),
                Row.instant(rows.getLong(6)),
                Row.instant(rows.getLong(7)),
                new Amounts(rows.getLong(8), rows.getLong(9), rows.getLong(10), rows.getLong(11), rows.getLong(12)),
                expires,
                claims == null ? List.of() : ClaimsText.read(claims));
    }

    static long snapshotVersion(Connection connection, Account account) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT version FROM ledger_snapshot WHERE account = ?")) {
            select.setString(1, account.id());
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }

    static Optional<Snapshot> snapshot(Connection connection, Account account) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT version, document FROM ledger_snapshot WHERE account = ?")) {
            select.setString(1, account.id());
            try (ResultSet rows = select.executeQuery()) {
                return rows.next() ? Optional.of(new Snapshot(rows.getLong(1), rows.getString(2))) : Optional.empty();
            }
        }
    }

    static List<Account> snapshots(Connection connection) throws SQLException {
        List<Account> found = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT account FROM ledger_snapshot");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                found.add(new Account(rows.getString(1)));
            }
        }
        return found;
    }

    /** The last version of every account. */
    static List<Version> versions(Connection connection) throws SQLException {
        List<Version> found = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT a.account,"
                        + " (SELECT MAX(e.version) FROM ledger_entry e WHERE e.account = a.account),"
                        + " (SELECT s.version FROM ledger_snapshot s WHERE s.account = a.account)"
                        + " FROM ledger_account a");
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                found.add(new Version(new Account(rows.getString(1)), Math.max(rows.getLong(2), rows.getLong(3))));
            }
        }
        return found;
    }

    /** The rows of one reservation in all accounts, the last operation last; empty when they are not in the log. */
    static List<Row> of(Connection connection, UUID reservation) throws SQLException {
        List<Row> found = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT " + COLUMNS + " FROM ledger_entry WHERE reservation = ? ORDER BY account, version")) {
            select.setObject(1, reservation);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(row(rows, new Account(rows.getString(1))));
                }
            }
        }
        return found;
    }

    /**
     * Puts the account's state at a version in the place of its log up to then. The transaction is the caller's; until it
     * commits nothing has changed, and whoever else compacts the account waits for it.
     *
     * @return false when another planner compacted it first
     */
    static boolean compact(Connection connection, Account account, BookBuilder state, long replaces, Instant at)
            throws SQLException {
        int changed;
        String sql = replaces == 0
                ? "INSERT INTO ledger_snapshot (version, at, document, account) VALUES (?, ?, ?, ?)"
                : "UPDATE ledger_snapshot SET version = ?, at = ?, document = ? WHERE account = ? AND version = ?";
        try (PreparedStatement put = connection.prepareStatement(sql)) {
            put.setLong(1, state.version());
            put.setObject(2, time(at));
            put.setString(3, state.document());
            put.setString(4, account.id());
            if (replaces != 0) {
                put.setLong(5, replaces);
            }
            changed = put.executeUpdate();
        }
        if (changed == 0) {
            return false;
        }
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM ledger_entry WHERE account = ? AND version <= ?")) {
            delete.setString(1, account.id());
            delete.setLong(2, state.version());
            delete.executeUpdate();
        }
        return true;
    }
}
