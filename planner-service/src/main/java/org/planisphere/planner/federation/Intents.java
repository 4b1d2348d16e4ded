package org.planisphere.planner.federation;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.planisphere.planner.ledger.LedgerUnavailable;

/**
 * Which originals we were about to accept: written before the other planner is told, removed when it is known what came of
 * it. What is found here after a crash is asked about, so that nothing runs elsewhere that nobody here knows of. Thread
 * safe; blocks on the database.
 */
final class Intents {
    private final DataSource database;

    Intents(DataSource database) {
        this.database = database;
    }

    /** Notes the wish; noting it twice is harmless. */
    void begin(UUID session, Instant now) {
        change(
                "INSERT INTO federation_accept (session, since) SELECT CAST(? AS UUID), CAST(? AS TIMESTAMP(6) WITH TIME ZONE)"
                        + " WHERE NOT EXISTS (SELECT 1 FROM federation_accept a WHERE a.session = ?)",
                statement -> {
                    statement.setObject(1, session);
                    statement.setTimestamp(2, Timestamp.from(now));
                    statement.setObject(3, session);
                });
    }

    void end(UUID session) {
        change("DELETE FROM federation_accept WHERE session = ?", statement -> statement.setObject(1, session));
    }

    /** Wishes older than the instant. */
    List<UUID> before(Instant instant) {
        try (Connection connection = database.getConnection();
                PreparedStatement select =
                        connection.prepareStatement("SELECT session FROM federation_accept WHERE since < ?")) {
            select.setTimestamp(1, Timestamp.from(instant));
            List<UUID> found = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(rows.getObject(1, UUID.class));
                }
            }
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
            return found;
        } catch (SQLException e) {
            throw new LedgerUnavailable("the accepts under way cannot be read", e);
        }
    }

    private interface Filled {
        void fill(PreparedStatement statement) throws SQLException;
    }

    private void change(String sql, Filled filled) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            filled.fill(statement);
            statement.executeUpdate();
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
        } catch (SQLException e) {
            throw new LedgerUnavailable("an accept elsewhere cannot be noted", e);
        }
    }
}
