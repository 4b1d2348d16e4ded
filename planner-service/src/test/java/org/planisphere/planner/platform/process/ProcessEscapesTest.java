package org.planisphere.planner.platform.process;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.planisphere.planner.platform.Escapes;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.Section;
import org.planisphere.planner.staging.WorkFolders;

class ProcessEscapesTest extends Escapes {
    private WorkFolders folders;

    @Override
    protected Platform open(Path root, Map<String, Object> common) {
        folders = new WorkFolders(root.resolve("work"));
        Map<String, Object> tree = new HashMap<>(common);
        tree.put("id", "alpha");
        PlatformSettings settings =
                PlatformSettings.of(new Section("platforms[0]", tree), PlatformSettings.Defaults.USUAL);
        return new ProcessPlatform(settings, ProcessSettings.USUAL, folders);
    }

    @Override
    protected WorkFolders folders() {
        return folders;
    }
}
