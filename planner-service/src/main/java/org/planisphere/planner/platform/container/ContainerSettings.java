package org.planisphere.planner.platform.container;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.planisphere.planner.platform.External;
import org.planisphere.planner.platform.Section;
import org.planisphere.planner.platform.image.ImageName;

/**
 * The section {@code container} of a platform's settings.
 *
 * @param socket of Docker or podman
 * @param images which may be run: repositories, or {@code registry/path/*}; none allows none
 * @param pinned whether an image must be named with its digest
 * @param pull whether images are pulled: {@code missing} or {@code never}
 * @param pulling what is quoted for a pull of which nothing is known yet
 * @param cache bytes that pulled images may take on disk; the least recently used are removed
 * @param image in which plain processes and Python programs run; empty when they are not offered
 * @param python the Python in that image
 * @param publish the address at which ports are published
 * @param bridge the engine's network for runs that are granted one
 * @param temporary bytes of the run's {@code /tmp}, which is memory
 * @param accelerators the devices that are handed out, one for each accelerator of the capacity: {@code nvidia} asks
 *     the engine for its GPUs, others are names such as {@code nvidia.com/gpu=0}
 * @param internal whether services of one session may talk to each other where runs have no network
 * @param external storage of the operator's that runs may see
 */
record ContainerSettings(
        Path socket,
        List<String> images,
        boolean pinned,
        String pull,
        Duration pulling,
        long cache,
        String image,
        String python,
        String publish,
        String bridge,
        long temporary,
        List<String> accelerators,
        boolean internal,
        List<External> external) {
    private static final List<String> SOCKETS = List.of("/run/podman/podman.sock", "/var/run/docker.sock");

    ContainerSettings {
        images = List.copyOf(images);
        accelerators = List.copyOf(accelerators);
    }

    static ContainerSettings of(Section own) {
        String image = own.text("image", " ").strip();
        if (!image.isEmpty() && ImageName.of(image).isEmpty()) {
            own.fault("image", image + " is no image's name");
        }
        String publish = own.text("publish", "127.0.0.1");
        try {
            if (!publish.matches("[0-9a-fA-F.:]+")) {
                own.fault("publish", "must be the address of one of this host's networks, not a name");
            }
            InetAddress.getByName(publish);
        } catch (UnknownHostException e) {
            own.fault("publish", publish + " is no address");
        }
        return new ContainerSettings(
                socket(own),
                own.texts("images"),
                own.flag("pinned", false),
                own.choice("pull", "missing", "missing", "never"),
                own.span("pulling", Duration.ofMinutes(1)),
                own.size("cache", 50L << 30, 1 << 30),
                image,
                own.text("python", "python3"),
                publish,
                own.text("network", "bridge"),
                own.size("tmp", 64L << 20, 1 << 20),
                own.texts("accelerators"),
                own.flag("internal", false),
                External.of(own));
    }

    private static Path socket(Section own) {
        String text = own.text("socket", usual());
        try {
            return Path.of(text.startsWith("unix://") ? text.substring(7) : text);
        } catch (InvalidPathException e) {
            own.fault("socket", text + " is no path");
            return Path.of(SOCKETS.get(0));
        }
    }

    private static String usual() {
        String set = System.getenv("DOCKER_HOST");
        if (set != null && set.startsWith("unix://")) {
            return set;
        }
        return SOCKETS.stream()
                .filter(path -> Files.exists(Path.of(path)))
                .findFirst()
                .orElse(SOCKETS.get(0));
    }

    static ContainerSettings usual(Map<String, ?> values) {
        Section section = new Section("container", values);
        ContainerSettings settings = of(section);
        section.done();
        return settings;
    }
}
