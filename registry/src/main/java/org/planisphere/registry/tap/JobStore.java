package org.planisphere.registry.tap;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.database.Database;

/** Keeps jobs. Every call is a transaction of its own; changes of phase are made only from the phase expected. */
final class JobStore {
    private static final String COLUMNS =
            "id, owner, phase, form, created, started, ended, destruction, seconds, error";

    private final Database database;
    private final String node;

    /** @param node whose jobs are begun again after a restart: the results are in its folder */
    JobStore(Database database, String node) {
        this.database = database;
        this.node = node;
    }

    void insert(Job job) throws SQLException {
        update(
                "INSERT INTO tap_job (" + COLUMNS + ", node) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                job.id(),
                job.owner(),
                job.phase().name(),
                job.form(),
                job.created(),
                job.started(),
                job.ended(),
                job.destruction(),
                job.seconds(),
                job.error(),
                node);
    }

    Optional<Job> find(String id) throws SQLException {
        return select("SELECT " + COLUMNS + " FROM tap_job WHERE id = ?", id).stream()
                .findFirst();
    }

    /** The jobs of somebody, the newest first. */
    List<Job> list(String owner, Set<Job.Phase> phases, @Nullable Instant after, int last) throws SQLException {
        List<@Nullable Object> values = new ArrayList<>(List.of(owner));
        StringBuilder sql = new StringBuilder("SELECT " + COLUMNS + " FROM tap_job WHERE owner = ?");
        if (!phases.isEmpty()) {
            sql.append(" AND phase IN (")
                    .append("?, ".repeat(phases.size() - 1))
                    .append("?)");
            phases.forEach(phase -> values.add(phase.name()));
        }
        if (after != null) {
            sql.append(" AND created > ?");
            values.add(after);
        }
        return select(sql + " ORDER BY created DESC, id LIMIT " + last, values.toArray());
    }

    int count() throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                PreparedStatement count = connection.prepareStatement("SELECT COUNT(*) FROM tap_job");
                ResultSet found = count.executeQuery()) {
            return found.next() ? found.getInt(1) : 0;
        }
    }

    /** Jobs of this node that were at work when it ended. */
    List<Job> left() throws SQLException {
        return select(
                "SELECT " + COLUMNS + " FROM tap_job WHERE node = ? AND phase IN ('QUEUED', 'EXECUTING')"
                        + " ORDER BY created",
                node);
    }

    List<Job> expired(Instant now) throws SQLException {
        return select("SELECT " + COLUMNS + " FROM tap_job WHERE node = ? AND destruction < ?", node, now);
    }

    /** @return whether it was in one of the phases it may come from */
    boolean move(String id, Set<Job.Phase> from, Job.Phase to, @Nullable Instant at, @Nullable String error)
            throws SQLException {
        String time = to == Job.Phase.EXECUTING ? ", started = ?" : to.ended() ? ", ended = ?" : ", started = ?";
        List<@Nullable Object> values = new ArrayList<>();
        values.add(to.name());
        values.add(error);
        values.add(at);
        values.add(id);
        from.forEach(phase -> values.add(phase.name()));
        return update(
                        "UPDATE tap_job SET phase = ?, error = ?" + time + " WHERE id = ? AND phase IN ("
                                + "?, ".repeat(from.size() - 1) + "?)",
                        values.toArray())
                == 1;
    }

    boolean form(String id, String form) throws SQLException {
        return update("UPDATE tap_job SET form = ? WHERE id = ? AND phase = 'PENDING'", form, id) == 1;
    }

    boolean seconds(String id, int seconds) throws SQLException {
        return update("UPDATE tap_job SET seconds = ? WHERE id = ? AND phase = 'PENDING'", seconds, id) == 1;
    }

    void destruction(String id, Instant destruction) throws SQLException {
        update("UPDATE tap_job SET destruction = ? WHERE id = ?", destruction, id);
    }

    void delete(String id) throws SQLException {
        update("DELETE FROM tap_job WHERE id = ?", id);
    }

    private int update(String sql, @Nullable Object... values) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                PreparedStatement update = connection.prepareStatement(sql)) {
            set(update, values);
            return update.executeUpdate();
        }
    }

    private List<Job> select(String sql, @Nullable Object... values) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                PreparedStatement select = connection.prepareStatement(sql)) {
            set(select, values);
            List<Job> jobs = new ArrayList<>();
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    jobs.add(new Job(
                            found.getString(1),
                            found.getString(2),
                            Job.Phase.valueOf(found.getString(3)),
                            found.getString(4),
                            Objects.requireNonNull(at(found, 5)),
                            at(found, 6),
                            at(found, 7),
                            Objects.requireNonNull(at(found, 8)),
                            found.getInt(9),
                            found.getString(10)));
                }
            }
            return jobs;
        }
    }

    private static void set(PreparedStatement statement, @Nullable Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            if (value instanceof Instant instant) {
                statement.setObject(i + 1, instant.atOffset(ZoneOffset.UTC));
            } else {
                statement.setObject(i + 1, value);
            }
        }
    }

    private static @Nullable Instant at(ResultSet found, int column) throws SQLException {
        OffsetDateTime time = found.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
