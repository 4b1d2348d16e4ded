package org.planisphere.foundation.rest;

import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.digest.Sha256;

/**
 * Remembers the answers to calls with an {@code Idempotency-Key}: the same key and body get the same answer, another body
 * under the same key is refused (422), and a twin that arrives while the first is under way is told so (409). A call that
 * was cut by a crash may be made again after {@link #ABANDONED}. Thread safe, and right between planners on one database:
 * the primary key is the arbiter.
 *
 * @see <a href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/">The Idempotency-Key HTTP
 *     Header Field</a>
 */
public final class Idempotency {
    /** After this time a call without an answer is taken to have died with its planner. */
    public static final Duration ABANDONED = Duration.ofMinutes(1);

    private static final int LONGEST_KEY = 255;

    private final DataSource database;
    private final Duration kept;

    /** @param kept how long an answer is remembered, above zero */
    public Idempotency(DataSource database, Duration kept) {
        this.database = database;
        this.kept = kept;
    }

    /**
     * Answers by the supplier, or by what it answered before.
     *
     * @param key as the caller sent it; null or blank answers by the supplier
     * @param caller whose key it is: keys of different callers never meet
     * @param call method and address, part of what must be the same
     * @param body of the call
     * @throws ProblemException KEY_REUSED, TWIN_UNDER_WAY or INVALID_PARAMETER
     */
    public Response answer(@Nullable String key, String caller, String call, byte[] body, Supplier<Response> supplier) {
        return answer(key, caller, call, body, mark -> supplier.get());
    }

    /**
     * As {@link #answer(String, String, String, byte[], Supplier)}, for a call whose change is stored in one transaction:
     * when the answer is stored with the change, a planner killed in between leaves both or neither.
     *
     * @param answers is given the mark of the key, or null when the caller sent none
     */
    public Response answer(
            @Nullable String key, String caller, String call, byte[] body, Function<@Nullable Mark, Response> answers) {
        if (key == null || key.isBlank()) {
            return answers.apply(null);
        }
        if (key.length() > LONGEST_KEY) {
            throw new ProblemException(ProblemType.INVALID_PARAMETER, "An idempotency key has at most 255 characters.");
        }
        String id = hash((caller + '\n' + key).getBytes(StandardCharsets.UTF_8));
        String hash = hash(call.getBytes(StandardCharsets.UTF_8), body);
        try {
            Response remembered = begin(id, hash);
            if (remembered != null) {
                return remembered;
            }
        } catch (SQLException e) {
            throw new StorageUnavailable(e);
        }
        boolean kept = false;
        try {
            Response answer = answers.apply(new Mark(id));
            finish(id, answer);
            kept = true;
            return answer;
        } finally {
            if (!kept) {
                forget(id);
            }
        }
    }

    /** Removes what is older than the time answers are kept; returns how many. */
    public int sweep(Instant now) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement delete = connection.prepareStatement("DELETE FROM idempotency WHERE created < ?")) {
            delete.setTimestamp(1, Timestamp.from(now.minus(kept)));
            int swept = delete.executeUpdate();
            commit(connection);
            return swept;
        }
    }

    /**
     * A key whose call has no answer yet: the statement that gives it one, for the transaction that makes the change.
     * When it changes no row, another call has taken the key over and the change must not be made.
     */
    public record Mark(String id) {
        public static final String SQL = "UPDATE idempotency SET status = ?, location = ?, media_type = ?, document = ?"
                + " WHERE caller_key = ? AND status IS NULL";

        /** In the order of {@link #SQL}. */
        public List<@Nullable Object> parameters(Response answer) {
            return Arrays.asList(
                    answer.getStatus(),
                    answer.getLocation() == null ? null : answer.getLocation().toString(),
                    answer.getMediaType() == null ? null : answer.getMediaType().toString(),
                    text(answer.getEntity()),
                    id);
        }

        private static @Nullable String text(@Nullable Object entity) {
            return entity instanceof byte[] bytes
                    ? new String(bytes, StandardCharsets.UTF_8)
                    : entity instanceof String text ? text : null;
        }
    }

    private @Nullable Response begin(String id, String hash) throws SQLException {
        try (Connection connection = database.getConnection()) {
            if (insert(connection, id, hash)) {
                return null;
            }
            try (PreparedStatement select = connection.prepareStatement(
                    "SELECT body_hash, status, location, media_type, document FROM idempotency WHERE caller_key = ?")) {
                select.setString(1, id);
                try (ResultSet row = select.executeQuery()) {
                    if (!row.next()) {
                        throw twin();
                    }
                    if (!row.getString(1).equals(hash)) {
                        throw new ProblemException(
                                ProblemType.KEY_REUSED, "This Idempotency-Key was sent before with something else.");
                    }
                    int status = row.getInt(2);
                    if (!row.wasNull()) {
                        return replay(status, row.getString(3), row.getString(4), row.getString(5));
                    }
                }
            }
            if (takeOver(connection, id)) {
                return null;
            }
            throw twin();
        }
    }

    private static ProblemException twin() {
        return new ProblemException(ProblemType.TWIN_UNDER_WAY, "The first call with this key has no answer yet.")
                .with("Retry-After", "1");
    }

    private static boolean insert(Connection connection, String id, String hash) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO idempotency (caller_key, body_hash, created) VALUES (?, ?, CURRENT_TIMESTAMP)")) {
            insert.setString(1, id);
            insert.setString(2, hash);
            insert.executeUpdate();
            commit(connection);
            return true;
        } catch (SQLException e) {
            rollback(connection);
            if (e.getSQLState() != null && e.getSQLState().startsWith("23")) {
                return false;
            }
            throw e;
        }
    }

    private static boolean takeOver(Connection connection, String id) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE idempotency SET created = CURRENT_TIMESTAMP WHERE caller_key = ? AND status IS NULL AND created < ?")) {
            update.setString(1, id);
            update.setTimestamp(2, Timestamp.from(Instant.now().minus(ABANDONED)));
            boolean taken = update.executeUpdate() == 1;
            commit(connection);
            return taken;
        }
    }

    private void finish(String id, Response answer) {
        if (answer.getStatus() >= 500) {
            forget(id);
            return;
        }
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement(Mark.SQL)) {
            List<@Nullable Object> parameters = new Mark(id).parameters(answer);
            for (int i = 0; i < parameters.size(); i++) {
                update.setObject(i + 1, parameters.get(i));
            }
            // Changes nothing when the answer was stored with the change already.
            update.executeUpdate();
            commit(connection);
        } catch (SQLException e) {
            throw new StorageUnavailable(e);
        }
    }

    private void forget(String id) {
        try (Connection connection = database.getConnection();
                PreparedStatement delete = connection.prepareStatement(
                        "DELETE FROM idempotency WHERE caller_key = ? AND status IS NULL")) {
            delete.setString(1, id);
            delete.executeUpdate();
            commit(connection);
        } catch (SQLException stays) {
            // The row is taken over after ABANDONED; the caller has an answer all the same.
            return;
        }
    }

    private static Response replay(
            int status, @Nullable String location, @Nullable String mediaType, @Nullable String document) {
        Response.ResponseBuilder answer = Response.status(status).header("Idempotent-Replayed", "true");
        if (location != null) {
            answer.header("Location", location);
        }
        if (document != null) {
            answer.entity(document.getBytes(StandardCharsets.UTF_8)).type(mediaType);
        }
        return answer.build();
    }

    private static void commit(Connection connection) throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.commit();
        }
    }

    private static void rollback(Connection connection) throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.rollback();
        }
    }

    private static String hash(byte[]... parts) {
        MessageDigest digest = Sha256.begin();
        for (byte[] part : parts) {
            digest.update(part);
            digest.update((byte) 0);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The storage did not take a key. */
    private static final class StorageUnavailable extends RuntimeException implements AnyProblemMapper.Unavailable {
        private static final long serialVersionUID = 1L;

        StorageUnavailable(SQLException cause) {
            super(cause);
        }
    }
}
