package org.planisphere.planner.door;

import jakarta.ws.rs.container.ContainerRequestContext;
import org.planisphere.foundation.rest.CallerFilter;
import org.planisphere.foundation.rest.ProblemException;
import org.planisphere.foundation.rest.ProblemType;

/** What only those who operate the planner may do. */
final class Operators {
    private Operators() {}

    static void only(ContainerRequestContext call) {
        if (!CallerFilter.caller(call).operator()) {
            throw new ProblemException(ProblemType.NOT_ALLOWED, "This is for operators of this planner.");
        }
    }
}
