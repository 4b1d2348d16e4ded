package org.planisphere.foundation.rest;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The two cookies of this node: who is logged in, and a login that is under way. Scripts do not see them, other sites'
 * pages do not send them with anything but a link, and where browsers come by TLS they are bound to this host and to TLS.
 * Immutable.
 *
 * @param secure whether browsers come by TLS
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6265#section-4.1">RFC 6265, section 4.1; {@code __Host-}: its
 *     successor, section 4.1.3</a>
 */
public record LoginCookies(boolean secure) {
    private static final String SESSION = "planisphere-session";
    private static final String UNDER_WAY = "planisphere-login";
    private static final String BOUND = "__Host-";

    /** What a request has of a cookie, as far as it is one and the same. */
    private Optional<String> value(@Nullable List<String> headers, String name) {
        String found = null;
        for (String header : headers == null ? List.<String>of() : headers) {
            for (String pair : header.split(";", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
                    String value = pair.substring(equals + 1).strip();
                    if (found != null && !found.equals(value)) {
                        // One of them was put there by somebody else.
                        return Optional.of("");
                    }
                    found = value;
                }
            }
        }
        return Optional.ofNullable(found);
    }

    /** The session that a request shows; an empty text for one that cannot be. */
    public Optional<String> session(@Nullable List<String> headers) {
        return value(headers, name(SESSION));
    }

    Optional<String> underWay(@Nullable List<String> headers) {
        return value(headers, name(UNDER_WAY));
    }

    /** Until the browser is closed; how long it counts is decided here. */
    String session(String value) {
        return name(SESSION) + "=" + value + attributes();
    }

    String noSession() {
        return name(SESSION) + "=; Max-Age=0" + attributes();
    }

    String underWay(String value, Duration patience) {
        return name(UNDER_WAY) + "=" + value + "; Max-Age=" + patience.toSeconds() + attributes();
    }

    String notUnderWay() {
        return name(UNDER_WAY) + "=; Max-Age=0" + attributes();
    }

    private String name(String bare) {
        return secure ? BOUND + bare : bare;
    }

    private String attributes() {
        return "; Path=/; HttpOnly; SameSite=Lax" + (secure ? "; Secure" : "");
    }
}
