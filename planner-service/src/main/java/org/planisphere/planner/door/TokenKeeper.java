package org.planisphere.planner.door;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import org.planisphere.foundation.rest.CallerFilter;
import org.planisphere.planner.federation.Credentials;

/** Remembers the tokens of known callers for what is done at other planners in their name. After who asks is known. */
@Priority(Priorities.AUTHORIZATION)
public final class TokenKeeper implements ContainerRequestFilter {
    private final Credentials credentials;

    public TokenKeeper(Credentials credentials) {
        this.credentials = credentials;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        CallerFilter.token(request).ifPresent(token -> credentials.seen(CallerFilter.caller(request), token));
    }
}
