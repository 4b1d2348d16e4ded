package org.planisphere.planner;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.planisphere.foundation.http.HttpRules;
import org.planisphere.foundation.settings.Keys;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.foundation.settings.SettingsException;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.process.ProcessPlatform;
import org.planisphere.planner.staging.WorkFolders;

/**
 * The platforms of the settings, each behind its engine. A node whose settings name none offers the machine it runs on.
 */
final class Platforms {
    private Platforms() {}

    static List<Platform> open(Settings settings, WorkFolders folders) {
        List<Platform> open = new ArrayList<>();
        try {
            for (PlatformSettings platform : read(settings)) {
                open.add(engine(platform, folders));
            }
        } catch (RuntimeException e) {
            open.forEach(Platform::close);
            throw e;
        }
        return List.copyOf(open);
    }

    private static List<PlatformSettings> read(Settings settings) {
        PlatformSettings.Defaults defaults = new PlatformSettings.Defaults(
                settings.get(Keys.STAGING_FILE_ROOTS),
                HttpRules.of(
                        settings.get(Keys.STAGING_HTTP_ALLOW),
                        settings.get(Keys.STAGING_HTTP_MAXBYTES),
                        settings.get(Keys.STAGING_HTTP_TIMEOUT)),
                settings.get(Keys.DURATION_DEFAULT),
                settings.get(Keys.DURATION_MAX),
                settings.get(Keys.HORIZON));
        List<PlatformSettings> platforms =
                settings.items("platforms", tree -> PlatformSettings.of(tree.path(), tree.plain(), defaults));
        if (platforms.isEmpty()) {
            return List.of(PlatformSettings.of(
                    "platforms[0]", Map.of("id", "local", "name", "This machine", "engine", "process"), defaults));
        }
        Set<String> ids = new HashSet<>();
        for (PlatformSettings platform : platforms) {
            if (!ids.add(platform.id())) {
                throw new SettingsException(List.of("platforms: the id " + platform.id() + " is used twice"));
            }
        }
        return platforms;
    }

    private static Platform engine(PlatformSettings platform, WorkFolders folders) {
        if (platform.engine().equals("process")) {
            return new ProcessPlatform(platform, folders);
        }
        throw new SettingsException(
                List.of("platforms: " + platform.id() + ": there is no engine " + platform.engine() + "; try process"));
    }
}
