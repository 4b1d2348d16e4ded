package org.planisphere.planner.platform.unpacked;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.planisphere.foundation.http.HttpRules;
import org.planisphere.planner.platform.Section;
import org.planisphere.planner.platform.image.ImageName;
import org.planisphere.planner.platform.image.ImageRules;

/**
 * The section {@code charliecloud} or {@code apptainer} of a platform's settings.
 *
 * @param program with which runs enter their images
 * @param images which may be run: repositories, or {@code registry/path/*}; none allows none
 * @param pinned whether an image must be named with its digest
 * @param archives whether images may also come as files, from wherever the platform reads data
 * @param pull whether registries are asked: {@code missing} or {@code never}
 * @param insecure registries that are spoken to without TLS
 * @param pulling what is quoted for a pull of which nothing is known yet
 * @param cache bytes that unpacked images may take; the least recently used are removed
 * @param image in which plain processes and Python programs run; empty when they are not offered
 * @param python the Python in that image
 */
record UnpackedSettings(
        Path program,
        List<String> images,
        boolean pinned,
        boolean archives,
        String pull,
        List<String> insecure,
        Duration pulling,
        long cache,
        String image,
        String python) {
    UnpackedSettings {
        images = List.copyOf(images);
        insecure = List.copyOf(insecure);
    }

    static UnpackedSettings of(Section own, String program) {
        String image = own.text("image", " ").strip();
        if (!image.isEmpty() && ImageName.of(image).isEmpty()) {
            own.fault("image", image + " is no image's name");
        }
        List<String> insecure = own.texts("insecure");
        List<String> images = own.texts("images");
        try {
            hosts(images, insecure);
        } catch (IllegalArgumentException e) {
            own.fault("images", String.valueOf(e.getMessage()));
        }
        return new UnpackedSettings(
                path(own, program),
                images,
                own.flag("pinned", false),
                own.flag("archives", false),
                own.choice("pull", "missing", "missing", "never"),
                insecure,
                own.span("pulling", Duration.ofMinutes(1)),
                own.size("cache", 50L << 30, 1 << 30),
                image,
                own.text("python", "python3"));
    }

    private static Path path(Section own, String usual) {
        String text = own.text("program", usual);
        try {
            Path path = Path.of(text);
            if (!path.isAbsolute()) {
                own.fault("program", "must be an absolute path");
            }
            return path;
        } catch (InvalidPathException e) {
            own.fault("program", text + " is no path");
            return Path.of(usual);
        }
    }

    ImageRules rules() {
        return new ImageRules(images, pinned);
    }

    /** Where registries may be asked: those that images may come from, and whoever these send to in public. */
    HttpRules http() {
        return HttpRules.of(hosts(images, insecure), cache, Duration.ofMinutes(30));
    }

    private static List<String> hosts(List<String> images, List<String> insecure) {
        List<String> hosts = new ArrayList<>(List.of("*"));
        for (String pattern : images) {
            int slash = pattern.indexOf('/');
            String host = slash < 0 ? "" : pattern.substring(0, slash);
            if (host.contains(".") || host.contains(":") || host.equals("localhost")) {
                hosts.add(host);
            }
        }
        hosts.addAll(insecure);
        HttpRules.of(hosts, 1, Duration.ofSeconds(1));
        return hosts;
    }
}
