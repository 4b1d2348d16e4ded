package org.planisphere.planner.platform.process;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.planisphere.planner.platform.External;
import org.planisphere.planner.platform.Section;

/**
 * The section {@code process} of a platform's settings.
 *
 * @param user whom runs are run as when the planner is root: {@code auto} (each run as a user of its own where the host
 *     can, else {@code nobody}), a user's name, or a number
 * @param sandbox {@code auto} (bubblewrap where it works, else kernel namespaces where they work), {@code namespaces} or
 *     {@code off}
 * @param cgroups {@code auto} or {@code off}
 * @param python the Python that runs the tasks' programs and the engine's own keeper
 * @param external storage of the operator's that runs may see
 * @param packages where packages come from that programs and notebooks require; empty when none are installed
 */
public record ProcessSettings(
        String user,
        String sandbox,
        String cgroups,
        Path python,
        Optional<PackageSettings> packages,
        List<External> external) {
    public static final ProcessSettings USUAL = of(new Section("process", Map.of()));

    static ProcessSettings of(Section own) {
        String user = own.text("user", "auto");
        if (!user.matches("[a-z_][a-z0-9_-]{0,31}|[1-9][0-9]{0,9}")) {
            own.fault("user", "must be auto, a user's name or a number above 0");
        }
        return new ProcessSettings(
                user,
                own.choice("sandbox", "auto", "auto", "namespaces", "off"),
                own.choice("cgroups", "auto", "auto", "off"),
                python(own),
                own.has("packages") ? Optional.of(PackageSettings.of(own.section("packages"))) : Optional.empty(),
                External.of(own));
    }

    private static Path python(Section own) {
        String python = own.text("python", "/usr/bin/python3");
        try {
            return Path.of(python);
        } catch (InvalidPathException e) {
            own.fault("python", python + " is no path");
            return Path.of("/usr/bin/python3");
        }
    }
}
