package org.planisphere.planner.platform.container;

import org.planisphere.planner.platform.Engine;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.Section;

/** The engine that runs tasks as containers of Docker or podman. */
public final class ContainerEngine implements Engine {
    @Override
    public String name() {
        return "container";
    }

    @Override
    public Opener read(PlatformSettings common, Section own) {
        ContainerSettings settings = ContainerSettings.of(own);
        return folders -> new ContainerPlatform(common, settings, folders);
    }
}
