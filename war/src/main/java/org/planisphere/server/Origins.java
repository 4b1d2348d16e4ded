package org.planisphere.server;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whose web pages may ask this node from a browser. They ask with a token or as nobody: credentials that a browser adds
 * by itself are never allowed across origins, so a page gets nothing that its reader did not give to it. Immutable.
 *
 * @see <a href="https://fetch.spec.whatwg.org/#http-cors-protocol">Fetch, CORS protocol</a>
 */
final class Origins {
    private static final String ANY = "*";

    private final Set<String> allowed;

    Origins(List<String> allowed) {
        this.allowed =
                allowed.stream().map(origin -> origin.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Lets a browser show the answer to the page that asked, where that page may ask.
     *
     * @return whether this was but the question whether to ask, and is answered with it
     */
    boolean answered(HttpServletRequest request, HttpServletResponse response) {
        String origin = request.getHeader("Origin");
        if (allowed.isEmpty() || origin == null || !api(request.getRequestURI())) {
            return false;
        }
        response.addHeader("Vary", "Origin");
        if (!allowed.contains(ANY) && !allowed.contains(origin.toLowerCase(Locale.ROOT))) {
            return false;
        }
        response.setHeader("Access-Control-Allow-Origin", allowed.contains(ANY) ? ANY : origin);
        response.setHeader(
                "Access-Control-Expose-Headers",
                "Location, Content-Location, Content-Range, ETag, Link, Retry-After, WWW-Authenticate, X-Request-Id");
        if (!"OPTIONS".equals(request.getMethod()) || request.getHeader("Access-Control-Request-Method") == null) {
            return false;
        }
        response.setHeader("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, DELETE");
        response.setHeader(
                "Access-Control-Allow-Headers",
                "Accept, Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID, "
                        + "Planisphere-Budget, Prefer, Range");
        response.setHeader("Access-Control-Max-Age", "600");
        return true;
    }

    private static boolean api(String path) {
        return path.startsWith("/planner") || path.startsWith("/registry");
    }
}
