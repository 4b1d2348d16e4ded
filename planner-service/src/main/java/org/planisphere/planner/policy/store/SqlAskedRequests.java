package org.planisphere.planner.policy.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.planisphere.planner.ledger.LedgerUnavailable;
import org.planisphere.planner.ledger.Statement;
import org.planisphere.planner.policy.AskedRequest;
import org.planisphere.planner.policy.AskedRequests;
import org.planisphere.planner.session.store.TaskDocuments;

/** Answered requests in a relational database. Thread safe. */
public final class SqlAskedRequests implements AskedRequests {
    private static final String KEEP =
            "INSERT INTO asked_request (id, at, who, member, yes, task) VALUES (?, ?, ?, ?, ?, ?)";

    private final DataSource database;
    private final TaskDocuments tasks = new TaskDocuments();

    public SqlAskedRequests(DataSource database) {
        this.database = database;
    }

    @Override
    public List<Statement> keep(AskedRequest request) {
        return List.of(Statement.of(
                KEEP,
                request.id(),
                request.at(),
                request.who(),
                String.join("\n", request.groups()),
                request.yes(),
                tasks.write(request.task())));
    }

    @Override
    public void each(Instant since, int limit, Consumer<AskedRequest> told) {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT id, at, who, member, yes, task FROM asked_request WHERE at >= ? ORDER BY at, id")) {
                select.setObject(1, since.atOffset(ZoneOffset.UTC));
                select.setMaxRows(limit);
                select.setFetchSize(500);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        String groups = rows.getString(4);
                        told.accept(new AskedRequest(
                                rows.getObject(1, UUID.class),
                                rows.getObject(2, OffsetDateTime.class).toInstant(),
                                rows.getString(3),
                                groups.isEmpty() ? Set.of() : Set.of(groups.split("\n")),
                                rows.getBoolean(5),
                                tasks.read(rows.getString(6))));
                    }
                }
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw new LedgerUnavailable("the answered requests cannot be read", e);
        }
    }

    @Override
    public void forget(Instant before) {
        try (Connection connection = database.getConnection();
                PreparedStatement delete = connection.prepareStatement("DELETE FROM asked_request WHERE at < ?")) {
            delete.setObject(1, before.atOffset(ZoneOffset.UTC));
            delete.executeUpdate();
        } catch (SQLException e) {
            throw new LedgerUnavailable("old requests cannot be forgotten", e);
        }
    }
}
