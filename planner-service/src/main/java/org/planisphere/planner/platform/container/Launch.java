package org.planisphere.planner.platform.container;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.platform.process.Plan;
import org.planisphere.planner.platform.process.RunEnvironment;
import org.planisphere.planner.staging.WorkFolder;
import org.planisphere.planner.task.Executable;

/** Makes of a session's work the container that runs it: the one place that says what a container may do. */
final class Launch {
    static final String SESSION = "org.planisphere.session";
    static final String PLATFORM = "org.planisphere.platform";
    private static final long MIB = 1L << 20;

    private final PlatformSettings common;
    private final ContainerSettings settings;
    private final String owner;

    /** @param owner names this platform of this planner among all that share the engine */
    Launch(PlatformSettings common, ContainerSettings settings, String owner) {
        this.common = common;
        this.settings = settings;
        this.owner = owner;
    }

    String owner() {
        return owner;
    }

    static String name(java.util.UUID session) {
        return "planisphere-" + session;
    }

    /**
     * @param user {@code uid:gid}
     * @param limits the kernel's own limits, by name
     * @param devices that were handed out to it
     */
    Containers.Spec spec(
            Work work, WorkFolder folder, String image, String user, Map<String, Long> limits, List<String> devices) {
        Plan plan = Plan.of(work, settings.python());
        List<String> entrypoint = null;
        List<String> command = plan.command;
        List<Containers.Publish> ports = new ArrayList<>();
        boolean network = common.network() && work.network();
        if (work.executable() instanceof Executable.DockerContainer container) {
            if (container.entrypoint() != null && !container.entrypoint().isBlank()) {
                entrypoint = List.of(container.entrypoint());
            }
            if (network) {
                for (Executable.Port port : container.ports()) {
                    ports.add(new Containers.Publish(
                            port.internal(), port.protocol().equals("UDP")));
                }
            }
        } else {
            // A program of its own, whatever the image would start.
            entrypoint = plan.command;
            command = List.of();
        }
        List<Containers.Mount> mounts = new ArrayList<>();
        Path inside = folder.work();
        mounts.add(new Containers.Mount(inside.toString(), "/work", false));
        for (Plan.Mount mount : plan.mounts) {
            mounts.add(new Containers.Mount(
                    inside.resolve(mount.from()).toString(),
                    mount.to().startsWith("/") ? mount.to() : "/work/" + mount.to(),
                    mount.readOnly()));
        }
        return new Containers.Spec(
                name(work.session()),
                image,
                entrypoint,
                command,
                RunEnvironment.of(work, plan).entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .toList(),
                plan.directory.equals(".") ? "/work" : "/work/" + plan.directory,
                user,
                Map.of(SESSION, work.session().toString(), PLATFORM, owner),
                mounts,
                network ? settings.bridge() : "none",
                settings.publish(),
                ports,
                RunEnvironment.memory(work) * MIB,
                RunEnvironment.cores(work),
                common.limits().processes(),
                limits,
                settings.temporary(),
                4 * common.limits().output(),
                devices);
    }
}
