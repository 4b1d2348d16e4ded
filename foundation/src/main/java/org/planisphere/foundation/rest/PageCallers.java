package org.planisphere.foundation.rest;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.login.Logins;
import org.planisphere.foundation.identity.login.Shown;

/**
 * Callers who have logged in at a page of this node and are known by its cookie. A call that changes something counts as
 * theirs only when a page of this node made it: browsers send the cookie whoever made them call, but they tell the truth
 * of who did. Thread safe.
 *
 * @see <a href="https://www.w3.org/TR/fetch-metadata/">Fetch Metadata Request Headers</a>
 */
public final class PageCallers {
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

    private final Logins logins;
    private final LoginCookies cookies;
    private final String pages;

    public PageCallers(Logins logins) {
        this.logins = logins;
        this.cookies = new LoginCookies(logins.settings().secure());
        this.pages = logins.settings().pages().toString();
    }

    LoginCookies cookies() {
        return cookies;
    }

    Logins logins() {
        return logins;
    }

    /**
     * The access token of whoever has logged in; null for a call without the cookie.
     *
     * @param open whether anybody may make this call: an old cookie then does no harm
     */
    @Nullable
    String token(ContainerRequestContext request, boolean open, Challenges challenges) {
        String session =
                cookies.session(request.getHeaders().get(HttpHeaders.COOKIE)).orElse(null);
        if (session == null) {
            return null;
        }
        if (!SAFE.contains(request.getMethod()) && !fromOurPages(request)) {
            throw new ProblemException(
                    ProblemType.NOT_ALLOWED, "Who is known by a cookie changes things from pages of this node only.");
        }
        Shown shown = logins.token(session);
        if (shown instanceof Shown.Token token) {
            return token.token();
        }
        if (shown instanceof Shown.Unavailable) {
            throw new ProblemException(ProblemType.UNAVAILABLE, "The login cannot be renewed now.")
                    .with("Retry-After", "5");
        }
        if (open) {
            return null;
        }
        throw challenges.on(
                new ProblemException(ProblemType.NOT_AUTHENTICATED, "The login is over; log in again.")
                        .with(HttpHeaders.SET_COOKIE, cookies.noSession()),
                null);
    }

    /** The access token of somebody who has logged in, whenever it is asked for; empty when they have logged out. */
    @FunctionalInterface
    interface Later {
        Optional<String> token();
    }

    Later later(ContainerRequestContext request) {
        String session =
                cookies.session(request.getHeaders().get(HttpHeaders.COOKIE)).orElse("");
        return () -> logins.token(session) instanceof Shown.Token token ? Optional.of(token.token()) : Optional.empty();
    }

    /** Ends the login that a call has shown. */
    void end(ContainerRequestContext request) {
        cookies.session(request.getHeaders().get(HttpHeaders.COOKIE)).ifPresent(logins::end);
    }

    private boolean fromOurPages(ContainerRequestContext request) {
        String site = one(request, "Sec-Fetch-Site");
        if (site != null && !site.equals("same-origin")) {
            return false;
        }
        String origin = one(request, "Origin");
        if (origin == null || origin.equals("null")) {
            // A form of a page that tells no referrer: the browser says where it stood, if it is one that does.
            return site != null;
        }
        return origin.equals(pages) || isAt(origin, one(request, HttpHeaders.HOST));
    }

    /** Whether the page is of the very host and port that is asked. */
    private static boolean isAt(String origin, @Nullable String host) {
        try {
            return host != null && host.equalsIgnoreCase(URI.create(origin).getRawAuthority());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static @Nullable String one(ContainerRequestContext request, String name) {
        List<String> values = request.getHeaders().get(name);
        return values == null || values.isEmpty() ? null : values.size() == 1 ? values.get(0) : "several";
    }
}
