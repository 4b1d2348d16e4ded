package org.planisphere.planner.offer;

import java.util.List;
import java.util.Map;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.Estimate;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.platform.Occupied;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.task.Task;

/**
 * A platform as it stands for one task.
 *
 * @param platform with the times that its engine expects of the task
 * @param objections what its engine has against the task
 * @param occupied what others than this planner use of it
 * @param notes what its engine has to say of the task
 * @param least cores and memory that it needs there whatever it asks
 * @param kept storage that the asker has there already and asks to use, by its place in the request
 */
public record Site(
        PlatformDescription platform,
        List<Objection> objections,
        List<Occupied> occupied,
        List<String> notes,
        Amounts least,
        Map<Integer, KeptStorage> kept) {
    public Site {
        kept = Map.copyOf(kept);
        objections = List.copyOf(objections);
        occupied = List.copyOf(occupied);
        notes = List.copyOf(notes);
    }

    /** A platform on which the asker has no storage. */
    public Site(PlatformDescription platform, List<Objection> objections, List<Occupied> occupied, List<String> notes) {
        this(platform, objections, occupied, notes, Amounts.NONE, Map.of());
    }

    /** A platform that expects its usual times and is used by nobody else. */
    public Site(PlatformDescription platform, List<Objection> objections) {
        this(platform, objections, List.of(), List.of());
    }

    /** The same platform at these prices. */
    Site priced(double factor) {
        return new Site(platform.priced(factor), objections, occupied, notes, least, kept);
    }

    /** The platform as its engine sees it now. */
    static Site of(Platform platform, Task task) {
        Estimate estimate = platform.estimate(task);
        return new Site(
                platform.describe().expecting(estimate),
                platform.examine(task),
                platform.occupied(),
                estimate.notes(),
                estimate.least(),
                Map.of());
    }
}
