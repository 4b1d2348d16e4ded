package org.planisphere.planner.federation;

import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

/**
 * How well other planners have kept their word, remembered beyond a restart. Of a planner that was not heard of for a
 * quarter of a year nothing is remembered. Where several planners share one database, each measures for itself and the
 * last that wrote is what the next start begins with. A database that does not answer costs nothing but memory of the
 * last minute. Thread safe.
 */
final class Reputations {
    private static final System.Logger LOG = System.getLogger(Reputations.class.getName());
    private static final Duration REMEMBERED = Duration.ofDays(90);
    private static final int LONGEST_ADDRESS = 1000;

    private final DataSource database;
    private final Map<URI, Reputation> known = new ConcurrentHashMap<>();

    Reputations(DataSource database) {
        this.database = database;
    }

    /** The reputation of the planner with this address. */
    Reputation of(URI base) {
        return known.computeIfAbsent(base, unknown -> new Reputation());
    }

    /** Keeps what was seen since this was called last. Blocks on the database. */
    void keep(Instant now) {
        try (Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement(
                        "UPDATE federation_reputation SET good = ?, bad = ?, seen = ? WHERE planner = ?");
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO federation_reputation (good, bad, seen, planner) VALUES (?, ?, ?, ?)")) {
            for (Map.Entry<URI, Reputation> entry : known.entrySet()) {
                Optional<Reputation.Sums> sums = entry.getKey().toString().length() > LONGEST_ADDRESS
                        ? Optional.empty()
                        : entry.getValue().changed();
                if (sums.isPresent() && write(update, entry.getKey(), sums.get(), now) == 0) {
                    write(insert, entry.getKey(), sums.get(), now);
                }
            }
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.DEBUG, "reliability is kept later: " + e.getMessage());
        }
    }

    private static int write(PreparedStatement statement, URI base, Reputation.Sums sums, Instant now)
            throws SQLException {
        statement.setDouble(1, sums.good());
        statement.setDouble(2, sums.bad());
        statement.setTimestamp(3, Timestamp.from(now));
        statement.setString(4, base.toString());
        return statement.executeUpdate();
    }

    /** Takes them as they were kept. Blocks on the database. */
    void read(Instant now) {
        try (Connection connection = database.getConnection();
                PreparedStatement forget =
                        connection.prepareStatement("DELETE FROM federation_reputation WHERE seen < ?");
                PreparedStatement select =
                        connection.prepareStatement("SELECT planner, good, bad FROM federation_reputation")) {
            forget.setTimestamp(1, Timestamp.from(now.minus(REMEMBERED)));
            forget.executeUpdate();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    known.put(
                            URI.create(rows.getString(1)),
                            new Reputation(new Reputation.Sums(rows.getDouble(2), rows.getDouble(3))));
                }
            }
            if (!connection.getAutoCommit()) {
                connection.commit();
            }
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.WARNING, "what was known of other planners is not read: " + e.getMessage());
        }
    }
}
