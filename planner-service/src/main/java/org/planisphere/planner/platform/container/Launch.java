package org.planisphere.planner.platform.container;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.platform.compose.Portions;
import org.planisphere.planner.platform.compose.Service;
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

    /** Whose it is by its name: a container of the session, one of its services, or its network. */
    static Optional<java.util.UUID> session(String name) {
        if (!name.startsWith("planisphere-") || name.length() < 48) {
            return Optional.empty();
        }
        try {
            return Optional.of(java.util.UUID.fromString(name.substring(12, 48)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Of a service of the session. */
    static String name(java.util.UUID session, Service service) {
        return name(session) + "." + service.name();
    }

    /** The exit code of a program that the engine could not execute; empty when it is the engine's own fault. */
    static Optional<Integer> notStarted(EngineException why) {
        String said = String.valueOf(why.getMessage());
        if (said.contains("permission denied")) {
            return Optional.of(126);
        }
        return said.contains("executable file") || said.contains("no such file") ? Optional.of(127) : Optional.empty();
    }

    /** What the engine keeps with everything of the session. */
    Map<String, String> labels(java.util.UUID session) {
        return Map.of(SESSION, session.toString(), PLATFORM, owner);
    }

    /**
     * What a service of a session is given beside what its file says.
     *
     * @param image its id
     * @param user {@code uid:gid}
     * @param limits the kernel's own limits, by name
     * @param volumes of the session, and where they are on the host
     * @param network the session's own; empty for none
     */
    record Given(
            String image,
            String user,
            Portions.Portion portion,
            Map<String, Long> limits,
            Map<String, Path> volumes,
            String network,
            Containers.Seat seat) {}

    /** The container of one service. */
    Containers.Spec spec(Work work, WorkFolder folder, Service service, Given given) {
        Plan plan = Plan.of(work, settings.python(), settings.external());
        Map<String, String> environment = RunEnvironment.of(work, plan);
        long cores = Math.max(1, given.portion().cpus() / 1_000_000_000L);
        environment.put("OMP_NUM_THREADS", String.valueOf(cores));
        environment.put("PLANISPHERE_CORES", String.valueOf(cores));
        environment.put("PLANISPHERE_MEMORY_MIB", String.valueOf(given.portion().memory() / MIB));
        environment.put("PLANISPHERE_SERVICE", service.name());
        environment.putAll(service.environment());
        List<Containers.Mount> mounts = mounts(plan, folder);
        for (Service.Mount mount : service.mounts()) {
            mounts.add(new Containers.Mount(
                    String.valueOf(given.volumes().get(mount.volume())), mount.target(), mount.readOnly()));
        }
        Map<String, Long> temporary = new LinkedHashMap<>(Map.of("/tmp", settings.temporary()));
        service.temporary()
                .forEach((path, size) ->
                        temporary.put(path, size == 0 ? settings.temporary() : Math.min(size, settings.temporary())));
        List<String> entrypoint = service.entrypoint();
        List<String> command = service.command();
        boolean network = service.network() && !given.network().isEmpty();
        return new Containers.Spec(
                name(work.session(), service),
                given.image(),
                entrypoint == null || entrypoint.isEmpty() ? null : entrypoint,
                command == null ? List.of() : command,
                texts(environment),
                service.directory() == null ? "/work" : service.directory(),
                given.user(),
                labels(work.session()),
                mounts,
                network ? given.network() : "none",
                given.seat(),
                settings.publish(),
                network
                        ? service.ports().stream()
                                .map(port -> new Containers.Publish(
                                        port.target(), port.protocol().equals("UDP")))
                                .toList()
                        : List.of(),
                given.portion().memory(),
                given.portion().cpus(),
                given.portion().processes(),
                given.limits(),
                temporary,
                4 * common.limits().output(),
                List.of());
    }

    private static List<String> texts(Map<String, String> environment) {
        return environment.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toList();
    }

    /** The work folder, and what the plan shows of it elsewhere. */
    private static List<Containers.Mount> mounts(Plan plan, WorkFolder folder) {
        List<Containers.Mount> mounts = new ArrayList<>();
        Path inside = folder.work();
        mounts.add(new Containers.Mount(inside.toString(), "/work", false));
        for (Plan.Mount mount : plan.mounts) {
            mounts.add(new Containers.Mount(
                    inside.resolve(mount.from()).toString(),
                    mount.to().startsWith("/") ? mount.to() : "/work/" + mount.to(),
                    mount.readOnly()));
        }
        return mounts;
    }

    /**
     * @param user {@code uid:gid}
     * @param limits the kernel's own limits, by name
     * @param devices that were handed out to it
     */
    Containers.Spec spec(
            Work work, WorkFolder folder, String image, String user, Map<String, Long> limits, List<String> devices) {
        Plan plan = Plan.of(work, settings.python(), settings.external());
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
        return new Containers.Spec(
                name(work.session()),
                image,
                entrypoint,
                command,
                texts(RunEnvironment.of(work, plan)),
                plan.directory.equals(".") ? "/work" : "/work/" + plan.directory,
                user,
                labels(work.session()),
                mounts(plan, folder),
                network ? settings.bridge() : "none",
                null,
                settings.publish(),
                ports,
                RunEnvironment.memory(work) * MIB,
                RunEnvironment.cores(work) * 1_000_000_000L,
                common.limits().processes(),
                limits,
                Map.of("/tmp", settings.temporary()),
                4 * common.limits().output(),
                devices);
    }
}
