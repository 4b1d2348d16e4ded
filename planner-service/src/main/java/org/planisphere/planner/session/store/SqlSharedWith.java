package org.planisphere.planner.session.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.planisphere.planner.ledger.LedgerUnavailable;
import org.planisphere.planner.session.SharedWith;

/** Shares in a relational database. */
public final class SqlSharedWith implements SharedWith {
    private static final String ADD = "INSERT INTO component_share (component, shared_with)"
            + " SELECT CAST(? AS UUID), CAST(? AS VARCHAR) WHERE NOT EXISTS"
            + " (SELECT 1 FROM component_share s WHERE s.component = ? AND s.shared_with = ?)";
    private static final String SWEEP = "DELETE FROM component_share WHERE"
            + " NOT EXISTS (SELECT 1 FROM session x WHERE x.id = component_share.component)"
            + " AND NOT EXISTS (SELECT 1 FROM offer_set o WHERE o.id = component_share.component)";

    private final DataSource database;

    public SqlSharedWith(DataSource database) {
        this.database = database;
    }

    @Override
    public Set<String> of(List<UUID> components) {
        if (components.isEmpty()) {
            return Set.of();
        }
        String marks = String.join(", ", Collections.nCopies(components.size(), "?"));
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(
                        "SELECT shared_with FROM component_share WHERE component IN (" + marks + ")")) {
            for (int i = 0; i < components.size(); i++) {
                select.setObject(i + 1, components.get(i));
            }
            Set<String> groups = new HashSet<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    groups.add(rows.getString(1));
                }
            }
            commit(connection);
            return groups;
        } catch (SQLException e) {
            throw new LedgerUnavailable("shares cannot be read", e);
        }
    }

    @Override
    public void add(UUID component, String group) {
        try {
            change(ADD, component, group, component, group);
        } catch (SQLException e) {
            if (e.getSQLState() != null && e.getSQLState().startsWith("23")) {
                return; // Somebody shared it in the same moment.
            }
            throw new LedgerUnavailable("a share cannot be stored", e);
        }
    }

    @Override
    public void remove(UUID component, String group) {
        try {
            change("DELETE FROM component_share WHERE component = ? AND shared_with = ?", component, group);
        } catch (SQLException e) {
            throw new LedgerUnavailable("a share cannot be removed", e);
        }
    }

    @Override
    public int sweep() {
        try {
            return change(SWEEP);
        } catch (SQLException e) {
            throw new LedgerUnavailable("shares cannot be swept", e);
        }
    }

    private int change(String sql, Object... parameters) throws SQLException {
        try (Connection connection = database.getConnection()) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (int i = 0; i < parameters.length; i++) {
                    statement.setObject(i + 1, parameters[i]);
                }
                int rows = statement.executeUpdate();
                commit(connection);
                return rows;
            } catch (SQLException e) {
                if (!connection.getAutoCommit()) {
                    connection.rollback();
                }
                throw e;
            }
        }
    }

    private static void commit(Connection connection) throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.commit();
        }
    }
}
