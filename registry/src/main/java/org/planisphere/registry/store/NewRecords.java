package org.planisphere.registry.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes rows of records by the hundred. {@link RecordRow} says what the columns are; a test compares both ways. */
final class NewRecords {
    private static final String INSERT = "INSERT INTO registry_record (ivoid, identifier, authority, status, created,"
            + " updated, managed, origin, source, source_run, type, title, short_name, description, record, faults,"
            + " capabilities_url, availability, checked, stale, summary, revision) VALUES (" + "?, ".repeat(21) + "?)";

    private NewRecords() {}

    static void insert(Connection connection, List<RecordRow> rows) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            for (RecordRow row : rows) {
                insert.setString(1, row.ivoid);
                insert.setString(2, row.identifier);
                insert.setString(3, row.authority);
                insert.setString(4, row.status);
                insert.setObject(5, row.created);
                insert.setObject(6, row.updated);
                insert.setBoolean(7, row.managed);
                insert.setString(8, row.origin);
                text(insert, 9, row.source);
                if (row.sourceRun == null) {
                    insert.setNull(10, Types.BIGINT);
                } else {
                    insert.setLong(10, row.sourceRun);
                }
                insert.setString(11, row.type);
                insert.setString(12, row.title);
                text(insert, 13, row.shortName);
                text(insert, 14, row.description);
                insert.setString(15, row.record);
                text(insert, 16, row.faults);
                text(insert, 17, row.capabilitiesUrl);
                insert.setString(18, row.availability);
                if (row.checked == null) {
                    insert.setNull(19, Types.TIMESTAMP_WITH_TIMEZONE);
                } else {
                    insert.setObject(19, row.checked);
                }
                insert.setBoolean(20, row.stale);
                insert.setString(21, row.summary);
                insert.setLong(22, row.revision);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static void text(PreparedStatement insert, int at, @Nullable String text) throws SQLException {
        if (text == null) {
            insert.setNull(at, Types.VARCHAR);
        } else {
            insert.setString(at, text);
        }
    }
}
