package org.planisphere.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where the demo writes: {@code var/demo} of the checkout. Started by root in a checkout below a folder that is root's alone
 * ({@code /root} usually is), it cannot be there, because tasks run as users without rights, who would not reach their
 * own work folders.
 */
final class DemoFolder {
    private static final int ROOT = 0;

    private DemoFolder() {}

    /** Made if it is missing. */
    static Path in(Path home) throws IOException {
        Path usual = Files.createDirectories(home.resolve("var").resolve("demo"));
        return root() && !passable(usual.toRealPath()) ? elsewhere(Path.of("/var/tmp"), usual) : usual;
    }

    /** A folder of root's own that others may pass, one for each checkout. */
    static Path elsewhere(Path place, Path usual) throws IOException {
        Path other = place.resolve("planisphere-demo-" + Integer.toHexString(usual.hashCode()));
        if (!Files.isDirectory(other, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(
                    other, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
        }
        if (!Files.getAttribute(other, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                .equals(Files.getAttribute(usual, "unix:uid", LinkOption.NOFOLLOW_LINKS))) {
            throw new Fault(
                    Exit.FAULT,
                    other + " belongs to somebody else.",
                    "let other users pass the parents of " + usual + ": chmod o+x");
        }
        // Whatever the mask left of them.
        Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rwx--x--x"));
        return other;
    }

    /** Whether any user can reach the folder. */
    static boolean passable(Path folder) throws IOException {
        for (Path at = folder; at != null; at = at.getParent()) {
            if (!Files.getPosixFilePermissions(at).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                return false;
            }
        }
        return true;
    }

    private static boolean root() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(ROOT);
        } catch (IOException | UnsupportedOperationException noUnix) {
            return false;
        }
    }
}
