package org.planisphere.planner.offer;

import java.util.List;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.platform.PlatformDescription;

/** A platform as it stands, and what its engine has against the task. */
public record Site(PlatformDescription platform, List<Objection> objections) {
    public Site {
        objections = List.copyOf(objections);
    }
}
