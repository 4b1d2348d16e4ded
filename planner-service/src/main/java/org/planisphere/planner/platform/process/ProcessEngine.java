package org.planisphere.planner.platform.process;

import org.planisphere.planner.platform.Engine;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.Section;

/** The engine that runs tasks as processes of the planner's own machine. */
public final class ProcessEngine implements Engine {
    @Override
    public String name() {
        return "process";
    }

    @Override
    public Opener read(PlatformSettings common, Section own) {
        ProcessSettings settings = ProcessSettings.of(own);
        return folders -> new ProcessPlatform(common, settings, folders);
    }
}
