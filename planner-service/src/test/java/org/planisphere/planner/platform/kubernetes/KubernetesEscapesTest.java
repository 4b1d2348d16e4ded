package org.planisphere.planner.platform.kubernetes;

import java.nio.file.Path;
import java.util.Map;
import org.planisphere.planner.platform.Escapes;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.container.Podman;
import org.planisphere.planner.staging.WorkFolders;

/** As far as the test server and a node of podman's carry it: see {@link PodmanNode}. */
class KubernetesEscapesTest extends Escapes {
    private ApiServer server;
    private PodmanNode node;
    private WorkFolders folders;

    @Override
    protected Platform open(Path root, Map<String, Object> common) throws Exception {
        Podman podman = Podman.needed();
        server = new ApiServer(Rbac.ofTheDocumentation());
        node = new PodmanNode(server, podman, root);
        folders = new WorkFolders(root.resolve("work"));
        KubernetesSettings own = KubernetesPlatformTest.own(server.kubeconfig(root), folders, Map.of());
        return new KubernetesPlatform(KubernetesPlatformTest.common(common), own, Cluster.of("pods", own), folders);
    }

    @Override
    protected WorkFolders folders() {
        return folders;
    }

    @Override
    protected void end() {
        if (node != null) {
            node.close();
            server.close();
        }
    }
}
