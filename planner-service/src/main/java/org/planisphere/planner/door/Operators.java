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
            throw refused(call, "This is for operators of this planner.");
        }
    }

    /** 403 to somebody; to nobody 401, with ways to say who one is. */
    static ProblemException refused(ContainerRequestContext call, String why) {
        boolean nobody = CallerFilter.caller(call).anonymous();
        return new ProblemException(nobody ? ProblemType.NOT_AUTHENTICATED : ProblemType.NOT_ALLOWED, why);
    }
}
