package org.planisphere.planner.staging;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Storage that outlives runs, a folder for each, beside the work folders and on their file system. A run that uses one has
 * it in its own work folder: the folder is moved there before the run and back after it, in one step each, so that it is
 * always at exactly one of two places and looks the same to every engine. Thread safe; one session at a time has a
 * storage, which is the ledger's to see to.
 *
 * <pre>
 * .kept/&lt;uuid&gt;              storage that nobody uses now
 * &lt;session&gt;/lent.json       what the session has of it: written before the first is moved, renamed when all are back
 * </pre>
 */
public final class Shelf {
    private static final String LENT = "lent.json";
    private static final String BACK = "lent-back.json";

    private final Path root;

    Shelf(Path root) {
        this.root = root;
    }

    /**
     * What a run is to have of it.
     *
     * @param place in the work folder
     * @param made whether it is new with this run
     * @param most bytes that it may hold
     */
    public record Lent(UUID id, String name, String place, boolean made, long most) {}

    private Path of(UUID id) {
        return root.resolve(id.toString());
    }

    /** Moves what is wanted into the work folder, which must have been made; repeating it does nothing. */
    void lend(WorkFolder folder, List<Lent> wanted) throws IOException {
        if (wanted.isEmpty()) {
            return;
        }
        Files.createDirectories(root);
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
        Map<String, Object> note = new LinkedHashMap<>();
        for (Lent one : wanted) {
            if (!one.made() && !exists(of(one.id()))) {
                throw new Staging.NotFetched("the storage " + one.name() + " is not there any more");
            }
            note.put(one.id().toString(), Map.of("name", one.name(), "place", one.place(), "most", one.most()));
        }
        JsonFile.writeSurely(folder.file(LENT), note);
        for (Lent one : wanted) {
            Path here = of(one.id());
            if (!exists(here)) {
                Files.createDirectory(here);
                Files.setPosixFilePermissions(here, PosixFilePermissions.fromString("rwx------"));
            }
            Path there = folder.work().resolve(one.place());
            Files.createDirectories(there.getParent());
            Files.deleteIfExists(there);
            Files.move(here, there, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** Places in the work folder that are lent now. */
    List<String> places(WorkFolder folder) throws IOException {
        return JsonFile.read(folder.file(LENT)).orElse(Map.of()).values().stream()
                .map(Shelf::place)
                .toList();
    }

    private static String place(Object note) {
        return String.valueOf(((Map<?, ?>) note).get("place"));
    }

    /**
     * Moves back what was lent to the session, whose run is over and whose files are ours again. What the run has removed,
     * or put a link in the place of, is empty from now on. Does nothing when all is back.
     */
    void takeBack(WorkFolder folder) throws IOException {
        Map<String, Object> note = JsonFile.read(folder.file(LENT)).orElse(Map.of());
        if (note.isEmpty()) {
            return;
        }
        for (Map.Entry<String, Object> one : note.entrySet()) {
            Path here = root.resolve(one.getKey());
            if (exists(here)) {
                continue;
            }
            String place = place(one.getValue());
            if (straight(folder.work(), place)) {
                Path there = folder.work().resolve(place);
                Files.setPosixFilePermissions(there, PosixFilePermissions.fromString("rwx------"));
                Files.move(there, here, StandardCopyOption.ATOMIC_MOVE);
            } else {
                Files.createDirectory(here);
                Files.setPosixFilePermissions(here, PosixFilePermissions.fromString("rwx------"));
            }
        }
        Files.move(folder.file(LENT), folder.file(BACK), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Words for a storage that came back with more than it may hold; null when none did. */
    @Nullable
    String tooLarge(WorkFolder folder) throws IOException {
        for (Map.Entry<String, Object> one :
                JsonFile.read(folder.file(BACK)).orElse(Map.of()).entrySet()) {
            Map<?, ?> facts = (Map<?, ?>) one.getValue();
            long most = facts.get("most") instanceof Number number ? number.longValue() : Long.MAX_VALUE;
            OptionalLong size = size(UUID.fromString(one.getKey()));
            if (size.isPresent() && size.getAsLong() > most) {
                return "the storage " + facts.get("name") + " holds more than its " + (most >> 20) + " MiB";
            }
        }
        return null;
    }

    /** Whether a folder is there, and every step to it is a folder and no link. */
    private static boolean straight(Path root, String place) {
        Path at = root;
        for (String part : place.split("/")) {
            at = at.resolve(part);
            if (!exists(at)) {
                return false;
            }
        }
        return true;
    }

    private static boolean exists(Path folder) {
        return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
    }

    /** Bytes that a storage holds; empty while a session has it, or when there is none of that id. */
    public OptionalLong size(UUID id) throws IOException {
        if (!exists(of(id))) {
            return OptionalLong.empty();
        }
        long[] total = {0};
        Files.walkFileTree(of(id), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                total[0] += attributes.isRegularFile() ? attributes.size() : 0;
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException why) {
                return FileVisitResult.CONTINUE;
            }
        });
        return OptionalLong.of(total[0]);
    }

    /** Removes a storage that nobody uses, with all its content; does nothing when it is not there. */
    public void remove(UUID id) throws IOException {
        WorkFolder.delete(of(id));
    }
}
