package org.planisphere.planner.door;

import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.rest.AnyProblemMapper;
import org.planisphere.planner.ledger.LedgerUnavailable;

/** A ledger that takes nothing now is 503 with {@code Retry-After}, whatever is behind it: a full queue as well. */
@Provider
public final class LedgerProblemMapper implements ExceptionMapper<LedgerUnavailable> {
    @Context
    private @Nullable HttpHeaders headers;

    @Override
    public Response toResponse(LedgerUnavailable thrown) {
        return AnyProblemMapper.unavailable(thrown, headers);
    }
}
