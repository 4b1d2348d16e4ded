package org.planisphere.registry.regtap;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.planisphere.foundation.database.Database;

/**
 * The indexes of the relations besides the keys. Writing a row of a relation into its indexes costs twice what the row
 * costs, making an index of all rows at once little: while a registry is filled for the first time there are none.
 *
 * <p>Which are missing is read from the database, so nothing is to be remembered over a kill. Queries are right without
 * them, and slow.
 */
final class RelationIndexes {
    /** As the migrations make them; by name, what they are on. */
    private static final Map<String, String> ALL = all();

    private static final System.Logger LOG = System.getLogger(RelationIndexes.class.getName());

    private final Database database;

    RelationIndexes(Database database) {
        this.database = database;
    }

    /** Leaves them out until {@link #make}. Where somebody uses a relation for longer than a moment, they stay. */
    void drop() {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            try {
                if (database.postgres()) {
                    statement.execute("SET LOCAL lock_timeout = '2s'");
                }
                for (String name : ALL.keySet()) {
                    statement.execute("DROP INDEX IF EXISTS rr." + name);
                }
                connection.commit();
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.INFO, "the relations keep their indexes meanwhile: " + e.getMessage());
        }
    }

    /** Makes those that are missing; returns at once when none is. Blocks for seconds at fifty thousand records. */
    void make() throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            for (String name : missing(statement)) {
                try {
                    statement.execute("CREATE INDEX " + name + " ON " + ALL.get(name));
                } catch (SQLException e) {
                    // Another node may have made it meanwhile.
                    if (missing(statement).contains(name)) {
                        throw e;
                    }
                }
            }
        }
    }

    boolean complete() throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            return missing(statement).isEmpty();
        }
    }

    private List<String> missing(Statement statement) throws SQLException {
        Set<String> there = new HashSet<>();
        String question = database.postgres()
                ? "SELECT indexname FROM pg_indexes WHERE schemaname = 'rr'"
                : "SELECT index_name FROM information_schema.indexes WHERE index_schema = 'RR'";
        try (ResultSet found = statement.executeQuery(question)) {
            while (found.next()) {
                there.add(found.getString(1).toLowerCase(Locale.ROOT));
            }
        }
        List<String> missing = new ArrayList<>(ALL.keySet());
        missing.removeAll(there);
        return missing;
    }

    private static Map<String, String> all() {
        Map<String, String> all = new LinkedHashMap<>();
        for (String line : """
                res_role_ivoid rr.res_role (ivoid)
                res_subject_ivoid rr.res_subject (ivoid)
                res_subject_subject rr.res_subject (res_subject)
                capability_ivoid rr.capability (ivoid, cap_index)
                capability_standard rr.capability (standard_id)
                res_schema_ivoid rr.res_schema (ivoid, schema_index)
                res_table_ivoid rr.res_table (ivoid, table_index)
                res_table_utype rr.res_table (table_utype)
                table_column_ivoid rr.table_column (ivoid, table_index)
                table_column_ucd rr.table_column (ucd)
                interface_ivoid rr.interface (ivoid, cap_index)
                intf_param_ivoid rr.intf_param (ivoid, intf_index)
                relationship_ivoid rr.relationship (ivoid)
                relationship_related rr.relationship (related_id)
                validation_ivoid rr.validation (ivoid)
                res_date_ivoid rr.res_date (ivoid)
                res_detail_ivoid rr.res_detail (ivoid)
                res_detail_xpath rr.res_detail (detail_xpath)
                alt_identifier_ivoid rr.alt_identifier (ivoid)
                alt_identifier_other rr.alt_identifier (alt_identifier)
                stc_spatial_ivoid rr.stc_spatial (ivoid)
                stc_temporal_ivoid rr.stc_temporal (ivoid)
                stc_spectral_ivoid rr.stc_spectral (ivoid)
                spatial_span_ivoid rr.spatial_span (ivoid, first_pixel)
                """.split("\n")) {
            int blank = line.indexOf(' ');
            all.put(line.substring(0, blank), line.substring(blank + 1));
        }
        return all;
    }
}
