package org.planisphere.server;

import jakarta.ws.rs.ApplicationPath;

/** The planner's doors, at {@code /planner}; the pages of problems when {@code planner.enabled} is off. */
@ApplicationPath("planner")
public final class PlannerApplication extends Doors {
    public PlannerApplication() {
        super(Node::plannerDoors);
    }
}
