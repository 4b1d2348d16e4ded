package org.planisphere.planner.staging;

import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.digest.Sha256;

/**
 * What was fetched before, by its content: files named by their SHA-256, and which of them each location gave, with its
 * ETag. Nobody gets anything from here but whom the source itself has just told that it is unchanged, so what somebody may
 * not read there is not read here. The least recently used goes when there is too much. Thread safe.
 */
public final class Cache {
    /** Keeps nothing. */
    public static final Cache NONE = new Cache(null, 0);

    private static final System.Logger LOG = System.getLogger(Cache.class.getName());

    private final @Nullable Path folder;
    private final long most;
    private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long total;

    /** What a location gave. */
    record Entry(String key, String tag, String sha256, long size) {}

    private Cache(@Nullable Path folder, long most) {
        this.folder = folder;
        this.most = most;
    }

    /**
     * @param folder made, readable by nobody else; what an earlier planner left in it is used
     * @param most bytes of all together; nothing is kept when 0
     */
    public static Cache in(Path folder, long most) throws IOException {
        if (most == 0) {
            WorkFolder.delete(folder);
            return NONE;
        }
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        Cache cache = new Cache(folder, most);
        cache.read();
        return cache;
    }

    private void read() throws IOException {
        Path index = index();
        JsonFile.read(index).orElse(Map.of()).forEach((key, value) -> {
            if (value instanceof Map<?, ?> facts
                    && facts.get("size") instanceof Number size
                    && Files.exists(file(String.valueOf(facts.get("sha256"))))) {
                entries.put(
                        key,
                        new Entry(
                                key,
                                String.valueOf(facts.get("etag")),
                                String.valueOf(facts.get("sha256")),
                                size.longValue()));
                total += size.longValue();
            }
        });
        try (var files = Files.newDirectoryStream(folder())) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (!file.equals(index)
                        && entries.values().stream().noneMatch(e -> e.sha256().equals(name))) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private Path folder() {
        if (folder == null) {
            throw new IllegalStateException("nothing is kept");
        }
        return folder;
    }

    private Path index() {
        return folder().resolve("index.json");
    }

    private Path file(String sha256) {
        if (!sha256.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("no SHA-256: " + sha256);
        }
        return folder().resolve(sha256);
    }

    /** Locations may hold secrets, so none is written down. */
    private static String key(URI location) {
        return Sha256.hex(location.toString().getBytes(StandardCharsets.UTF_8));
    }

    synchronized Optional<Entry> find(URI location) {
        if (folder == null) {
            return Optional.empty();
        }
        Entry entry = entries.get(key(location));
        return entry == null || !Files.exists(file(entry.sha256())) ? Optional.empty() : Optional.of(entry);
    }

    InputStream open(Entry entry) throws IOException {
        return Files.newInputStream(file(entry.sha256()));
    }

    /** Keeps a copy of what a location gave, if it is not too large for that. Never fails whoever has fetched it. */
    void keep(URI location, String tag, Staged staged, Path from) {
        if (folder == null || staged.size() > most / 4) {
            return;
        }
        try {
            Path kept = file(staged.sha256());
            if (!Files.exists(kept)) {
                Path draft = folder.resolve("new-" + UUID.randomUUID());
                try {
                    Files.copy(from, draft);
                    Files.move(draft, kept, StandardCopyOption.ATOMIC_MOVE);
                } finally {
                    Files.deleteIfExists(draft);
                }
            }
            Entry entry = new Entry(key(location), tag, staged.sha256(), staged.size());
            synchronized (this) {
                Entry old = entries.put(entry.key(), entry);
                total += entry.size() - (old == null ? 0 : old.size());
                while (total > most) {
                    drop(entries.values().iterator().next());
                }
                if (old != null) {
                    unused(old);
                }
                write();
            }
        } catch (AtomicMoveNotSupportedException e) {
            throw new IllegalStateException("a file system without renaming", e);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "what was fetched cannot be kept: " + e.getMessage());
        }
    }

    private void drop(Entry entry) throws IOException {
        entries.remove(entry.key());
        total -= entry.size();
        unused(entry);
    }

    private void unused(Entry entry) throws IOException {
        if (entries.values().stream().noneMatch(e -> e.sha256().equals(entry.sha256()))) {
            Files.deleteIfExists(file(entry.sha256()));
        }
    }

    private void write() throws IOException {
        Map<String, Object> all = new LinkedHashMap<>();
        entries.forEach((key, entry) ->
                all.put(key, Map.of("etag", entry.tag(), "sha256", entry.sha256(), "size", entry.size())));
        JsonFile.write(index(), all);
    }

    /** Bytes that are kept. */
    public synchronized long size() {
        return total;
    }
}
