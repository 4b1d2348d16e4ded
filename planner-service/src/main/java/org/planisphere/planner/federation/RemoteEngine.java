package org.planisphere.planner.federation;

import org.planisphere.planner.platform.Engine;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.Section;

/** The engine that runs tasks at other planners. What it opens works only as part of a {@link Federation}. */
public final class RemoteEngine implements Engine {
    @Override
    public String name() {
        return "remote";
    }

    @Override
    public Opener read(PlatformSettings common, Section own) {
        FederationSettings settings = FederationSettings.of(common, own);
        return folders -> new RemotePlatform(settings);
    }
}
