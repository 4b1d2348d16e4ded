package org.planisphere.foundation.identity;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.planisphere.foundation.digest.Sha256;
import org.planisphere.foundation.settings.Keys;
import org.planisphere.foundation.settings.SettingsException;
import org.planisphere.wire.codec.Json;

/**
 * Callers known by a token of this node's own, kept as SHA-256 in a YAML file: a list of {@code {name, sha256, groups,
 * roles}}. The file is read again when it changes; one with faults changes nothing then, and one that has gone is a list of
 * nobody. Thread safe.
 *
 * <p>A token has at least 128 random bits, so a plain hash is enough: there is nothing to guess by trying words. Look-up
 * is by the hash, so its time says nothing of a token.
 */
public final class TokenBook implements Authenticator {
    private static final System.Logger LOG = System.getLogger(TokenBook.class.getName());
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final @Nullable Path file;
    /** When each was last told of; as many as the book has callers. */
    private final Map<String, Long> told = new ConcurrentHashMap<>();

    private volatile Map<String, Caller> callers = Map.of();
    private volatile @Nullable FileTime read;
    private @Nullable FileTime faulty;

    /**
     * @param file may be missing: then no token is valid until it is there; null for a node without tokens
     * @throws SettingsException when the file has faults
     */
    public TokenBook(@Nullable Path file) {
        this.file = file;
        if (file == null) {
            return;
        }
        try {
            FileTime changed = Files.getLastModifiedTime(file);
            callers = load(file);
            read = changed;
        } catch (NoSuchFileException missing) {
            LOG.log(System.Logger.Level.WARNING, "{0} is not there: no token of it is valid until it is", file);
        } catch (IOException | IllegalArgumentException e) {
            throw new SettingsException(List.of(Keys.IDENTITY_TOKENS.key() + ": " + fault(file, e)));
        }
    }

    /** The caller who holds the token, if it is one of ours. */
    public Optional<Caller> caller(String token) {
        refresh();
        return Optional.ofNullable(callers.get(sha256(token)));
    }

    @Override
    public Recognition recognise(String token) {
        Optional<Caller> known = caller(token);
        known.ifPresent(this::tell);
        return known.<Recognition>map(Recognition.Known::new).orElse(Recognition.UNKNOWN);
    }

    /** Once a minute for each caller: programs call often. */
    private void tell(Caller caller) {
        long now = System.nanoTime();
        Long before = told.get(caller.id());
        if (before == null || now - before > MINUTE) {
            told.put(caller.id(), now);
            SecurityLog.tell(SecurityLog.Event.RECOGNISED, caller.id(), "by a token of this node's book");
        }
    }

    /** Lower-case hex of the token's SHA-256, as it stands in the file. */
    public static String sha256(String token) {
        return Sha256.hex(token);
    }

    private void refresh() {
        Path path = file;
        if (path == null) {
            return;
        }
        try {
            FileTime changed = Files.getLastModifiedTime(path);
            if (!changed.equals(read)) {
                synchronized (this) {
                    if (!changed.equals(read)) {
                        reload(path, changed);
                    }
                }
            }
        } catch (IOException gone) {
            callers = Map.of();
            read = null;
        }
    }

    private void reload(Path path, FileTime changed) {
        try {
            callers = load(path);
            told.clear();
            read = changed;
        } catch (IOException | IllegalArgumentException e) {
            // It may be half written: it is looked at again with the next call, and told of once.
            if (!changed.equals(faulty)) {
                faulty = changed;
                LOG.log(System.Logger.Level.ERROR, "the tokens stay as they were: {0}", fault(path, e));
            }
        }
    }

    /** Nothing of what stands in the file is repeated: it may be a token that was put where its hash belongs. */
    private static String fault(Path path, Exception e) {
        int line = e instanceof JsonProcessingException json && json.getLocation() != null
                ? json.getLocation().getLineNr()
                : 0;
        return e instanceof IOException && !(e instanceof JsonProcessingException)
                ? path + " cannot be read"
                : path + (line > 0 ? " line " + line : "")
                        + " must be a YAML list of {name, sha256, groups, roles}: a name of [A-Za-z0-9._@-], the SHA-256 of a"
                        + " token in hex, and roles of operator and publisher";
    }

    private static Map<String, Caller> load(Path path) throws IOException {
        Entry[] entries = Json.yaml().readValue(Files.readAllBytes(path), Entry[].class);
        Map<String, Caller> loaded = new HashMap<>();
        for (Entry entry : entries == null ? new Entry[0] : entries) {
            if (entry == null) {
                throw new IllegalArgumentException("an entry is empty");
            }
            Set<Caller.Role> roles = new LinkedHashSet<>();
            for (String role : entry.roles()) {
                roles.add(Caller.Role.valueOf(role.toUpperCase(Locale.ROOT)));
            }
            Set<String> groups = new LinkedHashSet<>();
            entry.groups().forEach(group -> groups.add("local|" + group));
            loaded.put(
                    entry.sha256().toLowerCase(Locale.ROOT),
                    new Caller("local|" + entry.name(), entry.name(), groups, roles));
        }
        return Map.copyOf(loaded);
    }

    /** One line of the file. */
    record Entry(String name, String sha256, List<String> groups, List<String> roles) {
        Entry(
                @Nullable String name,
                @Nullable String sha256,
                @Nullable List<String> groups,
                @Nullable List<String> roles) {
            this.name = name == null ? "" : name;
            this.sha256 = sha256 == null ? "" : sha256;
            this.groups = groups == null ? List.of() : groups;
            this.roles = roles == null ? List.of() : roles;
            if (!this.name.matches("[A-Za-z0-9._@-]{1,100}") || !this.sha256.matches("[0-9a-fA-F]{64}")) {
                throw new IllegalArgumentException(
                        "a token's entry needs a name ([A-Za-z0-9._@-], at most 100) and the sha256 of the token in"
                                + " hex");
            }
        }
    }
}
