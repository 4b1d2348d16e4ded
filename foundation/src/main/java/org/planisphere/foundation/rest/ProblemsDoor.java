package org.planisphere.foundation.rest;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;

/**
 * Where the type of a problem leads, on every node: below {@code /planner}, also where the node is no planner, and below
 * {@code /registry}.
 */
@Path("problems")
public final class ProblemsDoor {
    /** The page of one problem or message, as plain text: title, cause and what to do. */
    @GET
    @Path("{code}")
    @Produces("text/plain;charset=utf-8")
    public String page(@PathParam("code") String code) {
        return ProblemPages.page(code)
                .orElseThrow(() -> new ProblemException(ProblemType.NOT_FOUND, "There is no problem of this name."));
    }
}
