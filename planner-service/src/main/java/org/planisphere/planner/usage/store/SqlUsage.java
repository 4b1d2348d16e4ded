package org.planisphere.planner.usage.store;

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
import org.jspecify.annotations.Nullable;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.LedgerUnavailable;
import org.planisphere.planner.ledger.Statement;
import org.planisphere.planner.usage.UsageFilter;
import org.planisphere.planner.usage.UsageRecord;
import org.planisphere.planner.usage.UsageStore;

/** Usage records in a relational database. Thread safe. */
public final class SqlUsage implements UsageStore {
    private static final String COLUMNS = "session, owner, grant_id, paying_group, policy, platform, kind, name, phase,"
            + " accepted, began, ended, cores, memory, storage, accelerators, seconds, cpu_seconds, peak_memory,"
            + " storage_used, moved, moved_in, moved_out, energy, currency, quoted, cost";
    private static final String TIME = "CAST(? AS TIMESTAMP(6) WITH TIME ZONE)";
    private static final String TEXT = "CAST(? AS VARCHAR)";
    private static final String NUMBER = "CAST(? AS BIGINT)";
    private static final String REAL = "CAST(? AS DOUBLE PRECISION)";
    // An end that comes second is refused as stale, which must not fail the whole batch.
    private static final String KEEP = "INSERT INTO usage_record (" + COLUMNS + ") SELECT CAST(? AS UUID), "
            + String.join(
                    ", ", TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TIME, TIME, TIME, NUMBER, NUMBER, NUMBER,
                    NUMBER, REAL, REAL, NUMBER, NUMBER, NUMBER, NUMBER, NUMBER, REAL, TEXT, REAL, REAL)
            + " WHERE NOT EXISTS (SELECT 1 FROM usage_record u WHERE u.session = ?)";

    private final DataSource database;

    public SqlUsage(DataSource database) {
        this.database = database;
    }

    @Override
    public List<Statement> keep(UsageRecord record) {
        return List.of(Statement.of(
                KEEP,
                record.session(),
                record.owner(),
                record.grant(),
                record.group(),
                record.policy(),
                record.platform(),
                record.kind(),
                short255(record.name()),
                record.phase(),
                record.accepted(),
                record.began(),
                record.ended(),
                record.granted().cores(),
                record.granted().memory(),
                record.granted().storage(),
                record.granted().accelerators(),
                record.seconds(),
                record.cpuSeconds(),
                record.peakMemory(),
                record.storageUsed(),
                record.moved(),
                record.movedIn(),
                record.movedOut(),
                record.energy(),
                record.currency(),
                record.quoted(),
                record.cost(),
                record.session()));
    }

    @Override
    public List<UsageRecord> list(UsageFilter filter) {
        StringBuilder sql = new StringBuilder("SELECT " + COLUMNS + " FROM usage_record WHERE 1 = 1");
        List<Object> parameters = new ArrayList<>();
        and(sql, parameters, " AND owner = ?", filter.owner());
        and(sql, parameters, " AND paying_group = ?", filter.group());
        and(sql, parameters, " AND ended >= ?", filter.since());
        and(sql, parameters, " AND ended < ?", filter.until());
        if (filter.after() != null) {
            sql.append(" AND ended <= ? AND (ended < ? OR session < ?)");
            parameters.add(filter.after().created());
            parameters.add(filter.after().created());
            parameters.add(filter.after().id());
        }
        sql.append(" ORDER BY ended DESC, session DESC");
        return select(sql.toString(), parameters, filter.limit());
    }

    @Override
    public List<UsageRecord> endedSince(Instant since, @Nullable UUID after, int limit) {
        StringBuilder sql = new StringBuilder("SELECT " + COLUMNS + " FROM usage_record WHERE ended >= ?");
        List<Object> parameters = new ArrayList<>(List.of(since));
        if (after != null) {
            sql.append(" AND (ended > ? OR session > ?)");
            parameters.add(since);
            parameters.add(after);
        }
        sql.append(" ORDER BY ended, session");
        return select(sql.toString(), parameters, limit);
    }

    private List<UsageRecord> select(String sql, List<Object> parameters, int limit) {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.size(); i++) {
                Object value = parameters.get(i);
                select.setObject(i + 1, value instanceof Instant instant ? at(instant) : value);
            }
            select.setMaxRows(limit);
            List<UsageRecord> records = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    records.add(record(rows));
                }
            }
            return records;
        } catch (SQLException e) {
            throw new LedgerUnavailable("the usage records cannot be read", e);
        }
    }

    private static void and(StringBuilder sql, List<Object> parameters, String condition, @Nullable Object value) {
        if (value != null) {
            sql.append(condition);
            parameters.add(value);
        }
    }

    private static UsageRecord record(ResultSet rows) throws SQLException {
        Instant began = rows.getObject(11) == null ? null : instant(rows, 11);
        return new UsageRecord(
                rows.getObject(1, UUID.class),
                rows.getString(2),
                rows.getString(3),
                rows.getString(4),
                rows.getString(5),
                rows.getString(6),
                rows.getString(7),
                rows.getString(8),
                rows.getString(9),
                instant(rows, 10),
                began,
                instant(rows, 12),
                new Amounts(rows.getLong(13), rows.getLong(14), rows.getLong(15), rows.getLong(16), 1),
                rows.getDouble(17),
                rows.getObject(18, Double.class),
                rows.getObject(19, Long.class),
                rows.getObject(20, Long.class),
                rows.getObject(21, Long.class),
                rows.getObject(22, Long.class),
                rows.getObject(23, Long.class),
                rows.getObject(24, Double.class),
                rows.getString(25),
                rows.getDouble(26),
                rows.getDouble(27));
    }

    private static Instant instant(ResultSet rows, int column) throws SQLException {
        return rows.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }

    private static @Nullable String short255(@Nullable String name) {
        return name == null || name.length() <= 255 ? name : name.substring(0, 254) + "…";
    }
}
