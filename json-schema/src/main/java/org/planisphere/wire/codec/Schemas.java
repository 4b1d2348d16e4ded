package org.planisphere.wire.codec;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.planisphere.wire.Problem;

/**
 * The descriptions of the interface, as a planner serves them: the OpenAPI document, the XSD, the JSON Schemas and the
 * pages to try them with. Read from the class path once; the arrays are shared and must not be changed. Safe for many
 * threads.
 */
public final class Schemas {
    /** What may be asked for by name; keeps addresses from naming anything else on the class path. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,60}");

    private static final String FOLDER = "/org/planisphere/schema/";
    private static final Map<String, Optional<byte[]>> CACHE = new ConcurrentHashMap<>();

    private Schemas() {}

    /** The OpenAPI 3.1 document in JSON; its server is {@code /planner}. */
    public static byte[] openapiJson() {
        return CACHE.computeIfAbsent("openapi", none -> Optional.of(toJson(openapiYaml())))
                .orElseThrow();
    }

    /** The OpenAPI 3.1 document in YAML. */
    public static byte[] openapiYaml() {
        return file("openapi.yaml");
    }

    /** The list of all kinds that are described here, as JSON. */
    public static byte[] kinds() {
        return file("kinds.json");
    }

    /**
     * The JSON Schema of one kind.
     *
     * @param group such as {@code executable}
     * @param name the last part of the kind's URI, with or without its {@code .yaml}
     */
    public static Optional<byte[]> kind(String group, String name) {
        String bare = name.replaceFirst("\\.(yaml|json)$", "");
        return NAME.matcher(group).matches() && NAME.matcher(bare).matches()
                ? find(FOLDER + "kinds/" + group + "/" + bare + ".json")
                : Optional.empty();
    }

    /** The JSON Schema of a document, such as {@code execution-request}; the suffix {@code .json} may be there. */
    public static Optional<byte[]> document(String name) {
        String bare = name.replaceFirst("\\.json$", "");
        return NAME.matcher(bare).matches() && !bare.equals("kinds") ? find(FOLDER + bare + ".json") : Optional.empty();
    }

    /** The XSD of all documents; it imports {@code problem.xsd} beside it. */
    public static byte[] xsd() {
        return found(Problem.class, "planisphere.xsd").orElseThrow();
    }

    /** The XSD of what planners may say of themselves in registries; it imports VOResource. */
    public static byte[] registryXsd() {
        return found(Problem.class, "planisphere-registry.xsd").orElseThrow();
    }

    /** The XSD of problems. */
    public static byte[] problemXsd() {
        return found(Problem.class, "problem.xsd").orElseThrow();
    }

    /** A file of the page to try the interface with: {@code index.html}, {@code tryit.js} or {@code tryit.css}. */
    public static Optional<byte[]> tryIt(String name) {
        return switch (name) {
            case "index.html", "tryit.js", "tryit.css" -> find(FOLDER + "tryit/" + name);
            default -> Optional.empty();
        };
    }

    private static byte[] file(String name) {
        return find(FOLDER + name).orElseThrow();
    }

    private static Optional<byte[]> find(String path) {
        return CACHE.computeIfAbsent(path, given -> found(Schemas.class, given));
    }

    private static Optional<byte[]> found(Class<?> beside, String path) {
        try (InputStream in = beside.getResourceAsStream(path)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] toJson(byte[] yaml) {
        try {
            JsonNode tree = Json.yaml().readTree(yaml);
            return Json.mapper().writeValueAsBytes(tree);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
