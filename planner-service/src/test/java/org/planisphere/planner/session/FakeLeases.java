package org.planisphere.planner.session;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** Leases in memory by a clock that a test turns; the fence stands in the table, where the changes look for it. */
final class FakeLeases implements Leases {
    private final Supplier<Instant> clock;
    private final DataSource database;
    private final Map<String, Lease> held = new HashMap<>();

    FakeLeases(DataSource database, Supplier<Instant> clock) {
        this.database = database;
        this.clock = clock;
    }

    @Override
    public synchronized Optional<Lease> take(String platform, String node, Duration length) {
        Lease now = held.get(platform);
        if (now != null && !now.node().equals(node) && clock.get().isBefore(now.until())) {
            return Optional.empty();
        }
        return Optional.of(put(new Lease(
                platform, node, now == null ? 1 : now.fence() + 1, clock.get().plus(length))));
    }

    @Override
    public synchronized Optional<Lease> renew(Lease lease, Duration length) {
        Lease now = held.get(lease.platform());
        return now == null || now.fence() != lease.fence()
                ? Optional.empty()
                : Optional.of(put(new Lease(
                        lease.platform(),
                        lease.node(),
                        lease.fence(),
                        clock.get().plus(length))));
    }

    @Override
    public synchronized void giveBack(Lease lease) {
        Lease now = held.get(lease.platform());
        if (now != null && now.fence() == lease.fence()) {
            put(new Lease(lease.platform(), lease.node(), lease.fence(), clock.get()));
        }
    }

    private Lease put(Lease lease) {
        held.put(lease.platform(), lease);
        try (Connection connection = database.getConnection()) {
            try (PreparedStatement delete =
                    connection.prepareStatement("DELETE FROM platform_lease WHERE platform = ?")) {
                delete.setString(1, lease.platform());
                delete.executeUpdate();
            }
            try (PreparedStatement insert = connection.prepareStatement(
                    "INSERT INTO platform_lease (platform, node, fence, held_until) VALUES (?, ?, ?, ?)")) {
                insert.setString(1, lease.platform());
                insert.setString(2, lease.node());
                insert.setLong(3, lease.fence());
                insert.setObject(4, lease.until().atOffset(ZoneOffset.UTC));
                insert.executeUpdate();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return lease;
    }
}
