package org.planisphere.planner.platform;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Storage of the operator's own that runs may see: a folder of the host that the planner neither makes, nor counts, nor
 * limits, nor removes.
 *
 * @param groups whose members may use it; everybody when empty
 * @param writes whether runs may change it
 */
public record External(String name, Path folder, Set<String> groups, boolean writes) {
    public External {
        groups = Set.copyOf(groups);
    }

    /** The list {@code external} of an engine's section. */
    public static List<External> of(Section own) {
        List<External> all = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Section item : own.sections("external")) {
            String name = item.text("name", null);
            if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,79}")) {
                item.fault("name", "must be 1 to 80 of letters, digits, '.', '_' and '-'");
            } else if (!names.add(name)) {
                item.fault("name", name + " is used twice");
            }
            all.add(new External(name, folder(item), new HashSet<>(item.texts("groups")), item.flag("write", false)));
        }
        return List.copyOf(all);
    }

    private static Path folder(Section item) {
        String text = item.text("path", null);
        try {
            Path folder = Path.of(text).normalize();
            // The container engines' own form of a mount has colons between its parts.
            if (folder.isAbsolute() && folder.getNameCount() > 0 && text.indexOf(':') < 0) {
                return folder;
            }
        } catch (InvalidPathException e) {
            // Told below.
        }
        item.fault("path", "must be a folder of this host, from / on and without a colon");
        return Path.of("/nowhere");
    }
}
