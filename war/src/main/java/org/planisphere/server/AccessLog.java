package org.planisphere.server;

import jakarta.servlet.http.HttpServletRequest;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One event per request to the logger {@code org.planisphere.access}: method, path, status, milliseconds, peer and
 * number. Never a query string, a header, a body or the key of anonymous work, where secrets travel.
 */
final class AccessLog {
    static final String LOGGER = "org.planisphere.access";
    private static final Logger LOG = Logger.getLogger(LOGGER);
    private static volatile Listener listener = (method, status, nanoseconds) -> {};

    /** Hears of every answered request; must not block. */
    @FunctionalInterface
    interface Listener {
        void answered(String method, int status, long nanoseconds);
    }

    private AccessLog() {}

    static void listen(Listener next) {
        listener = next;
    }

    static void write(HttpServletRequest request, int status, long nanoseconds, @Nullable String id) {
        listener.answered(request.getMethod(), status, nanoseconds);
        if (LOG.isLoggable(Level.INFO)) {
            String line = request.getMethod() + " " + path(request.getRequestURI()) + " " + status + " "
                    + nanoseconds / 1_000_000 + "ms " + request.getRemoteAddr() + " " + id;
            // No parameters: braces in a path are not placeholders.
            LOG.log(Level.INFO, line);
        }
    }

    private static String path(@Nullable String uri) {
        String path = uri == null ? "-" : uri;
        int semicolon = path.indexOf(';');
        if (semicolon >= 0) {
            path = path.substring(0, semicolon);
        }
        // The key of anonymous work, and a ticket.
        path = path.replaceAll("~[^/]*", "~").replaceFirst("^/planner/entrance/.*", "/planner/entrance/");
        return path.length() <= 500 ? path : path.substring(0, 497) + "...";
    }
}
