package org.planisphere.planner.platform.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.planisphere.planner.staging.WorkFolder;

/**
 * To whom the files of a run belong: to the run's user while it runs, to the planner before and after.
 *
 * @param change whether the planner may give files away; else all stay its own
 */
public record Ownership(boolean change) {
    /** Whether any user can reach the folder. */
    public static boolean passable(Path folder) {
        try {
            for (Path at = folder; at != null; at = at.getParent()) {
                if (!Files.getPosixFilePermissions(at).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                    return false;
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Gives everything in the work folder to the run's user; what is read-only keeps to the planner. */
    public void give(Plan plan, WorkFolder folder, int uid) throws IOException {
        for (String place : plan.readOnly) {
            walk(
                    folder.work().resolve(place),
                    (path, attributes) -> Files.setPosixFilePermissions(
                            path,
                            PosixFilePermissions.fromString(attributes.isDirectory() ? "r-xr-xr-x" : "r--r--r--")));
        }
        if (!change) {
            return;
        }
        Set<Path> kept = new LinkedHashSet<>();
        plan.readOnly.forEach(place -> kept.add(folder.work().resolve(place)));
        for (Path part : List.of(folder.work(), folder.temporary())) {
            if (!Files.exists(part)) {
                continue;
            }
            walk(part, (path, attributes) -> {
                if (kept.stream().noneMatch(path::startsWith)) {
                    own(path, uid);
                }
            });
        }
    }

    private static void own(Path path, int uid) throws IOException {
        Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", uid, LinkOption.NOFOLLOW_LINKS);
    }

    private interface Visit {
        void at(Path path, BasicFileAttributes attributes) throws IOException;
    }

    private static void walk(Path start, Visit visit) throws IOException {
        Files.walkFileTree(start, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                visit.at(folder, attributes);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                visit.at(file, attributes);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Takes the work folder back from the run's user, and makes it readable to ourselves. */
    public void reclaim(WorkFolder folder) throws IOException {
        int me = (Integer) Files.getAttribute(folder.path(), "unix:uid");
        open(folder.work(), me);
    }

    private void open(Path path, int me) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (change
                && !Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS)
                        .equals(me)) {
            own(path, me);
        }
        if (attributes.isDirectory()) {
            permit(
                    path,
                    EnumSet.of(
                            PosixFilePermission.OWNER_READ,
                            PosixFilePermission.OWNER_WRITE,
                            PosixFilePermission.OWNER_EXECUTE));
            List<Path> inner = new ArrayList<>();
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
                entries.forEach(inner::add);
            }
            for (Path entry : inner) {
                open(entry, me);
            }
        } else if (attributes.isRegularFile()) {
            permit(path, EnumSet.of(PosixFilePermission.OWNER_READ));
        }
    }

    private static void permit(Path path, Set<PosixFilePermission> needed) throws IOException {
        Set<PosixFilePermission> now = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
        if (!now.containsAll(needed)) {
            now.addAll(needed);
            Files.setPosixFilePermissions(path, now);
        }
    }
}
