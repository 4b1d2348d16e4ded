package org.planisphere.planner.platform.image;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.platform.process.Plan;
import org.planisphere.planner.task.Executable;

/** What every engine that runs images says of a task. */
public final class ImageTasks {
    private ImageTasks() {}

    /** What speaks against running it in a container, beside its image. */
    public static List<Objection> examine(Executable executable, Plan plan) {
        List<Objection> found = new ArrayList<>();
        if (executable instanceof Executable.DockerContainer container) {
            if (container.privileged()) {
                found.add(new Objection(
                        "privileged-not-possible", "This platform runs no privileged containers.", Map.of()));
            }
            String entrypoint = container.entrypoint();
            if (entrypoint != null && entrypoint.indexOf('\0') >= 0) {
                found.add(new Objection("request-not-possible", "The entrypoint holds a NUL character.", Map.of()));
            }
        }
        for (Plan.Mount mount : plan.mounts) {
            if (mount.to().contains(":") || mount.from().contains(":")) {
                found.add(new Objection(
                        "volume-not-possible", "A path with a colon cannot be mounted in a container.", Map.of()));
            }
        }
        return found;
    }

    /**
     * The image of a task: its own, or for plain processes and programs the operator's.
     *
     * @param usual the operator's; empty where there is none
     * @param machine the architecture that is asked of the operator's
     */
    public static Optional<Executable.Image> image(Executable executable, String usual, String machine) {
        if (executable instanceof Executable.DockerContainer container) {
            return Optional.of(container.image());
        }
        return ImageName.of(usual).map(name -> new Executable.Image(List.of(usual), name.digest(), machine, "linux"));
    }

    /** Its ports as a session's notes keep them: {@code internal}, {@code protocol}, {@code path}. */
    public static List<Map<String, Object>> ports(Executable executable) {
        List<Map<String, Object>> ports = new ArrayList<>();
        if (executable instanceof Executable.DockerContainer container) {
            for (Executable.Port port : container.ports()) {
                Map<String, Object> facts = new LinkedHashMap<>();
                facts.put("internal", port.internal());
                facts.put("protocol", port.protocol());
                facts.put("path", port.path() == null ? "" : port.path());
                ports.add(facts);
            }
        }
        return ports;
    }
}
