package org.planisphere.server;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.planisphere.foundation.settings.Keys;
import org.planisphere.foundation.settings.Settings;

/** What of a node's settings lets something cross a network in the clear; told at the start, for its operator. Pure. */
final class Unprotected {
    private static final String HERE = "localhost|127(\\.[0-9]{1,3}){3}|::1|\\[::1]|";

    private Unprotected() {}

    static List<String> of(Settings settings) {
        List<String> warnings = new ArrayList<>();
        boolean open = !settings.get(Keys.LISTEN_ADDRESS).matches(HERE);
        if (open && !"https".equals(settings.nodeUrl().getScheme())) {
            warnings.add("This node listens beyond this machine, and its address is not https: put a proxy with TLS"
                    + " before it and name the public address in node.url.");
        }
        String database = settings.databaseUrl();
        if (database.startsWith("jdbc:postgresql:")
                && !host(database).matches(HERE)
                && !database.matches(".*[?&]sslmode=verify-(ca|full)(&.*)?")) {
            warnings.add("The database is on another machine, and db.url does not ask for a checked TLS connection:"
                    + " add sslmode=verify-full.");
        }
        return warnings;
    }

    private static String host(String jdbc) {
        try {
            URI uri = URI.create(jdbc.substring("jdbc:".length()));
            // Several hosts are none to a URI; without any it is this machine's.
            String host = uri.getHost() == null ? "several" : uri.getHost();
            return uri.getRawAuthority() == null ? "" : host;
        } catch (IllegalArgumentException e) {
            return "unknown";
        }
    }
}
