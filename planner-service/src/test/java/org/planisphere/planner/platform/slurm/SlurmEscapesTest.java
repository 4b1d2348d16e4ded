package org.planisphere.planner.platform.slurm;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.planisphere.planner.platform.Escapes;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.staging.WorkFolders;

class SlurmEscapesTest extends Escapes {
    private WorkFolders folders;

    @Override
    protected Platform open(Path root, Map<String, Object> common) {
        TestSlurm slurm = TestSlurm.needed();
        folders = slurm.sessions();
        Map<String, Object> tree = new HashMap<>(common);
        tree.put("id", "escapes");
        SlurmSettings own = SlurmSettings.usual(Map.of("conf", slurm.conf(), "poll", "200ms"));
        return new SlurmPlatform(SlurmPlatformTest.common(tree), own, new SlurmCommands(own), folders);
    }

    @Override
    protected WorkFolders folders() {
        return folders;
    }
}
