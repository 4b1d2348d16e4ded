package org.planisphere.planner.storage.store;

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
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.planisphere.planner.ledger.LedgerUnavailable;
import org.planisphere.planner.ledger.Statement;
import org.planisphere.planner.storage.Kept;
import org.planisphere.planner.storage.KeptStore;

/** What is kept, in a relational database. Thread safe. */
public final class SqlKept implements KeptStore {
    private static final String SELECT =
            "SELECT id, owner, name, platform, mib, session, made, ends FROM kept_storage WHERE ";
    private static final String ADD = "INSERT INTO kept_storage (id, owner, name, platform, mib, session, made, ends)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String END = "UPDATE kept_storage SET ends = ? WHERE id = ?";
    private static final String AT_LEAST = "UPDATE kept_storage SET ends = ? WHERE session = ? AND ends < ?";
    private static final String INSTEAD = "UPDATE kept_storage SET ends = ? WHERE id = ? AND ends = ?";
    private static final String END_OF = "UPDATE kept_storage SET ends = ? WHERE session = ? AND ends > ?";
    private static final String REMOVE = "DELETE FROM kept_storage WHERE id = ?";

    private final DataSource database;

    public SqlKept(DataSource database) {
        this.database = database;
    }

    @Override
    public Optional<Kept> find(UUID id) {
        return select("id = ?", id, 1).stream().findFirst();
    }

    @Override
    public List<Kept> of(String owner) {
        return select("owner = ? ORDER BY made DESC, id", owner, Integer.MAX_VALUE);
    }

    @Override
    public List<Kept> ended(Instant now, int limit) {
        return select("ends <= ? ORDER BY ends", now.atOffset(ZoneOffset.UTC), limit);
    }

    @Override
    public Statement add(Kept kept) {
        return Statement.of(
                ADD,
                kept.id(),
                kept.owner(),
                kept.name(),
                kept.platform(),
                kept.mib(),
                kept.session(),
                micros(kept.made()),
                micros(kept.ends()));
    }

    @Override
    public Statement end(UUID id, Instant ends) {
        return Statement.changingOne(END, micros(ends), id);
    }

    @Override
    public Statement atLeast(UUID session, Instant ends) {
        return Statement.of(AT_LEAST, micros(ends), session, micros(ends));
    }

    @Override
    public Statement instead(UUID id, Instant planned, Instant ends) {
        return Statement.of(INSTEAD, micros(ends), id, micros(planned));
    }

    @Override
    public Statement endOf(UUID session, Instant now) {
        return Statement.of(END_OF, micros(now), session, micros(now));
    }

    @Override
    public Statement remove(UUID id) {
        return Statement.of(REMOVE, id);
    }

    private List<Kept> select(String where, Object parameter, int limit) {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(SELECT + where)) {
            select.setObject(1, parameter);
            select.setMaxRows(limit == Integer.MAX_VALUE ? 0 : limit);
            List<Kept> found = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(new Kept(
                            rows.getObject(1, UUID.class),
                            rows.getString(2),
                            rows.getString(3),
                            rows.getString(4),
                            rows.getLong(5),
                            rows.getObject(6, UUID.class),
                            rows.getObject(7, OffsetDateTime.class).toInstant(),
                            rows.getObject(8, OffsetDateTime.class).toInstant()));
                }
            }
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
            return found;
        } catch (SQLException e) {
            throw new LedgerUnavailable("what is kept cannot be read", e);
        }
    }

    private static Instant micros(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS);
    }
}
