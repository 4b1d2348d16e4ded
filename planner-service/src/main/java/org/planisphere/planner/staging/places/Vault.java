package org.planisphere.planner.staging.places;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The credentials of places, by their names, in a file that the planner's user alone may read: {@code name.user},
 * {@code name.password}, {@code name.token}, {@code name.access}, {@code name.secret}. Read again when it changes; its
 * content is never told. Thread safe.
 */
public final class Vault {
    /** There is none. */
    public static final Vault NONE = new Vault(null);

    private static final Set<PosixFilePermission> OTHERS =
            EnumSet.complementOf(EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));

    private final @Nullable Path file;
    private Properties content = new Properties();
    private @Nullable FileTime read;

    public Vault(@Nullable Path file) {
        this.file = file;
    }

    /**
     * Whether it can be used; for who starts.
     *
     * @throws IOException when it is not there, or others than its owner may read or write it
     */
    public void check() throws IOException {
        load();
    }

    /** Whether there is anything of that name. */
    public boolean has(String name) throws IOException {
        return load().stringPropertyNames().stream().anyMatch(key -> key.startsWith(name + "."));
    }

    Optional<String> find(String name, String field) throws IOException {
        return Optional.ofNullable(load().getProperty(name + "." + field)).filter(text -> !text.isEmpty());
    }

    String get(String name, String field) throws IOException {
        return find(name, field)
                .orElseThrow(() -> new IOException("the operator has not set the credentials of this place"));
    }

    private synchronized Properties load() throws IOException {
        if (file == null) {
            return content;
        }
        FileTime changed = Files.getLastModifiedTime(file);
        if (!changed.equals(read)) {
            Set<PosixFilePermission> open = EnumSet.copyOf(OTHERS);
            open.retainAll(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
            if (!open.isEmpty()) {
                throw new IOException("the vault may be read by others than its owner: give it the mode 0600");
            }
            Properties now = new Properties();
            try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                now.load(reader);
            } catch (IllegalArgumentException e) {
                throw new IOException("the vault cannot be read");
            }
            content = now;
            read = changed;
        }
        return content;
    }
}
