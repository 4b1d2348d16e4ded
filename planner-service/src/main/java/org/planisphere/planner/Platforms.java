package org.planisphere.planner;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.planisphere.foundation.http.HttpRules;
import org.planisphere.foundation.settings.Keys;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.planner.federation.RemoteEngine;
import org.planisphere.planner.platform.Engine;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.Section;
import org.planisphere.planner.platform.container.ContainerEngine;
import org.planisphere.planner.platform.kubernetes.KubernetesEngine;
import org.planisphere.planner.platform.process.ProcessEngine;
import org.planisphere.planner.platform.slurm.SlurmEngine;
import org.planisphere.planner.platform.unpacked.UnpackedEngine;
import org.planisphere.planner.staging.WorkFolders;

/**
 * The platforms of the settings, each behind its engine. A node whose settings name none offers the machine it runs on.
 */
final class Platforms {
    /** Every engine there is: the one place that names them all. */
    private static final List<Engine> ENGINES = List.of(
            new ProcessEngine(),
            new ContainerEngine(),
            UnpackedEngine.charliecloud(),
            UnpackedEngine.apptainer(),
            new SlurmEngine(),
            new KubernetesEngine(),
            new RemoteEngine());

    private Platforms() {}

    static List<Platform> open(Settings settings, WorkFolders folders) {
        List<Platform> open = new ArrayList<>();
        try {
            for (Engine.Opener opener : read(settings)) {
                open.add(opener.open(folders));
            }
        } catch (RuntimeException e) {
            open.forEach(Platform::close);
            throw e;
        }
        return List.copyOf(open);
    }

    /** The platforms that the settings name, opened by nobody yet; the machine itself where they name none. */
    static List<Engine.Opener> read(Settings settings) {
        PlatformSettings.Defaults defaults = new PlatformSettings.Defaults(
                settings.get(Keys.STAGING_FILE_ROOTS),
                HttpRules.of(
                        settings.get(Keys.STAGING_HTTP_ALLOW),
                        settings.get(Keys.STAGING_HTTP_MAXBYTES),
                        settings.get(Keys.STAGING_HTTP_TIMEOUT)),
                settings.get(Keys.DURATION_DEFAULT),
                settings.get(Keys.DURATION_MAX),
                settings.get(Keys.HORIZON));
        Set<String> ids = new HashSet<>();
        List<Engine.Opener> openers = settings.items("platforms", tree -> {
            Section item = new Section(tree.path(), tree.plain());
            return read(item, defaults, ids);
        });
        if (openers.isEmpty()) {
            Section machine = new Section("platforms[0]", Map.of("id", "local", "name", "This machine"));
            return List.of(read(machine, defaults, ids));
        }
        return openers;
    }

    /**
     * Reads one platform.
     *
     * @param ids of those read before
     * @throws IllegalArgumentException with all faults, one a line
     */
    static Engine.Opener read(Section item, PlatformSettings.Defaults defaults, Set<String> ids) {
        PlatformSettings common = PlatformSettings.of(item, defaults);
        if (!ids.add(common.id())) {
            item.fault("id", common.id() + " is used twice");
        }
        for (Engine engine : ENGINES) {
            if (engine.name().equals(common.engine())) {
                Engine.Opener opener = engine.read(common, item.section(engine.name()));
                item.done();
                return opener;
            }
        }
        List<String> names = ENGINES.stream().map(Engine::name).sorted().toList();
        item.fault("engine", "must be one of " + String.join(", ", names));
        item.done();
        throw new IllegalStateException("a fault was noted, and not told");
    }
}
