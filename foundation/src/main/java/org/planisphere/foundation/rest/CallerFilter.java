package org.planisphere.foundation.rest;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.identity.Authenticator;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.foundation.identity.Recognition;
import org.planisphere.foundation.identity.SecurityLog;

/**
 * Finds out who asks, once for every call. Without an Authorization header the caller is anonymous; with one that is not
 * valid the call ends as 401, so that nobody is taken for anonymous by mistake. Without that header, whoever has logged in at
 * a page of this node is known by its cookie. A 401 never says what was wrong with a
 * token. Answers to a known caller carry {@code X-VO-Authenticated} (IVOA SSO); answers to an anonymous one never do.
 */
@Priority(Priorities.AUTHENTICATION)
public final class CallerFilter implements ContainerRequestFilter, ContainerResponseFilter {
    private static final String PROPERTY = Caller.class.getName();
    /** The request's property, told by the server, of the address a call comes from ({@link Proxies#origin}). */
    public static final String ORIGIN = PROPERTY + ".origin";

    /** The request's property in which the server itself says who calls, as a {@link Standing}; nothing else is looked at. */
    public static final String STANDING = PROPERTY + ".standing";

    private static final String SHOWN = PROPERTY + ".token";
    private static final String LATER = PROPERTY + ".later";
    private static final String AGAIN = PROPERTY + ".again";
    /** RFC 6750, section 2.1, and no longer than any token of ours or of an OIDC issuer. */
    private static final Pattern BEARER = Pattern.compile("(?i:bearer) +([A-Za-z0-9._~+/-]{1,16384}=*)");
    /** What anybody may read: it says nothing of anybody's work (VOSI 1.1, section 2). */
    private static final Set<String> OPEN = Set.of(
            "capabilities",
            "availability",
            "openapi",
            "openapi.json",
            "openapi.yaml",
            "tryit",
            "kinds",
            "schemas",
            "problems",
            "planisphere.xsd",
            "problem.xsd",
            "login",
            "logout",
            "");

    private final Authenticator tokens;
    private final boolean anonymous;
    private final Challenges challenges;
    private final @Nullable PageCallers pages;

    /** @param anonymous whether a call without a token is taken at all; VOSI and the interface's documents always are */
    public CallerFilter(Authenticator tokens, boolean anonymous, Challenges challenges) {
        this(tokens, anonymous, challenges, null);
    }

    /** @param pages the callers who are known by a cookie, because they have logged in at a page; null for none */
    public CallerFilter(Authenticator tokens, boolean anonymous, Challenges challenges, @Nullable PageCallers pages) {
        this.tokens = tokens;
        this.anonymous = anonymous;
        this.challenges = challenges;
        this.pages = pages;
    }

    /** A filter that knows tokens by a plain look-up. */
    public CallerFilter(Function<String, Optional<Caller>> tokens, boolean anonymous) {
        this(
                token -> tokens.apply(token)
                        .<Recognition>map(Recognition.Known::new)
                        .orElse(Recognition.UNKNOWN),
                anonymous,
                Challenges.PLAIN);
    }

    /** Who asks; set for every call that reaches a resource. */
    public static Caller caller(ContainerRequestContext request) {
        return request.getProperty(PROPERTY) instanceof Caller caller ? caller : Caller.ANONYMOUS;
    }

    /** The access token that says who asks, from the header or kept for a page; empty for an anonymous call. */
    public static Optional<String> token(ContainerRequestContext request) {
        return request.getProperty(SHOWN) instanceof String token ? Optional.of(token) : Optional.empty();
    }

    /** As {@link #token}, for later: what a page's login is good for is renewed as long as the login lasts. */
    public static Supplier<Optional<String>> tokens(ContainerRequestContext request) {
        Optional<String> now = token(request);
        return request.getProperty(LATER) instanceof PageCallers.Later later ? later::token : () -> now;
    }

    /**
     * Who the call's caller is whenever it is asked, for an answer that takes long: empty as soon as what was shown is good no
     * more, because it has run out or was withdrawn, its login has ended, or its holder is suspended. While nobody can tell,
     * the caller is who it was last.
     */
    public static Supplier<Optional<Caller>> again(ContainerRequestContext request) {
        Caller now = caller(request);
        return request.getProperty(AGAIN) instanceof Standing again ? again : () -> Optional.of(now);
    }

    /** Who somebody is whenever it is asked; empty when they are nobody any more. */
    @FunctionalInterface
    public interface Standing extends Supplier<Optional<Caller>> {}

    /** Recognises a token, or that of a login, again and again. */
    private static final class Again implements Standing {
        private final Authenticator tokens;
        private final Supplier<Optional<String>> token;
        private volatile Caller last;

        Again(Authenticator tokens, Supplier<Optional<String>> token, Caller first) {
            this.tokens = tokens;
            this.token = token;
            this.last = first;
        }

        @Override
        public Optional<Caller> get() {
            Recognition recognition = token.get().map(tokens::recognise).orElse(Recognition.UNKNOWN);
            if (recognition instanceof Recognition.Known known) {
                last = known.caller().from(last.origin());
                return last.may(Caller.Right.READ) ? Optional.of(last) : Optional.empty();
            }
            return recognition instanceof Recognition.Unavailable ? Optional.of(last) : Optional.empty();
        }
    }

    @Override
    public void filter(ContainerRequestContext request) {
        if (request.getProperty(STANDING) instanceof Standing standing) {
            Caller caller = standing.get().orElseThrow(this::refused);
            request.setProperty(PROPERTY, from(request, caller));
            request.setProperty(AGAIN, standing);
            return;
        }
        List<String> headers = request.getHeaders().get(HttpHeaders.AUTHORIZATION);
        if (headers == null || headers.isEmpty()) {
            PageCallers logins = pages;
            String token = logins == null
                    ? null
                    : logins.token(request, open(request.getUriInfo().getPath()), challenges);
            if (logins != null && token != null) {
                request.setProperty(LATER, logins.later(request));
                known(request, token);
                return;
            }
            if (!anonymous && !open(request.getUriInfo().getPath())) {
                throw challenged(
                        new ProblemException(ProblemType.NOT_AUTHENTICATED, "This service wants a bearer token."),
                        null);
            }
            request.setProperty(PROPERTY, from(request, Caller.ANONYMOUS));
            return;
        }
        // Two of them could mean one thing to a proxy and another to us.
        Matcher bearer = BEARER.matcher(headers.get(0).strip());
        if (headers.size() != 1 || !bearer.matches()) {
            throw refused();
        }
        known(request, bearer.group(1));
    }

    private void known(ContainerRequestContext request, String token) {
        Recognition recognition = tokens.recognise(token);
        if (recognition instanceof Recognition.Suspended) {
            PageCallers logins = pages;
            if (logins != null && request.getProperty(LATER) != null) {
                logins.end(request);
            }
            throw new ProblemException(
                    ProblemType.NOT_ALLOWED, "This account is suspended here; ask the operator of this service.");
        }
        if (recognition instanceof Recognition.Weak weak) {
            weak(request, weak);
            return;
        }
        if (recognition instanceof Recognition.Unavailable) {
            throw new ProblemException(ProblemType.UNAVAILABLE, "The bearer token cannot be checked now.")
                    .with("Retry-After", "5");
        }
        if (!(recognition instanceof Recognition.Known known)) {
            throw refused();
        }
        request.setProperty(PROPERTY, from(request, known.caller()));
        request.setProperty(SHOWN, token);
        request.setProperty(AGAIN, new Again(tokens, tokens(request), caller(request)));
        Caller.Right right =
                right(request.getMethod(), first(request.getUriInfo().getPath()));
        if (!known.caller().may(right)) {
            throw narrow(right);
        }
    }

    /** A login of a page that is too old by now is over; who shows a token is told what a new one must be. */
    private void weak(ContainerRequestContext request, Recognition.Weak weak) {
        ProblemException refusal = new ProblemException(
                ProblemType.NOT_AUTHENTICATED, "This service asks for a stronger or a fresh login; log in again.");
        PageCallers logins = pages;
        if (logins != null && request.getProperty(LATER) != null) {
            logins.end(request);
            if (open(request.getUriInfo().getPath())) {
                request.setProperty(PROPERTY, from(request, Caller.ANONYMOUS));
                return;
            }
            refusal.with(HttpHeaders.SET_COOKIE, logins.cookies().noSession());
        }
        throw challenges.on(refusal, insufficient(weak));
    }

    /** RFC 9470, section 3: the error, and what a new login should ask the issuer for. */
    private static String insufficient(Recognition.Weak weak) {
        StringBuilder error = new StringBuilder("insufficient_user_authentication");
        if (!weak.acr().isEmpty()) {
            error.append("\", acr_values=\"").append(String.join(" ", weak.acr()));
        }
        if (weak.age() != null) {
            error.append("\", max_age=\"").append(weak.age().toSeconds());
        }
        return error.toString();
    }

    private static Caller from(ContainerRequestContext request, Caller caller) {
        return request.getProperty(ORIGIN) instanceof String origin ? caller.from(origin) : caller;
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        Caller caller = caller(request);
        tell(request, response.getStatus(), caller);
        if (response.getStatus() == 401 && !response.getHeaders().containsKey(HttpHeaders.WWW_AUTHENTICATE)) {
            // A door that wants to know who calls, whoever it is.
            challenges.values(null).forEach(value -> response.getHeaders().add(HttpHeaders.WWW_AUTHENTICATE, value));
        }
        if (!caller.anonymous()) {
            response.getHeaders().putSingle("X-VO-Authenticated", headerSafe(caller.name()));
        }
        if (request.getProperty(LATER) != null && !response.getHeaders().containsKey(HttpHeaders.CACHE_CONTROL)) {
            response.getHeaders().putSingle(HttpHeaders.CACHE_CONTROL, "no-store");
        }
        response.getHeaders().add("Vary", "Accept, Authorization, Cookie");
    }

    private static void tell(ContainerRequestContext request, int status, Caller caller) {
        if (status == 401 || status == 403) {
            String from = request.getProperty(ORIGIN) instanceof String origin ? origin : "-";
            // The key of anonymous work stands behind a tilde.
            String path = request.getUriInfo().getPath().replaceAll("~[^/]*", "~");
            SecurityLog.tell(
                    status == 401 ? SecurityLog.Event.NOT_AUTHENTICATED : SecurityLog.Event.NOT_ALLOWED,
                    caller.id(),
                    "from " + from + ": " + request.getMethod() + " " + path);
        }
    }

    /** Refuses a caller whose token is not good for this sort of call; for rights that only a body tells. */
    public static void need(Caller caller, Caller.Right right) {
        if (!caller.may(right)) {
            throw narrow(right);
        }
    }

    private static ProblemException narrow(Caller.Right right) {
        String scope = "compute." + right.name().toLowerCase(java.util.Locale.ROOT);
        return new ProblemException(
                        ProblemType.NOT_ALLOWED,
                        "The bearer token is not good for this: it lacks the scope " + scope + ".")
                .with(
                        HttpHeaders.WWW_AUTHENTICATE,
                        "Bearer realm=\"planisphere\", error=\"insufficient_scope\", scope=\"" + scope + "\"");
    }

    /** The right a call needs as far as method and address tell; an update tells more in its body. */
    private static Caller.Right right(String method, String first) {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS" -> Caller.Right.READ;
            case "DELETE" -> Caller.Right.CANCEL;
            // What an update needs is told by its body: the door asks.
            default -> first.matches("accepts|sessions|offersets") ? Caller.Right.READ : Caller.Right.CREATE;
        };
    }

    private static boolean open(String path) {
        return OPEN.contains(first(path));
    }

    private static String first(String path) {
        return path.replaceFirst("^/", "").split("/", 2)[0];
    }

    private static String headerSafe(String name) {
        return name.replaceAll("[^ -~]", "?");
    }

    private ProblemException refused() {
        return challenged(
                new ProblemException(ProblemType.NOT_AUTHENTICATED, "The bearer token is not one this service knows."),
                "invalid_token");
    }

    private ProblemException challenged(ProblemException refusal, @Nullable String error) {
        return challenges.on(refusal, error);
    }
}
