package org.planisphere.planner.platform.kubernetes;

import org.planisphere.planner.platform.Engine;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.Section;

/** The engine that runs tasks as Jobs of Kubernetes. */
public final class KubernetesEngine implements Engine {
    @Override
    public String name() {
        return "kubernetes";
    }

    @Override
    public Opener read(PlatformSettings common, Section own) {
        KubernetesSettings settings = KubernetesSettings.of(own);
        return folders -> {
            Cluster cluster = Cluster.of(common.id(), settings);
            try {
                return new KubernetesPlatform(common, settings, cluster, folders);
            } catch (RuntimeException e) {
                cluster.close();
                throw e;
            }
        };
    }
}
