package org.planisphere.wire.codec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.planisphere.wire.AcceptsResponse;
import org.planisphere.wire.ExecutionRequest;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.Me;
import org.planisphere.wire.OfferSetList;
import org.planisphere.wire.OfferSetResponse;
import org.planisphere.wire.Problem;
import org.planisphere.wire.ResultList;
import org.planisphere.wire.SessionList;
import org.planisphere.wire.Update;

/** The examples of the documentation and those of the tests, one file a document, typed by the name's first word. */
record Example(Path path, Format format, Class<?> type, String schema) {
    static final List<Path> FOLDERS = List.of(Path.of("../docs/examples"), Path.of("src/test/resources/examples"));

    static Stream<Example> all() {
        return FOLDERS.stream().flatMap(Example::in).sorted((a, b) -> a.path.compareTo(b.path));
    }

    static Stream<Example> of(Format format) {
        return all().filter(example -> example.format == format);
    }

    byte[] bytes() {
        try {
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same document in another format. */
    Example in(Format other) {
        String name = path.getFileName().toString();
        Path sibling = path.resolveSibling(name.substring(0, name.lastIndexOf('.')) + "." + suffix(other));
        return new Example(sibling, other, type, schema);
    }

    @Override
    public String toString() {
        return path.getFileName().toString();
    }

    private static String suffix(Format format) {
        return format.name().toLowerCase(java.util.Locale.ROOT);
    }

    private static Stream<Example> in(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files
                    .filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().endsWith(".md"))
                    .map(Example::of)
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Example of(Path path) {
        String name = path.getFileName().toString();
        Format format = Format.valueOf(name.substring(name.lastIndexOf('.') + 1).toUpperCase(java.util.Locale.ROOT));
        String sort = name.split("[-.]")[0];
        return switch (sort) {
            case "request" -> new Example(path, format, ExecutionRequest.class, "execution-request");
            case "offerset" -> new Example(path, format, OfferSetResponse.class, "offer-set-response");
            case "session" -> new Example(path, format, ExecutionSession.class, "execution-session");
            case "update" -> new Example(path, format, Update.class, "update");
            case "problem" -> new Example(path, format, Problem.class, "problem");
            case "sessions" -> new Example(path, format, SessionList.class, "session-list");
            case "offersets" -> new Example(path, format, OfferSetList.class, "offer-set-list");
            case "results" -> new Example(path, format, ResultList.class, "result-list");
            case "accepts" -> new Example(path, format, AcceptsResponse.class, "accepts-response");
            case "me" -> new Example(path, format, Me.class, "me");
            default -> throw new IllegalArgumentException("an example of what? " + path);
        };
    }
}
