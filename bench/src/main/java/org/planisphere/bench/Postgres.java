package org.planisphere.bench;

import java.util.Map;
import org.planisphere.foundation.database.DatabaseSettings;
import org.planisphere.foundation.database.PostgresServer;

/** A PostgreSQL of the bench's own, gone with it. */
final class Postgres implements AutoCloseable {
    private final PostgresServer server;

    private Postgres(PostgresServer server) {
        this.server = server;
    }

    static boolean installed() {
        return PostgresServer.available();
    }

    static Postgres start() {
        return new Postgres(PostgresServer.start());
    }

    /** The settings of a node on a fresh database. */
    Map<String, String> settings() {
        DatabaseSettings database = server.database(4);
        // The server trusts whoever reaches it on this machine; the setting wants a word all the same.
        return Map.of(
                "PLANISPHERE_DB_URL", database.url(),
                "PLANISPHERE_DB_USER", database.user(),
                "PLANISPHERE_DB_PASSWORD", "trusted");
    }

    /** The server's first process, which has started all others. */
    long pid() {
        return server.pid();
    }

    @Override
    public void close() {
        server.close();
    }
}
