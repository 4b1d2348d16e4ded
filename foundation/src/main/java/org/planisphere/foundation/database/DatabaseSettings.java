package org.planisphere.foundation.database;

/**
 * Where the database is.
 *
 * @param url JDBC, {@code jdbc:h2:file:…} or {@code jdbc:postgresql://…}
 * @param user may be empty for H2
 * @param password may be empty for H2
 * @param poolSize connections at most, at least 2: the ledger's writer keeps one busy
 */
public record DatabaseSettings(String url, String user, String password, int poolSize) {
    public DatabaseSettings {
        if (!url.startsWith("jdbc:h2:") && !url.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException(
                    "the database's URL begins with jdbc:h2: or jdbc:postgresql:, not " + url);
        }
        if (poolSize < 2) {
            throw new IllegalArgumentException("the database's pool holds at least 2 connections, not " + poolSize);
        }
    }

    @Override
    public String toString() {
        return "DatabaseSettings[" + url + ", user " + user + ", pool of " + poolSize + "]";
    }
}
