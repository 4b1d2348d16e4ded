package org.planisphere.planner.door;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.planisphere.client.RawAnswer;
import org.planisphere.planner.platform.LiveConnector;

/**
 * What a service in a run answers, as its caller gets it: as it comes, on this planner's addresses, and, but at the
 * session's own origin, in a sandbox.
 *
 * @param asked the address of the call
 * @param root of the way's addresses here, slash included
 * @param inner of the service's own addresses, slash included
 * @param origin the session's own, where it was asked there; empty elsewhere
 */
record WayAnswer(LiveConnector way, URI asked, String root, String inner, WayCookies cookies, String origin) {
    static final String SANDBOX = "sandbox allow-scripts allow-forms allow-downloads allow-popups";
    /** At an origin of its own a page may be what it is; only others may not be put around it. */
    static final String ALONE = "frame-ancestors 'self'; base-uri 'self'; form-action 'self'";

    private static final List<String> PASSED = List.of(
            "Accept-Ranges",
            "Cache-Control",
            "Content-Disposition",
            "Content-Encoding",
            "Content-Language",
            "Content-Length",
            "Content-Range",
            "ETag",
            "Last-Modified",
            "Retry-After",
            "Vary");

    Response of(RawAnswer answer) {
        StreamingOutput body = out -> {
            try (answer) {
                copy(answer.body(), out);
            }
        };
        Response.ResponseBuilder response = Response.status(answer.status())
                .header("X-Content-Type-Options", "nosniff")
                .header("Referrer-Policy", origin.isEmpty() ? "no-referrer" : "same-origin")
                .header("Content-Security-Policy", origin.isEmpty() ? SANDBOX : ALONE);
        answer.headers().firstValue("Content-Type").ifPresent(type -> response.header("Content-Type", type));
        for (String name : PASSED) {
            answer.headers().firstValue(name).ifPresent(value -> response.header(name, value));
        }
        answer.headers()
                .firstValue("Location")
                .flatMap(this::moved)
                // Behind a proxy nobody else knows that browsers come by TLS.
                .ifPresent(location ->
                        response.header("Location", location.startsWith("/") ? origin + location : location));
        answer.headers().allValues("Set-Cookie").stream()
                .limit(WayCookies.MOST)
                .flatMap(cookie -> cookies.kept(cookie).stream())
                .forEach(cookie -> response.header("Set-Cookie", cookie));
        return response.entity(body).build();
    }

    /** Sends on what there is, so that a service's events are not held back. */
    private static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[8192];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            out.write(buffer, 0, read);
            out.flush();
        }
    }

    /** A redirection within the way stays within it; others lead nowhere. */
    private Optional<String> moved(String location) {
        String origin = way.location().replaceFirst("(?i)^(https?://[^/?#]+).*", "$1");
        if (!WaysDoor.inside(way) && location.startsWith(origin + "/")) {
            return Optional.of(root + Documents.behind(location));
        }
        if (location.startsWith("/") && !location.startsWith("//")) {
            return Optional.of(
                    location.startsWith(root)
                            ? location
                            : root + location.substring(location.startsWith(inner) ? inner.length() : 1));
        }
        if (location.matches("(?i)[a-z][a-z0-9+.-]*:.*|//.*")) {
            return Optional.empty();
        }
        try {
            return Optional.of(asked.resolve(location).normalize().toString())
                    .filter(there -> URI.create(there).getRawPath().startsWith(root));
        } catch (IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }
}
