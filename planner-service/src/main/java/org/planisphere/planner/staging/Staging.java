package org.planisphere.planner.staging;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.planisphere.foundation.digest.Sha256;
import org.planisphere.foundation.http.GuardedHttp;

/**
 * Fetches what a task names by address: {@code file:} inside configured folders, {@code http} and {@code https} where
 * the operator allowed the host. Thread safe.
 */
public final class Staging {
    private final List<Path> roots;
    private final GuardedHttp http;

    /** @param roots folders from which {@code file:} locations may be read; a root that does not exist gives nothing */
    public Staging(List<Path> roots, GuardedHttp http) {
        this.roots = List.copyOf(roots);
        this.http = http;
    }

    /** What was fetched. */
    public record Staged(long size, String sha256) {}

    /** Schemes that can be fetched at all. */
    public Set<String> schemes() {
        Set<String> schemes = new TreeSet<>();
        if (!roots.isEmpty()) {
            schemes.add("file");
        }
        if (!http.rules().hosts().isEmpty()) {
            schemes.add("http");
            schemes.add("https");
        }
        return schemes;
    }

    /**
     * Why a location cannot be fetched.
     *
     * @param location as it may be shown: cut when it is long, and without what may be a password
     * @param reason a clause for people, such as {@code it is not a URL}
     */
    public record Unreachable(String location, String reason) {}

    /** Something could not be fetched. The message is for the person who asked for it. */
    public static final class NotFetched extends IOException {
        private static final long serialVersionUID = 1L;

        NotFetched(String message) {
            super(message);
        }

        NotFetched(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Why the location cannot be fetched, as far as that can be told without fetching it. */
    public Optional<Unreachable> examine(String location) {
        URI uri;
        try {
            uri = new URI(location);
        } catch (URISyntaxException e) {
            return Optional.of(unreachable(location, "it is not a URL"));
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!schemes().contains(scheme)) {
            return Optional.of(unreachable(location, "this platform does not read such addresses"));
        }
        if (scheme.equals("file")) {
            try {
                find(uri);
                return Optional.empty();
            } catch (IOException e) {
                return Optional.of(
                        unreachable(location, "there is no such file in the folders this platform reads from"));
            }
        }
        if (uri.getUserInfo() != null) {
            return Optional.of(unreachable("the address", "it holds a name or password"));
        }
        if (!http.rules().allows(uri)) {
            return Optional.of(unreachable(location, "this platform does not read from that host"));
        }
        return Optional.empty();
    }

    private static Unreachable unreachable(String location, String reason) {
        return new Unreachable(location.length() > 300 ? location.substring(0, 300) + "…" : location, reason);
    }

    /**
     * Fetches the location into a new file, or, for a folder's address, into a new folder. Blocks.
     *
     * @param target in a folder that nobody else can change meanwhile
     * @param limit bytes, at most
     */
    public Staged fetch(String location, Path target, long limit) throws NotFetched {
        return fetch(location, target, limit, at -> Map.of());
    }

    /**
     * As {@link #fetch(String, Path, long)}.
     *
     * @param headers to send to an address, asked anew for every redirect
     */
    public Staged fetch(String location, Path target, long limit, Function<URI, Map<String, String>> headers)
            throws NotFetched {
        Optional<Unreachable> unreachable = examine(location);
        if (unreachable.isPresent()) {
            throw new NotFetched(unreachable.get().location() + " cannot be read: "
                    + unreachable.get().reason());
        }
        try {
            URI uri = URI.create(location);
            Files.createDirectories(target.getParent());
            if (!"file".equalsIgnoreCase(uri.getScheme())) {
                MessageDigest digest = Sha256.begin();
                try (OutputStream out = sink(target, digest)) {
                    long size = http.get(uri, headers, limit, out).size();
                    return new Staged(size, HexFormat.of().formatHex(digest.digest()));
                }
            }
            Path source = find(uri);
            if (Files.isDirectory(source)) {
                long[] total = {0};
                Files.createDirectory(target);
                List<String> names = new ArrayList<>();
                Beneath.walk(source, entry -> names.add(entry.name()));
                for (String name : names) {
                    Path copy = target.resolve(name);
                    Files.createDirectories(copy.getParent());
                    try (InputStream in = Channels.newInputStream(Beneath.open(source, name))) {
                        total[0] += copy(in, copy, limit - total[0]).size();
                    }
                }
                return new Staged(total[0], "");
            }
            // Opened by its real path, whose parts are checked once more on the way: no link slips in between.
            Path root = source.getRoot();
            try (InputStream in = Channels.newInputStream(
                    Beneath.open(root, root.relativize(source).toString()))) {
                return copy(in, target, limit);
            }
        } catch (IOException e) {
            throw new NotFetched(location + " could not be fetched: " + reason(e), e);
        }
    }

    private static String reason(IOException e) {
        return e instanceof java.nio.file.FileSystemException fault
                ? fault.getReason() == null ? "it cannot be read" : fault.getReason()
                : String.valueOf(e.getMessage());
    }

    private static OutputStream sink(Path target, MessageDigest digest) throws IOException {
        return new DigestOutputStream(
                Files.newOutputStream(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), digest);
    }

    private static Staged copy(InputStream in, Path target, long limit) throws IOException {
        MessageDigest digest = Sha256.begin();
        long size = 0;
        try (OutputStream out = sink(target, digest)) {
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                size += n;
                if (size > limit) {
                    throw new IOException("it is larger than the " + (limit >> 20) + " MiB there are for it");
                }
                out.write(buffer, 0, n);
            }
        }
        return new Staged(size, HexFormat.of().formatHex(digest.digest()));
    }

    /** The real path of a {@code file:} location, which lies in one of the roots, is readable, and is file or folder. */
    private Path find(URI uri) throws IOException {
        if (uri.getRawAuthority() != null || uri.getPath() == null || uri.getRawQuery() != null) {
            throw new IOException("it is not the address of a file");
        }
        Path real;
        try {
            real = Path.of(uri.getPath()).toRealPath();
        } catch (InvalidPathException e) {
            throw new IOException("it is not the address of a file", e);
        }
        for (Path root : roots) {
            if (Files.isDirectory(root) && real.startsWith(root.toRealPath())) {
                if ((Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS) || Files.isDirectory(real))
                        && Files.isReadable(real)) {
                    return real;
                }
            }
        }
        throw new IOException("it is outside of the folders that may be read");
    }

    /** A safe file name for what the location names: letters, digits and {@code . _ -}, not hidden, at most 100. */
    public static String nameFor(String location, String fallback) {
        String path = location;
        try {
            String decoded = new URI(location).getPath();
            path = decoded == null ? "" : decoded;
        } catch (URISyntaxException e) {
            // Its last part is as good as any.
        }
        while (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        String name = path.substring(path.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9._-]", "_");
        name = name.replaceAll("^[.-]+", "");
        if (name.length() > 100) {
            name = name.substring(name.length() - 100).replaceAll("^[.-]+", "");
        }
        return name.isEmpty() ? fallback : name;
    }
}
