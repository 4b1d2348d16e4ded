package org.planisphere.planner.platform.unpacked;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.planisphere.planner.staging.JsonFile;
import org.planisphere.planner.staging.WorkFolder;

/**
 * Images of one platform that are unpacked, each in a folder that is named by its content: {@code root} or {@code image.sif},
 * what it says of itself, and who uses it. What is there is whole. Those used longest ago are removed when they need too much
 * room, never one that a session uses. Thread safe.
 */
final class ImageStore {
    private static final String ROOT = "root";
    private static final String FILE = "image.sif";
    private static final String FACTS = "facts.json";
    private static final String USES = "uses";
    private static final Duration STALE = Duration.ofHours(1);

    private final Path folder;
    private final long room;

    /** What may be kept of an image: under which content, with which facts, and how it is made. */
    interface Maker {
        /**
         * @param root the folder to unpack into, or the file to write
         * @return bytes it takes
         */
        long make(Path root) throws IOException;
    }

    /**
     * An image that is there.
     *
     * @param root a folder, or a file
     * @param facts what it says of itself
     */
    record Image(Path root, Map<String, Object> facts) {}

    /**
     * Removes what a planner that died left half done, and the marks of sessions that are gone.
     *
     * @param folder passable by everybody, because runs have users of their own
     * @param there whether a session still has a folder
     */
    ImageStore(Path folder, long room, Predicate<UUID> there) {
        this.folder = folder;
        this.room = room;
        try {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
            for (Path image : images(folder)) {
                if (image.getFileName().toString().startsWith("half-")) {
                    // A planner beside this one may be at work.
                    Instant touched = Files.getLastModifiedTime(image).toInstant();
                    if (touched.isBefore(Instant.now().minus(STALE))) {
                        WorkFolder.delete(image);
                    }
                    continue;
                }
                for (Path use : children(image.resolve(USES))) {
                    String name = use.getFileName().toString();
                    if (name.length() != 36 || !there.test(UUID.fromString(name))) {
                        Files.delete(use);
                    }
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new UncheckedIOException(new IOException("the folder for images " + folder + " cannot be used", e));
        }
    }

    private static List<Path> children(Path folder) throws IOException {
        List<Path> children = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
                all.forEach(children::add);
            }
        }
        return children;
    }

    private static List<Path> images(Path folder) throws IOException {
        return children(folder).stream().filter(Files::isDirectory).toList();
    }

    long room() {
        return room;
    }

    /** A place for something to be unpacked from; whoever asked removes it. */
    Path scratch() throws IOException {
        return Files.createDirectory(folder.resolve("half-" + UUID.randomUUID()));
    }

    /** Where something of that name is. */
    Path place(String digest) {
        return folder.resolve(digest.replace(':', '-'));
    }

    /** Whether it is there. */
    boolean has(String digest) {
        return Files.exists(place(digest).resolve(FACTS));
    }

    /** The image of that content, kept for the session; empty when it is not there. */
    synchronized Optional<Image> use(String digest, UUID session) throws IOException {
        Path place = place(digest);
        Optional<Map<String, Object>> facts = JsonFile.read(place.resolve(FACTS));
        if (facts.isEmpty()) {
            return Optional.empty();
        }
        Files.createDirectories(place.resolve(USES));
        JsonFile.write(place.resolve(USES).resolve(session.toString()), Map.of());
        Map<String, Object> known = new LinkedHashMap<>(facts.get());
        known.put("used", Instant.now().toEpochMilli());
        JsonFile.write(place.resolve(FACTS), known);
        Path file = place.resolve(FILE);
        return Optional.of(new Image(Files.exists(file) ? file : place.resolve(ROOT), known));
    }

    /** Makes it, where it is not there, and keeps it for the session. */
    Image make(String digest, UUID session, boolean file, Map<String, Object> facts, Maker maker) throws IOException {
        Path half = scratch();
        try {
            Files.setPosixFilePermissions(half, PosixFilePermissions.fromString("rwx--x--x"));
            Path root = half.resolve(file ? FILE : ROOT);
            if (!file) {
                Files.createDirectory(root);
            }
            Map<String, Object> all = new LinkedHashMap<>(facts);
            all.put("size", maker.make(root));
            if (file) {
                Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rw-r--r--"));
            }
            JsonFile.write(half.resolve(FACTS), all);
            synchronized (this) {
                if (!has(digest)) {
                    WorkFolder.delete(place(digest));
                    Files.move(half, place(digest), StandardCopyOption.ATOMIC_MOVE);
                }
                Image made = use(digest, session).orElseThrow(() -> new IOException("it was removed meanwhile"));
                makeRoom();
                return made;
            }
        } finally {
            WorkFolder.delete(half);
        }
    }

    /** Notes that a name means that content. */
    synchronized void name(String name, String digest) throws IOException {
        Map<String, Object> names = new LinkedHashMap<>(names());
        names.put(name, digest);
        JsonFile.write(folder.resolve("names.json"), names);
    }

    /** What a name meant when it was asked last, where that is still there. */
    Optional<String> named(String name) {
        try {
            return Optional.ofNullable(names().get(name)).map(String::valueOf).filter(this::has);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private Map<String, Object> names() throws IOException {
        return JsonFile.read(folder.resolve("names.json")).orElse(Map.of());
    }

    /** The session needs none of them any longer. */
    synchronized void leave(UUID session) {
        try {
            for (Path image : images(folder)) {
                Files.deleteIfExists(image.resolve(USES).resolve(session.toString()));
            }
        } catch (IOException e) {
            System.getLogger(ImageStore.class.getName())
                    .log(Level.WARNING, "an image is kept for session " + session + ": " + e.getMessage());
        }
    }

    private void makeRoom() throws IOException {
        record Kept(Path place, long used, long size, boolean free) {}
        List<Kept> all = new ArrayList<>();
        long total = 0;
        for (Path place : images(folder)) {
            Optional<Map<String, Object>> facts = JsonFile.read(place.resolve(FACTS));
            if (facts.isPresent()) {
                long size = number(facts.get(), "size");
                total += size;
                boolean free = children(place.resolve(USES)).isEmpty();
                all.add(new Kept(place, number(facts.get(), "used"), size, free));
            }
        }
        all.sort(Comparator.comparingLong(Kept::used));
        Set<Path> gone = new HashSet<>();
        for (Kept kept : all) {
            if (total > room && kept.free() && gone.add(kept.place())) {
                // First what says that it is whole.
                Files.delete(kept.place().resolve(FACTS));
                WorkFolder.delete(kept.place());
                total -= kept.size();
            }
        }
    }

    private static long number(Map<String, Object> facts, String name) {
        return facts.get(name) instanceof Number number ? number.longValue() : 0;
    }
}
