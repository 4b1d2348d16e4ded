package org.planisphere.server;

import java.util.Map;
import org.planisphere.foundation.database.DatabaseSettings;

/** The settings that put a node on a PostgreSQL. */
final class OnPostgres {
    /** The tests' server trusts whoever reaches it; the setting wants a word all the same. */
    static final String PASSWORD = "trusted";

    private OnPostgres() {}

    /** As the keys of a deployment in this JVM. */
    static Map<String, String> settings(DatabaseSettings database) {
        return Map.of("db.url", database.url(), "db.user", database.user(), "db.password", PASSWORD);
    }

    /** As the environment of a node in a process of its own. */
    static Map<String, String> environment(DatabaseSettings database) {
        return Map.of(
                "PLANISPHERE_DB_URL", database.url(),
                "PLANISPHERE_DB_USER", database.user(),
                "PLANISPHERE_DB_PASSWORD", PASSWORD);
    }
}
