package org.planisphere.foundation.rest;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.planisphere.foundation.identity.Caller;

/**
 * Finds out who asks, once for every call. Without an Authorization header the caller is anonymous; with one that is not
 * valid the call ends as 401, so that nobody is taken for anonymous by mistake. Answers to a known caller carry {@code
 * X-VO-Authenticated} (IVOA SSO); answers to an anonymous one never do.
 */
@Priority(Priorities.AUTHENTICATION)
public final class CallerFilter implements ContainerRequestFilter, ContainerResponseFilter {
    private static final String PROPERTY = Caller.class.getName();
    /** Longer than any token of ours or of an OIDC issuer. */
    private static final int LONGEST = 16_384;
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
            "");

    private final Function<String, Optional<Caller>> tokens;
    private final boolean anonymous;

    /** @param anonymous whether a call without a token is taken at all; VOSI and the interface's documents always are */
    public CallerFilter(Function<String, Optional<Caller>> tokens, boolean anonymous) {
        this.tokens = tokens;
        this.anonymous = anonymous;
    }

    /** Who asks; set for every call that reaches a resource. */
    public static Caller caller(ContainerRequestContext request) {
        return request.getProperty(PROPERTY) instanceof Caller caller ? caller : Caller.ANONYMOUS;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        String header = request.getHeaderString(HttpHeaders.AUTHORIZATION);
        if (header == null) {
            if (!anonymous && !open(request.getUriInfo().getPath())) {
                throw new ProblemException(ProblemType.NOT_AUTHENTICATED, "This service wants a bearer token.")
                        .with("WWW-Authenticate", "Bearer realm=\"planisphere\"");
            }
            request.setProperty(PROPERTY, Caller.ANONYMOUS);
            return;
        }
        if (header.length() > LONGEST || !header.toLowerCase(Locale.ROOT).startsWith("bearer ")) {
            throw refused();
        }
        request.setProperty(
                PROPERTY,
                tokens.apply(header.substring("bearer ".length()).trim()).orElseThrow(CallerFilter::refused));
    }

    @Override
    public void filter(ContainerRequestContext request, ContainerResponseContext response) {
        Caller caller = caller(request);
        if (!caller.anonymous()) {
            response.getHeaders().putSingle("X-VO-Authenticated", caller.name());
        }
        response.getHeaders().add("Vary", "Accept, Authorization");
    }

    private static boolean open(String path) {
        String first = path.replaceFirst("^/", "").split("/", 2)[0];
        return OPEN.contains(first);
    }

    private static ProblemException refused() {
        return new ProblemException(ProblemType.NOT_AUTHENTICATED, "The bearer token is not one this service knows.")
                .with("WWW-Authenticate", "Bearer realm=\"planisphere\", error=\"invalid_token\"");
    }
}
