package org.planisphere.registry.regtap;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.database.Database;
import org.planisphere.registry.adql.Column;
import org.planisphere.registry.adql.Table;
import org.planisphere.registry.adql.Type;
import org.planisphere.registry.resource.Resource;
import org.planisphere.registry.resource.Summary;
import org.planisphere.registry.resource.Xml;
import org.planisphere.registry.store.RecordListener;
import org.w3c.dom.Element;

/**
 * Keeps the relations in step with the records: every change of a record changes its rows in the same transaction. When
 * the rules changed with a new version of this program, everything is made anew. Thread safe.
 */
public final class Ingest implements RecordListener {
    /** To be raised whenever a record would become other rows than before. */
    static final int RULES = 3;

    /** Our own relation, beside those of RegTAP. */
    static final String KINDS = "planners.executable_kind";

    private static final System.Logger LOG = System.getLogger(Ingest.class.getName());
    /** Records made anew in one transaction. */
    private static final int PAGE = 200;
    /** Identifiers in one statement. */
    private static final int AT_ONCE = 100;

    /** Every relation that is filled, with the statement that does it. */
    private static final Map<String, String> INSERTS = inserts();

    private final Database database;
    private final RelationIndexes indexes;
    /** Harvests that bring many records now. */
    private final AtomicInteger filling = new AtomicInteger();

    private volatile Progress progress = Progress.NOTHING;
    private volatile boolean stopped;

    public Ingest(Database database) {
        this.database = database;
        this.indexes = new RelationIndexes(database);
    }

    /**
     * How far making everything anew has come.
     *
     * @param all records there were when it began
     */
    public record Progress(long done, long all) {
        /** All is as the rules want it. */
        public static final Progress NOTHING = new Progress(0, 0);

        public boolean over() {
            return all == 0;
        }
    }

    @Override
    public Prepared prepare(String ivoid, Element root) {
        Rows rows = new Rows();
        RecordReader.read(ivoid, root, rows);
        return rows;
    }

    @Override
    public void manyAreComing() {
        if (filling.getAndIncrement() == 0) {
            indexes.drop();
        }
    }

    @Override
    public @Nullable String manyHaveCome() {
        return filling.decrementAndGet() > 0 ? null : makeUp();
    }

    @Override
    public @Nullable String makeUp() {
        if (filling.get() > 0) {
            return "another harvest fills the registry";
        }
        try {
            indexes.make();
            return null;
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.WARNING, "the relations lack indexes, queries take long: " + e.getMessage());
            return String.valueOf(e.getMessage());
        }
    }

    @Override
    public void changed(Connection connection, Collection<Changed> records) throws SQLException {
        List<String> gone = new ArrayList<>();
        List<Rows> rows = new ArrayList<>();
        for (Changed record : records) {
            if (!record.fresh()) {
                gone.add(record.ivoid());
            }
            if (record.active()) {
                Rows all = record.prepared() instanceof Rows ready ? ready : read(record);
                for (String kind : record.kinds()) {
                    all.add(KINDS, record.ivoid(), kind, Resource.lastOf(kind));
                }
                rows.add(all);
            }
        }
        delete(connection, gone);
        insert(connection, rows);
    }

    /** How far making everything anew has come; what is not done yet is as the rules before wanted it. */
    public Progress progress() {
        return progress;
    }

    /** Makes {@link #bringUpToDate} return soon; the next one goes on there. */
    public void stop() {
        stopped = true;
    }

    /** Whether all indexes are there; {@link #bringUpToDate} makes those that are missing. */
    public boolean indexed() throws SQLException {
        return indexes.complete();
    }

    /** How many records are still to be made anew. */
    public long left() throws SQLException {
        String from = begin();
        long left = from == null ? 0 : after(from);
        progress = new Progress(0, left);
        return left;
    }

    private long after(String ivoid) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                PreparedStatement count =
                        connection.prepareStatement("SELECT COUNT(*) FROM registry_record WHERE ivoid > ?")) {
            count.setString(1, ivoid);
            try (ResultSet found = count.executeQuery()) {
                return found.next() ? found.getLong(1) : 0;
            }
        }
    }

    /**
     * Makes the indexes that a killed process left out, and everything anew if the rules are not the ones it was made by; goes on where an earlier attempt was left.
     * Blocks for as long as that takes, a few milliseconds a record. Other threads may change records meanwhile.
     *
     * @return how many records were read
     */
    public int bringUpToDate() throws SQLException {
        if (filling.get() == 0) {
            indexes.make();
        }
        String from = begin();
        if (from == null) {
            progress = Progress.NOTHING;
            return 0;
        }
        long wanted = Math.max(1, after(from));
        int all = 0;
        for (String at = from; ; ) {
            if (stopped) {
                return all;
            }
            List<Changed> page = page(at);
            all += page.size();
            progress = new Progress(Math.min(all, wanted), wanted);
            if (page.size() < PAGE) {
                progress = Progress.NOTHING;
                LOG.log(System.Logger.Level.INFO, "the relations of " + all + " records were made by rules " + RULES);
                return all;
            }
            at = page.get(page.size() - 1).ivoid();
        }
    }

    /** Makes everything anew at the next {@link #bringUpToDate()}. */
    public void forget() throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                PreparedStatement update =
                        connection.prepareStatement("UPDATE rr.ingest_state SET rules = 0, done_until = NULL")) {
            update.executeUpdate();
        }
    }

    /** Where to go on; null when there is nothing to do. */
    private @Nullable String begin() throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement state = connection.prepareStatement(
                            "SELECT rules, done_until FROM rr.ingest_state WHERE id = 1 FOR UPDATE");
                    ResultSet found = state.executeQuery()) {
                if (!found.next()) {
                    throw new SQLException("rr.ingest_state is empty");
                }
                String until = found.getString(2);
                if (found.getInt(1) == RULES) {
                    connection.rollback();
                    return until;
                }
                TapSchema.write(connection);
                state(connection, "");
                connection.commit();
                return "";
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    private static void state(Connection connection, @Nullable String until) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE rr.ingest_state SET rules = ?, done_until = ? WHERE id = 1")) {
            update.setInt(1, RULES);
            update.setString(2, until);
            update.executeUpdate();
        }
    }

    private List<Changed> page(String after) throws SQLException {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            try {
                List<Changed> records = new ArrayList<>();
                // Locked, so that whoever changes one of them writes its rows after us.
                try (PreparedStatement select = connection.prepareStatement(
                        "SELECT ivoid, status, record, summary FROM registry_record WHERE ivoid > ? ORDER BY ivoid LIMIT "
                                + PAGE
                                + " FOR UPDATE")) {
                    select.setString(1, after);
                    try (ResultSet found = select.executeQuery()) {
                        while (found.next()) {
                            records.add(new Changed(
                                    found.getString(1),
                                    "active".equals(found.getString(2)),
                                    found.getString(3),
                                    false,
                                    Summary.kinds(found.getString(4)),
                                    null));
                        }
                    }
                }
                changed(connection, records);
                state(
                        connection,
                        records.size() < PAGE
                                ? null
                                : records.get(records.size() - 1).ivoid());
                connection.commit();
                return records;
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    private static Rows read(Changed record) {
        Rows rows = new Rows();
        try {
            RecordReader.read(
                    record.ivoid(),
                    Xml.parse(record.xml().getBytes(StandardCharsets.UTF_8)).getDocumentElement(),
                    rows);
        } catch (Xml.Unreadable e) {
            // Stored records were read before; one that cannot be is no reason to keep the others out.
            LOG.log(System.Logger.Level.WARNING, "no relations of " + record.ivoid() + ": " + e.getMessage());
        }
        return rows;
    }

    private static void delete(Connection connection, List<String> ivoids) throws SQLException {
        for (int from = 0; from < ivoids.size(); from += AT_ONCE) {
            List<String> some = ivoids.subList(from, Math.min(ivoids.size(), from + AT_ONCE));
            String these = " WHERE ivoid IN (" + "?, ".repeat(some.size() - 1) + "?)";
            for (String relation : INSERTS.keySet()) {
                try (PreparedStatement delete = connection.prepareStatement("DELETE FROM " + relation + these)) {
                    for (int i = 0; i < some.size(); i++) {
                        delete.setString(i + 1, some.get(i));
                    }
                    delete.executeUpdate();
                }
            }
        }
    }

    private static void insert(Connection connection, List<Rows> records) throws SQLException {
        for (Map.Entry<String, String> relation : INSERTS.entrySet()) {
            List<@Nullable Object[]> all = new ArrayList<>();
            records.forEach(rows -> all.addAll(rows.of(relation.getKey())));
            if (all.isEmpty()) {
                continue;
            }
            Table table = relation.getKey().equals(CoverageReader.SPANS) ? null : Relations.table(relation.getKey());
            try (PreparedStatement insert = connection.prepareStatement(relation.getValue())) {
                for (@Nullable Object[] row : all) {
                    for (int i = 0; i < row.length; i++) {
                        set(
                                insert,
                                i + 1,
                                row[i],
                                table == null ? null : table.columns().get(i));
                    }
                    insert.addBatch();
                }
                insert.executeBatch();
            }
        }
    }

    private static void set(PreparedStatement insert, int at, @Nullable Object value, @Nullable Column column)
            throws SQLException {
        if (value instanceof String text) {
            insert.setString(at, column != null && column.indexed() ? Widths.cut(column, text) : text);
        } else if (value instanceof Integer number) {
            insert.setInt(at, number);
        } else if (value instanceof Long number) {
            insert.setLong(at, number);
        } else if (value instanceof Double number) {
            insert.setDouble(at, number);
        } else {
            insert.setNull(at, sqlType(column == null ? Type.TEXT : column.type()));
        }
    }

    private static int sqlType(Type type) {
        return switch (type) {
            case INT -> Types.INTEGER;
            case FLOAT, DOUBLE -> Types.DOUBLE;
            default -> Types.VARCHAR;
        };
    }

    private static Map<String, String> inserts() {
        Map<String, String> inserts = new LinkedHashMap<>();
        for (Table table : Relations.PUBLISHED.tables().values()) {
            if (!table.schema().equals("tap_schema") && table.kind().equals("table")) {
                inserts.put(table.name(), insert(table));
            }
        }
        inserts.put(
                CoverageReader.SPANS,
                "INSERT INTO " + CoverageReader.SPANS + " (ivoid, first_pixel, end_pixel) VALUES (?, ?, ?)");
        return inserts;
    }

    static String insert(Table table) {
        List<String> names = table.columns().stream().map(Column::sqlName).toList();
        return "INSERT INTO " + table.name() + " (" + String.join(", ", names) + ") VALUES ("
                + "?, ".repeat(names.size() - 1) + "?)";
    }
}
