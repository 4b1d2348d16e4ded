package org.planisphere.planner.platform.slurm;

import org.planisphere.planner.platform.Engine;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.Section;

/** The engine that runs tasks as jobs of Slurm. */
public final class SlurmEngine implements Engine {
    @Override
    public String name() {
        return "slurm";
    }

    @Override
    public Opener read(PlatformSettings common, Section own) {
        SlurmSettings settings = SlurmSettings.of(own);
        return folders -> {
            Slurm slurm = settings.rest() == null
                    ? new SlurmCommands(settings)
                    : new SlurmRest(settings.rest(), settings.gres());
            return new SlurmPlatform(common, settings, slurm, folders);
        };
    }
}
