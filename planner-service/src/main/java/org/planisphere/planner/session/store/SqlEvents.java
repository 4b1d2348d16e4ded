package org.planisphere.planner.session.store;

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
import javax.sql.DataSource;
import org.planisphere.planner.ledger.LedgerUnavailable;
import org.planisphere.planner.ledger.Statement;
import org.planisphere.planner.offer.Message;
import org.planisphere.planner.session.EventKey;
import org.planisphere.planner.session.Phase;
import org.planisphere.planner.session.SessionEvent;

/**
 * What happened to sessions, as rows. Every stream of events reads them as it begins, so they are read by plain SQL. Thread
 * safe.
 */
final class SqlEvents {
    // A change that comes second finds its number taken; it is refused as stale, which must not fail the whole batch.
    private static final String STORE = "INSERT INTO session_event (session, number, at, type, phase, message)"
            + " SELECT CAST(? AS UUID), CAST(? AS BIGINT), CAST(? AS TIMESTAMP(6) WITH TIME ZONE), CAST(? AS VARCHAR),"
            + " CAST(? AS VARCHAR), CAST(? AS VARCHAR)"
            + " WHERE NOT EXISTS (SELECT 1 FROM session_event e WHERE e.session = ? AND e.number = ?)";
    private static final String EXPIRED = "INSERT INTO session_event (session, number, at, type, phase, message)"
            + " SELECT s.id, 1, s.modified, 'phase', 'EXPIRED', CAST(? AS VARCHAR) FROM session s"
            + " WHERE s.id = ? AND s.phase = 'EXPIRED' AND s.version = 1"
            + " AND NOT EXISTS (SELECT 1 FROM session_event e WHERE e.session = s.id)";
    private static final String OF =
            "SELECT session, number, at, type, phase, message FROM session_event WHERE session = ? AND number > ?"
                    + " ORDER BY number FETCH FIRST ? ROWS ONLY";
    private static final String SINCE =
            " FROM session_event WHERE at >= ? ORDER BY at, session, number" + " FETCH FIRST ? ROWS ONLY";
    private static final String EVENTS_SINCE = "SELECT session, number, at, type, phase, message" + SINCE;
    private static final String KEYS_SINCE = "SELECT session, number, at" + SINCE;

    private final DataSource database;
    private final SessionDocuments documents;

    SqlEvents(DataSource database, SessionDocuments documents) {
        this.database = database;
        this.documents = documents;
    }

    /** Stores the event, unless its number is taken. */
    Statement store(SessionEvent event) {
        return Statement.of(
                STORE,
                event.session(),
                event.number(),
                event.at().truncatedTo(ChronoUnit.MICROS),
                event.type(),
                event.phase().name(),
                documents.message(event.message()),
                event.session(),
                event.number());
    }

    /** Stores that the session has expired, if it just has. */
    Statement expired(UUID session, Message message) {
        return Statement.of(EXPIRED, documents.message(message), session);
    }

    List<SessionEvent> of(UUID session, long after, int limit) {
        return read(OF, this::event, session, after, limit);
    }

    List<SessionEvent> since(Instant since, int limit) {
        return read(EVENTS_SINCE, this::event, at(since), limit);
    }

    List<EventKey> keysSince(Instant since, int limit) {
        return read(
                KEYS_SINCE,
                row -> new EventKey(row.getObject(1, UUID.class), row.getLong(2), instant(row)),
                at(since),
                limit);
    }

    private SessionEvent event(ResultSet row) throws SQLException {
        return new SessionEvent(
                row.getObject(1, UUID.class),
                row.getLong(2),
                instant(row),
                row.getString(4),
                Phase.valueOf(row.getString(5)),
                documents.message(row.getString(6)));
    }

    private interface Reading<T> {
        T from(ResultSet row) throws SQLException;
    }

    private <T> List<T> read(String sql, Reading<T> reading, Object... parameters) {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                select.setObject(i + 1, parameters[i]);
            }
            try (ResultSet rows = select.executeQuery()) {
                List<T> found = new ArrayList<>();
                while (rows.next()) {
                    found.add(reading.from(rows));
                }
                return found;
            }
        } catch (SQLException e) {
            throw new LedgerUnavailable("events cannot be read", e);
        }
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }

    private static Instant instant(ResultSet row) throws SQLException {
        return row.getObject(3, OffsetDateTime.class).toInstant();
    }
}
