package org.planisphere.planner.session.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.LedgerUnavailable;
import org.planisphere.planner.session.Lease;
import org.planisphere.planner.session.Leases;

/** Leases as rows of a table. Lengths are kept in whole seconds. */
public final class SqlLeases implements Leases {
    private static final String LATER = "CURRENT_TIMESTAMP + CAST(? AS INTEGER) * INTERVAL '1' SECOND";
    private static final String TAKE = "UPDATE platform_lease SET node = ?, fence = fence + 1, held_until = " + LATER
            + " WHERE platform = ? AND (node = ? OR held_until <= CURRENT_TIMESTAMP)";
    private static final String CREATE =
            "INSERT INTO platform_lease (platform, node, fence, held_until) VALUES (?, ?, 1, " + LATER + ")";
    private static final String RENEW =
            "UPDATE platform_lease SET held_until = " + LATER + " WHERE platform = ? AND fence = ?";
    private static final String GIVE_BACK =
            "UPDATE platform_lease SET held_until = CURRENT_TIMESTAMP WHERE platform = ? AND fence = ?";
    private static final String READ = "SELECT node, fence, held_until FROM platform_lease WHERE platform = ?";

    private final DataSource database;

    public SqlLeases(DataSource database) {
        this.database = database;
    }

    @Override
    public Optional<Lease> take(String platform, String node, Duration length) {
        return write(connection -> {
            int seconds = seconds(length);
            if (update(connection, TAKE, node, seconds, platform, node) == 1) {
                return read(connection, platform);
            }
            if (read(connection, platform) != null) {
                return null;
            }
            update(connection, CREATE, platform, node, seconds);
            return read(connection, platform);
        });
    }

    @Override
    public Optional<Lease> renew(Lease lease, Duration length) {
        return write(connection -> update(connection, RENEW, seconds(length), lease.platform(), lease.fence()) == 1
                ? read(connection, lease.platform())
                : null);
    }

    @Override
    public void giveBack(Lease lease) {
        write(connection -> {
            update(connection, GIVE_BACK, lease.platform(), lease.fence());
            return null;
        });
    }

    private static int seconds(Duration length) {
        return Math.toIntExact(Math.max(1, length.toSeconds()));
    }

    private static int update(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return statement.executeUpdate();
        }
    }

    private static @Nullable Lease read(Connection connection, String platform) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(READ)) {
            statement.setString(1, platform);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next()
                        ? new Lease(
                                platform,
                                rows.getString(1),
                                rows.getLong(2),
                                rows.getObject(3, OffsetDateTime.class).toInstant())
                        : null;
            }
        }
    }

    private interface Work {
        @Nullable
        Lease in(Connection connection) throws SQLException;
    }

    private Optional<Lease> write(Work work) {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                Lease lease = work.in(connection);
                connection.commit();
                return Optional.ofNullable(lease);
            } catch (SQLException e) {
                connection.rollback();
                if (e.getSQLState() != null && e.getSQLState().startsWith("23")) {
                    // Two made the first row at once, and the other was first.
                    return Optional.empty();
                }
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw new LedgerUnavailable("the leases cannot be reached", e);
        }
    }
}
