package org.planisphere.planner.staging;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.digest.Sha256;

/**
 * One session's folder: what it works on, what it prints, and the engine's notes about it. Only {@code work/} can be
 * written by the run. Readers may use it while the run is on.
 *
 * <pre>
 * work/          the run's working directory
 * tmp/           for temporary files, where the run has no /tmp of its own
 * stdout stderr  what it printed
 * inputs.json    what was staged into work/, where anything was
 * moved.json     bytes brought in where anything was, and bytes taken out once all declared outputs are where they belong
 * results.json   what it left, written once after its end
 * </pre>
 */
public final class WorkFolder {
    private final Path folder;
    private final UUID session;
    private final Delegations delegations;
    private final Shelf shelf;

    WorkFolder(Path folder, UUID session, Delegations delegations, Shelf shelf) {
        this.folder = folder;
        this.session = session;
        this.delegations = delegations;
        this.shelf = shelf;
    }

    /** Moves storage that outlives the run into {@code work/}, until {@link #collect} or {@link #delete}. */
    public void lend(List<Shelf.Lent> wanted) throws IOException {
        shelf.lend(this, wanted);
    }

    /** Whether it lies in storage that outlives the run. */
    public boolean lent(Path path) throws IOException {
        return shelf.places(this).stream().anyMatch(place -> path.startsWith(work().resolve(place)));
    }

    /** The headers with which an input is fetched from an address; told anew for every redirect. */
    public Map<String, String> headers(URI location) {
        return delegations.headers(session, location);
    }

    /** All inputs are there, and outputs where they belong: nobody's token is needed for them any more. */
    public void fetched() {
        delegations.forget(session);
    }

    public Path path() {
        return folder;
    }

    public Path work() {
        return folder.resolve("work");
    }

    public Path temporary() {
        return folder.resolve("tmp");
    }

    /** Grows while the run prints; there is no such file before it begins. */
    public Path stdout() {
        return folder.resolve("stdout");
    }

    /** As {@link #stdout}. */
    public Path stderr() {
        return folder.resolve("stderr");
    }

    public Path file(String name) {
        return folder.resolve(name);
    }

    public boolean exists() {
        return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
    }

    /** Makes it with an empty {@code work/}. */
    public void create() throws IOException {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        make(work());
    }

    /** Makes an empty {@code tmp/}. */
    public void createTemporary() throws IOException {
        make(temporary());
    }

    private static void make(Path part) throws IOException {
        Files.createDirectories(part);
        Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwx------"));
    }

    /** Removes it with all its content, but for storage that outlives it; does nothing when it is not there. */
    public void delete() throws IOException {
        shelf.takeBack(this);
        delete(folder);
    }

    /** Removes a file or folder with everything below it, following no link. */
    public static void delete(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult preVisitDirectory(Path inner, BasicFileAttributes attributes) throws IOException {
                if (!Files.isWritable(inner) || !Files.isExecutable(inner) || !Files.isReadable(inner)) {
                    Files.setPosixFilePermissions(inner, PosixFilePermissions.fromString("rwx------"));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException why) throws IOException {
                if (why instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                    // A folder its owner closed against himself.
                    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
                    WorkFolder.delete(file);
                    return FileVisitResult.CONTINUE;
                }
                throw why;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path inner, @Nullable IOException why) throws IOException {
                if (why != null && !(why instanceof NoSuchFileException)) {
                    throw why;
                }
                Files.deleteIfExists(inner);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    // Inputs --------------------------------------------------------------------------------------------------------

    /**
     * Notes what lies in {@code work/} now as input, so that it is no result unless the run changes it; but for storage
     * that outlives the run. To be called
     * after the last change of owners and modes.
     *
     * @param hashes SHA-256 by name, of those that are known already
     * @return bytes of all inputs
     */
    public long noteInputs(Map<String, String> hashes) throws IOException {
        Map<String, Object> inputs = new LinkedHashMap<>();
        long[] total = {0};
        List<String> lent = shelf.places(this);
        Beneath.walk(work(), entry -> {
            if (lent.stream().anyMatch(place -> entry.name().startsWith(place + "/"))) {
                return;
            }
            Map<String, Object> facts = new LinkedHashMap<>();
            String known = hashes.get(entry.name());
            facts.put("sha256", known != null ? known : hash(entry).sha256());
            facts.put("size", entry.attributes().size());
            facts.put("key", key(entry));
            inputs.put(entry.name(), facts);
            total[0] += entry.attributes().size();
        });
        if (!inputs.isEmpty()) {
            JsonFile.write(file("inputs.json"), inputs);
        }
        return total[0];
    }

    /** Changes whenever the file is written, replaced, or changes hands. */
    private String key(Beneath.Entry entry) throws IOException {
        return entry.attributes().fileKey() + " "
                + entry.attributes().lastModifiedTime().to(java.util.concurrent.TimeUnit.NANOSECONDS) + " "
                + ((FileTime) Files.getAttribute(work().resolve(entry.name()), "unix:ctime", LinkOption.NOFOLLOW_LINKS))
                        .to(java.util.concurrent.TimeUnit.NANOSECONDS);
    }

    /**
     * Notes that bytes were moved for the session.
     *
     * @param direction {@code in} or {@code out}
     */
    public void noteMoved(String direction, long bytes) throws IOException {
        Map<String, Object> all = new LinkedHashMap<>(moved());
        all.put(direction, bytes);
        JsonFile.writeSurely(file("moved.json"), all);
    }

    /** Bytes that were moved for the session, by their direction; empty as long as nothing is noted. */
    public Map<String, Long> moved() throws IOException {
        Map<String, Long> moved = new LinkedHashMap<>();
        JsonFile.read(file("moved.json")).orElse(Map.of()).forEach((direction, bytes) -> {
            if (bytes instanceof Number number) {
                moved.put(direction, number.longValue());
            }
        });
        return moved;
    }

    // Results -------------------------------------------------------------------------------------------------------

    /** What a run may leave, at most. */
    public record ResultLimits(int count, long bytes) {}

    /** The run left more than may be kept. */
    public static final class TooManyResults extends IOException {
        private static final long serialVersionUID = 1L;

        TooManyResults(String message) {
            super(message);
        }
    }

    /**
     * Takes stock of what the run left: every regular file below {@code work/} that is not an unchanged input and does not
     * lie in storage that outlives it, which goes back to where it is kept. The list is stored and is what {@link #results} answers from then on. Nothing of the run may be alive any more.
     *
     * @throws TooManyResults when they are more than the limits allow; nothing is stored then
     */
    public List<ResultFile> collect(ResultLimits limits) throws IOException {
        shelf.takeBack(this);
        String tooLarge = shelf.tooLarge(this);
        if (tooLarge != null) {
            throw new TooManyResults(tooLarge);
        }
        Map<String, Object> inputs = JsonFile.read(file("inputs.json")).orElse(Map.of());
        List<ResultFile> found = new ArrayList<>();
        long[] total = {0};
        if (Files.isDirectory(work(), LinkOption.NOFOLLOW_LINKS)) {
            Beneath.walk(work(), entry -> {
                if (inputs.get(entry.name()) instanceof Map<?, ?> input && unchanged(entry, input)) {
                    return;
                }
                total[0] += entry.attributes().size();
                if (found.size() >= limits.count()) {
                    throw new TooManyResults("there are more than " + limits.count() + " result files");
                }
                if (total[0] > limits.bytes()) {
                    throw new TooManyResults("the results are larger than " + (limits.bytes() >> 20) + " MiB");
                }
                found.add(hash(entry));
            });
        }
        found.sort(Comparator.comparing(ResultFile::name));
        List<Map<String, Object>> rows = new ArrayList<>();
        for (ResultFile result : found) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("name", result.name());
            row.put("size", result.size());
            row.put("sha256", result.sha256());
            row.put("mediaType", result.mediaType());
            row.put("modified", result.modified().toString());
            rows.add(row);
        }
        JsonFile.writeSurely(file("results.json"), Map.of("results", rows));
        return List.copyOf(found);
    }

    private boolean unchanged(Beneath.Entry entry, Map<?, ?> input) throws IOException {
        if (!(input.get("size") instanceof Number size)
                || size.longValue() != entry.attributes().size()) {
            return false;
        }
        return key(entry).equals(input.get("key")) || hash(entry).sha256().equals(input.get("sha256"));
    }

    private static ResultFile hash(Beneath.Entry entry) throws IOException {
        MessageDigest digest = Sha256.begin();
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        long size = 0;
        try (SeekableByteChannel channel = entry.open()) {
            while (channel.read(buffer) >= 0) {
                size += buffer.position();
                digest.update(buffer.flip());
                buffer.clear();
            }
        }
        Instant modified = entry.attributes().lastModifiedTime().toInstant();
        String hex = HexFormat.of().formatHex(digest.digest());
        return new ResultFile(entry.name(), size, hex, MediaTypes.of(entry.name()), modified);
    }

    /** Whether stock has been taken. */
    public boolean collected() {
        return JsonFile.exists(file("results.json"));
    }

    /** What the run left, by name; empty before stock was taken. */
    public List<ResultFile> results() throws IOException {
        Optional<Map<String, Object>> stored = JsonFile.read(file("results.json"));
        if (stored.isEmpty() || !(stored.get().get("results") instanceof List<?> rows)) {
            return List.of();
        }
        List<ResultFile> results = new ArrayList<>();
        for (Object row : rows) {
            Map<?, ?> fields = (Map<?, ?>) row;
            results.add(new ResultFile(
                    String.valueOf(fields.get("name")),
                    fields.get("size") instanceof Number size ? size.longValue() : 0,
                    String.valueOf(fields.get("sha256")),
                    String.valueOf(fields.get("mediaType")),
                    Instant.parse(String.valueOf(fields.get("modified")))));
        }
        return List.copyOf(results);
    }

    /** The result of that name. */
    public Optional<ResultFile> result(String name) throws IOException {
        return results().stream().filter(r -> r.name().equals(name)).findFirst();
    }

    /**
     * Opens a result for reading.
     *
     * @param name as in {@link #results}
     * @throws NoSuchFileException when there is no such result
     */
    public SeekableByteChannel open(String name) throws IOException {
        if (result(name).isEmpty()) {
            throw new NoSuchFileException(name);
        }
        return Beneath.open(work(), name);
    }

    /** Writes all results as one archive; the same results give the same bytes. The stream stays open. */
    public void zip(OutputStream out) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(out);
        for (ResultFile result : results()) {
            ZipEntry entry = new ZipEntry(result.name());
            LocalDateTime time = LocalDateTime.ofInstant(result.modified(), ZoneOffset.UTC);
            entry.setTimeLocal(time.getYear() < 1980 ? LocalDateTime.of(1980, 1, 1, 0, 0) : time);
            zip.putNextEntry(entry);
            try (InputStream in = Channels.newInputStream(Beneath.open(work(), result.name()))) {
                in.transferTo(zip);
            }
            zip.closeEntry();
        }
        zip.finish();
    }
}
