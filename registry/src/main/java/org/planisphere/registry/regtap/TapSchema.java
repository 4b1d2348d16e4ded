package org.planisphere.registry.regtap;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import org.jspecify.annotations.Nullable;
import org.planisphere.registry.adql.Column;
import org.planisphere.registry.adql.Published;
import org.planisphere.registry.adql.Table;

/**
 * Writes what can be queried into the tables that tell it.
 *
 * @see <a href="https://www.ivoa.net/documents/TAP/">TAP 1.1, section 4</a>
 */
final class TapSchema {
    /** From table, to table, columns. */
    private static final String[][] KEYS = {
        {"rr.res_role", "rr.resource", "ivoid"},
        {"rr.res_subject", "rr.resource", "ivoid"},
        {"rr.capability", "rr.resource", "ivoid"},
        {"rr.res_schema", "rr.resource", "ivoid"},
        {"rr.res_table", "rr.resource", "ivoid"},
        {"rr.table_column", "rr.res_table", "ivoid", "table_index"},
        {"rr.interface", "rr.capability", "ivoid", "cap_index"},
        {"rr.intf_param", "rr.interface", "ivoid", "intf_index"},
        {"rr.relationship", "rr.resource", "ivoid"},
        {"rr.validation", "rr.resource", "ivoid"},
        {"rr.res_date", "rr.resource", "ivoid"},
        {"rr.res_detail", "rr.resource", "ivoid"},
        {"rr.alt_identifier", "rr.resource", "ivoid"},
        {"rr.stc_spatial", "rr.resource", "ivoid"},
        {"rr.stc_temporal", "rr.resource", "ivoid"},
        {"rr.stc_spectral", "rr.resource", "ivoid"},
        {Ingest.KINDS, "rr.resource", "ivoid"},
        {"tap_schema.tables", "tap_schema.schemas", "schema_name"},
        {"tap_schema.columns", "tap_schema.tables", "table_name"},
        {"tap_schema.keys", "tap_schema.tables", "from_table>table_name"},
        {"tap_schema.keys", "tap_schema.tables", "target_table>table_name"},
        {"tap_schema.key_columns", "tap_schema.keys", "key_id"},
    };

    private TapSchema() {}

    /** How tables refer to each other; each begins with the two tables, columns of different names have a {@code >}. */
    static String[][] keys() {
        return KEYS.clone();
    }

    static void write(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String table : new String[] {"schemas", "tables", "columns", "keys", "key_columns"}) {
                statement.executeUpdate("DELETE FROM tap_schema." + table);
            }
        }
        int schemas = 0;
        int tables = 0;
        for (Published.Schema schema : Relations.PUBLISHED.schemas()) {
            row(connection, "schemas", schema.name(), schema.utype(), schema.description(), ++schemas);
            for (Table table : schema.tables()) {
                row(
                        connection,
                        "tables",
                        schema.name(),
                        table.name(),
                        table.kind(),
                        table.utype(),
                        table.description(),
                        ++tables);
                int columns = 0;
                for (Column column : table.columns()) {
                    column(connection, table, column, ++columns);
                }
            }
        }
        for (int i = 0; i < KEYS.length; i++) {
            String id = "key" + (i + 1);
            row(connection, "keys", id, KEYS[i][0], KEYS[i][1], null, null);
            for (int j = 2; j < KEYS[i].length; j++) {
                String[] ends = KEYS[i][j].split(">");
                row(connection, "key_columns", id, ends[0], ends[ends.length - 1]);
            }
        }
    }

    private static void column(Connection connection, Table table, Column column, int place) throws SQLException {
        String size = column.type().arraysize();
        row(
                connection,
                "columns",
                table.name(),
                column.name(),
                column.type().datatype(),
                size,
                column.type().xtype(),
                size != null && size.matches("[0-9]+") ? Integer.valueOf(size) : null,
                column.description(),
                column.utype(),
                column.unit(),
                column.ucd(),
                column.indexed() ? 1 : 0,
                column.principal() ? 1 : 0,
                1,
                place);
    }

    private static void row(Connection connection, String table, @Nullable Object... values) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement(Ingest.insert(Relations.table("tap_schema." + table)))) {
            for (int i = 0; i < values.length; i++) {
                if (values[i] instanceof Integer number) {
                    insert.setInt(i + 1, number);
                } else if (values[i] instanceof String text) {
                    insert.setString(i + 1, text);
                } else {
                    Column column =
                            Relations.table("tap_schema." + table).columns().get(i);
                    insert.setNull(i + 1, column.type().number() ? Types.INTEGER : Types.VARCHAR);
                }
            }
            insert.executeUpdate();
        }
    }
}
