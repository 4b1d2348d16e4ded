package org.planisphere.planner.staging;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What all platforms of a node have in common for staging: the places its operator opened, what was fetched before, how
 * quickly it came and how large it is. Thread safe.
 */
public final class Depot implements AutoCloseable {
    private final List<Opened> places;
    private final Fetching fetching;
    private final Speeds speeds;
    private final Measures measures;
    private final int atOnce;
    private final Map<String, URI> links;

    /**
     * A place that the operator opened.
     *
     * @param platforms for which it is; empty for all
     * @param source null when nothing is fetched from it
     * @param sink null when nothing is put there
     */
    public record Opened(
            Set<String> platforms,
            @Nullable Source source,
            @Nullable Sink sink) {
        public Opened {
            platforms = Set.copyOf(platforms);
        }

        boolean isFor(String platform) {
            return platforms.isEmpty() || platforms.contains(platform);
        }
    }

    private Depot(
            List<Opened> places,
            Fetching fetching,
            Speeds speeds,
            Duration patience,
            int atOnce,
            Map<String, URI> links) {
        this.links = Map.copyOf(links);
        this.places = List.copyOf(places);
        this.fetching = fetching;
        this.speeds = speeds;
        this.measures = new Measures(patience);
        this.atOnce = atOnce;
    }

    /** Without places and cache, which remembers nothing. */
    public static Depot plain() {
        return new Depot(List.of(), Fetching.PLAIN, new Speeds(null), Duration.ofMillis(500), 4, Map.of());
    }

    /** With these places, and nothing kept. */
    public static Depot with(List<Opened> places) {
        return new Depot(places, Fetching.PLAIN, new Speeds(null), Duration.ofMillis(500), 4, Map.of());
    }

    /**
     * @param folder in which it keeps what it has learned
     * @param fetching how, and what was fetched before
     * @param patience for which whoever asks for offers waits to be told how large something is
     * @param atOnce how many things are fetched at once for a session
     * @param links DataLink services by the authority, in lower case, of the identifiers they know
     * @throws IOException when the folder cannot be used
     */
    public static Depot in(
            Path folder, List<Opened> places, Fetching fetching, Duration patience, int atOnce, Map<String, URI> links)
            throws IOException {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        return new Depot(places, fetching, new Speeds(folder.resolve("speeds.json")), patience, atOnce, links);
    }

    List<Source> sources(String platform) {
        return places.stream()
                .filter(place -> place.isFor(platform) && place.source() != null)
                .map(Opened::source)
                .map(Source.class::cast)
                .toList();
    }

    List<Sink> sinks(String platform) {
        return places.stream()
                .filter(place -> place.isFor(platform) && place.sink() != null)
                .map(Opened::sink)
                .map(Sink.class::cast)
                .toList();
    }

    Fetching fetching() {
        return fetching;
    }

    public Cache cache() {
        return fetching.cache();
    }

    Map<String, URI> links() {
        return links;
    }

    Speeds speeds() {
        return speeds;
    }

    Measures measures() {
        return measures;
    }

    int atOnce() {
        return atOnce;
    }

    @Override
    public void close() {
        measures.close();
    }
}
