package org.planisphere.planner.staging;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.planisphere.foundation.http.GuardedHttp;
import org.planisphere.planner.task.Kind;

/**
 * Fetches what a task names, and puts its results where it wants them: each by the first source or sink that takes the
 * address. {@code file:} inside configured folders, {@code http} and {@code https} where the operator allowed the host, and
 * the places of the node's depot. Thread safe.
 */
public final class Staging {
    private final List<Source> sources;
    private final List<Sink> sinks;
    private final Depot depot;

    /** @param roots folders from which {@code file:} locations may be read; a root that does not exist gives nothing */
    public Staging(List<Path> roots, GuardedHttp http) {
        this("", roots, http, Depot.plain());
    }

    /** @param platform whose places of the depot are used */
    public Staging(String platform, List<Path> roots, GuardedHttp http, Depot depot) {
        this.depot = depot;
        List<Source> all = new ArrayList<>(depot.sources(platform));
        FileSource files = new FileSource(roots);
        all.add(files);
        all.add(new GitSource(files, http));
        all.add(new HttpSource(http, depot));
        List<Source> plain = List.copyOf(all);
        all.add(new IvoaSource(plain, http, depot.links()));
        all.add(new SkaoSource(plain));
        this.sources = List.copyOf(all);
        this.sinks = depot.sinks(platform);
    }

    /** Schemes of plain addresses that can be fetched at all. */
    public Set<String> schemes() {
        Set<String> schemes = new TreeSet<>();
        sources.forEach(source -> schemes.addAll(source.schemes()));
        return schemes;
    }

    /** Kinds of data that can be fetched at all. */
    public Set<Kind> kinds() {
        Set<Kind> kinds = new LinkedHashSet<>();
        sources.forEach(source -> kinds.addAll(source.kinds()));
        return kinds;
    }

    /** Something could not be fetched, or put somewhere. The message is for the person who asked for it. */
    public static final class NotFetched extends IOException {
        private static final long serialVersionUID = 1L;

        NotFetched(String message) {
            super(message);
        }

        public NotFetched(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private Optional<Source> source(Address address) {
        return sources.stream().filter(source -> source.takes(address)).findFirst();
    }

    /** Why the location cannot be fetched, as far as that can be told without fetching it. */
    public Optional<Unreachable> examine(String location) {
        return examine(Address.of(location));
    }

    /** Why it cannot be fetched, as far as that can be told without fetching it. */
    public Optional<Unreachable> examine(Address address) {
        Optional<Source> source = source(address);
        if (source.isPresent()) {
            return source.get().examine(address);
        }
        String reason = address.scheme().isEmpty() && address.uri().isEmpty()
                ? "it is not a URL"
                : "this platform does not read such addresses";
        return Optional.of(Unreachable.of(address, reason));
    }

    /** Why it cannot be had, as whoever was asked for its size has said lately; nobody is asked now. */
    public Optional<Unreachable> found(Address address) {
        String gone = depot.measures().known(address).gone();
        return gone.isEmpty() ? Optional.empty() : Optional.of(Unreachable.of(address, gone));
    }

    /**
     * What is known of things before they are fetched.
     *
     * @param bytes of those whose size is known
     * @param unknown how many have a size that nobody knows
     * @param expected how long fetching them will take, one after the other
     */
    public record Forecast(long bytes, int unknown, Duration expected) {}

    /** Asks how large things are, for a moment; what is not known by then counts as unknown. */
    public Forecast forecast(List<Address> addresses) {
        Map<Address, Source> by = new HashMap<>();
        addresses.forEach(address -> source(address)
                .filter(source -> source.examine(address).isEmpty())
                .ifPresent(source -> by.put(address, source)));
        List<Measures.Measure> measures = depot.measures().of(addresses, by);
        long bytes = 0;
        int unknown = 0;
        Duration expected = Duration.ZERO;
        for (int i = 0; i < addresses.size(); i++) {
            OptionalLong size = measures.get(i).size();
            Source source = by.get(addresses.get(i));
            if (size.isPresent() && source != null) {
                bytes += size.getAsLong();
                expected = expected.plus(depot.speeds().expected(source.whence(addresses.get(i)), size.getAsLong()));
            } else {
                unknown++;
            }
        }
        return new Forecast(bytes, unknown, expected);
    }

    /** How many things are fetched at once for a session. */
    public int atOnce() {
        return depot.atOnce();
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
        return fetch(Address.of(location), target, new Transfer(limit, headers, said -> {}));
    }

    /**
     * Fetches it into a new file, or a folder into a new folder. Blocks.
     *
     * @param target in a folder that nobody else can change meanwhile
     */
    public Staged fetch(Address address, Path target, Transfer transfer) throws NotFetched {
        Optional<Unreachable> unreachable = examine(address);
        if (unreachable.isPresent()) {
            throw new NotFetched(unreachable.get().location() + " cannot be read: "
                    + unreachable.get().reason());
        }
        Source source = source(address).orElseThrow();
        try {
            Files.createDirectories(target.getParent());
            long before = transfer.moved();
            long began = System.nanoTime();
            Staged staged = source.fetch(address, target, transfer);
            if (transfer.moved() - before >= staged.size()) {
                // Nothing of it came from the cache.
                Duration took = Duration.ofNanos(System.nanoTime() - began);
                depot.speeds().measured(source.whence(address), staged.size(), took);
            }
            return staged;
        } catch (IOException e) {
            throw new NotFetched(address.shown() + " could not be fetched: " + reason(e), e);
        }
    }

    private static String reason(IOException e) {
        return e instanceof java.nio.file.FileSystemException fault
                ? fault.getReason() == null ? "it cannot be read" : fault.getReason()
                : String.valueOf(e.getMessage());
    }

    private Optional<Sink> sink(Address address) {
        return sinks.stream().filter(sink -> sink.takes(address)).findFirst();
    }

    /** Why nothing can be put there, as far as that can be told without trying. */
    public Optional<Unreachable> examineSink(Address address) {
        return sink(address)
                .map(sink -> sink.examine(address))
                .orElseGet(() ->
                        Optional.of(Unreachable.of(address, "this platform has no such place to which it may write")));
    }

    /** Puts a file there; when it returns, it is there. Blocks. */
    public void put(Address address, Sink.Parcel parcel, Transfer transfer) throws NotFetched {
        Optional<Unreachable> unreachable = examineSink(address);
        if (unreachable.isPresent()) {
            throw new NotFetched(parcel.file().name() + " cannot be put to "
                    + unreachable.get().location() + ": " + unreachable.get().reason());
        }
        try {
            sink(address).orElseThrow().put(address, parcel, transfer);
        } catch (IOException e) {
            throw new NotFetched(
                    parcel.file().name() + " could not be put to " + address.shown() + ": " + reason(e), e);
        }
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
