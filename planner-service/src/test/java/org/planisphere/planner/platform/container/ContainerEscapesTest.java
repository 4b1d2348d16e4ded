package org.planisphere.planner.platform.container;

import java.nio.file.Path;
import java.util.Map;
import org.planisphere.planner.platform.Escapes;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.staging.WorkFolders;

class ContainerEscapesTest extends Escapes {
    private WorkFolders folders;

    @Override
    protected Platform open(Path root, Map<String, Object> common) {
        Podman podman = Podman.needed();
        folders = new WorkFolders(root.resolve("work"));
        return new ContainerPlatform(
                ContainerPlatformTest.common(common), ContainerPlatformTest.own(podman, Map.of()), folders);
    }

    @Override
    protected WorkFolders folders() {
        return folders;
    }
}
