package org.planisphere.planner.platform.process;

import java.util.LinkedHashMap;
import java.util.Map;
import org.planisphere.planner.platform.Work;

/** What a run finds in its environment where an image gives the rest: the same for every engine that runs images. */
public final class RunEnvironment {
    private RunEnvironment() {}

    /** Name to value; what the request sets wins over what is usual, and not over what the planner tells. */
    public static Map<String, String> of(Work work, Plan plan) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("HOME", "/work");
        all.put("OMP_NUM_THREADS", String.valueOf(cores(work)));
        all.put("PYTHONUNBUFFERED", "1");
        all.put("PYTHONDONTWRITEBYTECODE", "1");
        plan.environment.forEach((name, value) -> {
            if (!name.startsWith("PLANISPHERE_")) {
                all.put(name, value);
            }
        });
        all.put("PLANISPHERE_SESSION", work.session().toString());
        all.put("PLANISPHERE_CORES", String.valueOf(cores(work)));
        all.put("PLANISPHERE_MEMORY_MIB", String.valueOf(memory(work)));
        return all;
    }

    /** MiB that a run is given: at least 16. */
    public static long memory(Work work) {
        return Math.max(16, work.granted().memory());
    }

    /** Cores that a run is given: at least 1. */
    public static long cores(Work work) {
        return Math.max(1, work.granted().cores());
    }
}
