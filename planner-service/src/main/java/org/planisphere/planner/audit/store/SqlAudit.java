package org.planisphere.planner.audit.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.identity.Witness;
import org.planisphere.planner.audit.Acts;
import org.planisphere.planner.audit.AuditEntry;
import org.planisphere.planner.audit.AuditHead;
import org.planisphere.planner.audit.HeadKey;
import org.planisphere.planner.ledger.Statement;

/**
 * The audit in a relational database. An act is first noted, loose, together with what it does; {@link #seal} then puts
 * what is loose into the chain. One node at a time seals; entries are only ever added. Thread safe.
 */
public final class SqlAudit implements Acts, Witness {
    private static final String NOTE_NOW = "INSERT INTO audit_loose (id, at, who, act, object, detail, policy)"
            + " VALUES (?, CURRENT_TIMESTAMP, ?, ?, ?, ?, ?)";
    private static final String NOTE =
            "INSERT INTO audit_loose (id, at, who, act, object, detail, policy)" + " VALUES (?, ?, ?, ?, ?, ?, ?)";
    private static final int BATCH = 5_000;
    private static final System.Logger LOG = System.getLogger(SqlAudit.class.getName());

    private final DataSource database;
    private final HeadKey key;
    private final Supplier<String> policy;

    /** @param policy version of the policy in force */
    public SqlAudit(DataSource database, HeadKey key, Supplier<String> policy) {
        this.database = database;
        this.key = key;
        this.policy = policy;
    }

    @Override
    public List<Statement> note(Caller who, String act, String object, String detail) {
        return List.of(Statement.of(
                NOTE,
                UUID.randomUUID(),
                Statement.NOW,
                who.id(),
                act,
                line(object, 200),
                line(detail, 1_000),
                policy.get()));
    }

    @Override
    public void saw(Caller who, String act, String object, String detail) {
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement(NOTE_NOW)) {
            List<Object> values =
                    List.of(UUID.randomUUID(), who.id(), act, line(object, 200), line(detail, 1_000), policy.get());
            for (int i = 0; i < values.size(); i++) {
                insert.setObject(i + 1, values.get(i));
            }
            insert.executeUpdate();
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
        } catch (SQLException e) {
            // It is done; that it was is told to the operator at least.
            LOG.log(
                    System.Logger.Level.WARNING,
                    "not noted in the audit, because the database does not answer: " + act + " of " + line(object, 200)
                            + " by " + who.id());
        }
    }

    /** Puts what is loose into the chain, in the order of time; how many entries that made. */
    public int seal() throws SQLException {
        int sealed = 0;
        int some;
        do {
            some = sealSome();
            sealed += some;
        } while (some == BATCH);
        return sealed;
    }

    private int sealSome() throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                long number;
                String hash;
                // Whoever has this row seals; others wait, and find nothing left.
                try (PreparedStatement select = connection.prepareStatement(
                                "SELECT number, hash FROM audit_head WHERE one = 1 FOR UPDATE");
                        ResultSet row = select.executeQuery()) {
                    row.next();
                    number = row.getLong(1);
                    hash = row.getString(2);
                }
                List<UUID> ids = new ArrayList<>();
                List<AuditEntry> chained = new ArrayList<>();
                try (PreparedStatement select = connection.prepareStatement(
                        "SELECT id, at, who, act, object, detail, policy" + " FROM audit_loose ORDER BY at, id")) {
                    select.setMaxRows(BATCH);
                    try (ResultSet rows = select.executeQuery()) {
                        while (rows.next()) {
                            ids.add(rows.getObject(1, UUID.class));
                            AuditEntry entry = entry(++number, rows, 2).after(hash);
                            hash = entry.hash();
                            chained.add(entry);
                        }
                    }
                }
                if (!chained.isEmpty()) {
                    append(connection, chained);
                    forget(connection, ids);
                    try (PreparedStatement update =
                            connection.prepareStatement("UPDATE audit_head SET number = ?, hash = ? WHERE one = 1")) {
                        update.setLong(1, number);
                        update.setString(2, hash);
                        update.executeUpdate();
                    }
                }
                connection.commit();
                return chained.size();
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        }
    }

    /** The head as it is now, signed. */
    public AuditHead head() throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("SELECT number, hash FROM audit_head WHERE one = 1");
                ResultSet row = select.executeQuery()) {
            row.next();
            return key.sign(row.getLong(1), row.getString(2));
        }
    }

    /** Entries of the chain with a number above {@code after}, in order. */
    public List<AuditEntry> entries(long after, int limit) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "SELECT number, at, who, act, object, detail, policy, hash FROM audit_entry"
                                + " WHERE number > ? ORDER BY number")) {
            select.setLong(1, after);
            select.setMaxRows(limit);
            List<AuditEntry> entries = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    AuditEntry entry = entry(rows.getLong(1), rows, 2);
                    entries.add(new AuditEntry(
                            entry.number(),
                            entry.at(),
                            entry.who(),
                            entry.act(),
                            entry.object(),
                            entry.detail(),
                            entry.policy(),
                            rows.getString(8)));
                }
            }
            return entries;
        }
    }

    private static AuditEntry entry(long number, ResultSet rows, int from) throws SQLException {
        Instant at = rows.getObject(from, OffsetDateTime.class).toInstant().truncatedTo(ChronoUnit.MICROS);
        return new AuditEntry(
                number,
                at,
                rows.getString(from + 1),
                rows.getString(from + 2),
                rows.getString(from + 3),
                rows.getString(from + 4),
                rows.getString(from + 5),
                "");
    }

    private static void append(Connection connection, List<AuditEntry> entries) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO audit_entry (number, at, who, act, object, detail, policy, hash)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (AuditEntry entry : entries) {
                insert.setLong(1, entry.number());
                insert.setObject(2, entry.at().atOffset(ZoneOffset.UTC));
                insert.setString(3, entry.who());
                insert.setString(4, entry.act());
                insert.setString(5, entry.object());
                insert.setString(6, entry.detail());
                insert.setString(7, entry.policy());
                insert.setString(8, entry.hash());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static void forget(Connection connection, List<UUID> ids) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM audit_loose WHERE id = ?")) {
            for (UUID id : ids) {
                delete.setObject(1, id);
                delete.addBatch();
            }
            delete.executeBatch();
        }
    }

    /** One line of at most so many characters. */
    private static String line(String text, int most) {
        String line = text.replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " ");
        return line.length() <= most ? line : line.substring(0, most - 1) + "…";
    }
}
