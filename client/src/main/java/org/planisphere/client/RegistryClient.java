package org.planisphere.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.planisphere.wire.codec.Json;

/**
 * A registry: where planners are found. Immutable and safe for many threads; deadlines, bounds and failures as with
 * {@link PlannerClient}.
 */
public final class RegistryClient {
    /** The standard by which a planner is found; the IVOA has given it no identifier of its own yet. */
    public static final String EXECUTION_BROKER = "ivo://planisphere.local/std/ExecutionBroker";

    private final URI base;
    private final @Nullable String token;
    private final Http http;

    private RegistryClient(URI base, @Nullable String token, Duration timeout) {
        this.base = base;
        this.token = token;
        this.http = new Http(base, token, timeout, 3);
    }

    /**
     * The registry at this base URL ({@code https://host/registry}).
     *
     * @throws IllegalArgumentException when it is not an absolute http or https URL
     */
    public static RegistryClient at(URI base) {
        return new RegistryClient(Uris.base(base), null, Duration.ofSeconds(30));
    }

    /** The same registry, called with this bearer token; anonymously with null. */
    public RegistryClient withToken(@Nullable String bearer) {
        return new RegistryClient(base, bearer, http.timeout());
    }

    /** The same registry with another deadline for each call; above 0. */
    public RegistryClient withTimeout(Duration each) {
        return new RegistryClient(base, token, each);
    }

    /** The base URL, without a slash at its end. */
    public URI base() {
        return base;
    }

    /**
     * The records that have a capability of this standard and the words of the text.
     *
     * @param standardID of a capability, null for any
     * @param text words of title, description or identifier, null for any
     */
    public Pages<Entry> search(@Nullable String standardID, @Nullable String text) {
        return search(standardID, text, null);
    }

    /**
     * As {@link #search(String, String)}, of services that run executables of a kind.
     *
     * @param kind URI or its last part, such as {@code docker-container}; null for any
     */
    public Pages<Entry> search(@Nullable String standardID, @Nullable String text, @Nullable String kind) {
        List<String> query = new ArrayList<>();
        if (standardID != null) {
            query.add("standardID=" + URLEncoder.encode(standardID, StandardCharsets.UTF_8));
        }
        if (text != null) {
            query.add("q=" + URLEncoder.encode(text, StandardCharsets.UTF_8));
        }
        if (kind != null) {
            query.add("kind=" + URLEncoder.encode(kind, StandardCharsets.UTF_8));
        }
        URI first = Uris.under(base, "/search" + (query.isEmpty() ? "" : "?" + String.join("&", query)));
        return new Pages<>(first, uri -> Http.await(page(uri)));
    }

    /** The planners it knows. */
    public Pages<Entry> planners() {
        return search(EXECUTION_BROKER, null);
    }

    /**
     * Has a service registered, or its record renewed; the registry reads what it says of itself.
     *
     * @param capabilities address of the service's VOSI capabilities
     * @throws PlannerProblem when the registry does not take it from this caller, or cannot read it
     */
    public Entry register(URI capabilities) {
        return Http.await(registerAsync(capabilities));
    }

    /** As {@link #register}. */
    public CompletableFuture<Entry> registerAsync(URI capabilities) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Accept", "application/json");
        headers.put("Content-Type", "application/json");
        headers.put("Idempotency-Key", UUID.randomUUID().toString());
        byte[] body = Json.mapper()
                .createObjectNode()
                .put("capabilitiesUrl", capabilities.toString())
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        return http.send(new Http.Call("POST", Uris.under(base, "/register"), body, headers))
                .thenApply(reply -> entry(reply.uri(), Documents.tree(reply)));
    }

    /**
     * Writes a record, new or in place of one; it says itself what it is called.
     *
     * @param record a {@code ri:Resource}, as XML or as the registry's JSON
     * @throws PlannerProblem when the registry does not take it from this caller; with every fault of the record
     */
    public Entry publish(byte[] record) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Accept", "application/json");
        headers.put("Content-Type", isJson(record) ? "application/json" : "application/xml");
        return Http.await(http.send(new Http.Call("POST", Uris.under(base, "/records"), record, headers))
                .thenApply(reply -> entry(reply.uri(), Documents.tree(reply))));
    }

    /** XML never begins with a brace. */
    private static boolean isJson(byte[] record) {
        for (byte letter : record) {
            if (letter != ' ' && letter != '\n' && letter != '\r' && letter != '\t') {
                return letter == '{';
            }
        }
        return false;
    }

    /** How it stands with the registries it harvests. */
    public List<Source> sources() {
        return Http.await(http.send(Http.Call.get(Uris.under(base, "/harvest"), "application/json"))
                .thenApply(reply -> {
                    List<Source> sources = new ArrayList<>();
                    Documents.tree(reply).path("items").forEach(item -> sources.add(source(item)));
                    return sources;
                }));
    }

    /**
     * Has a source harvested now; returns at once, and {@link #sources()} tells how it goes. For operators.
     *
     * @param source its address as {@link #sources()} has it
     * @param full everything, even when that is not due
     * @param believe what does not come any more is deleted, however much it is
     */
    public Source harvest(String source, boolean full, boolean believe) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Accept", "application/json");
        headers.put("Content-Type", "application/json");
        byte[] body = Json.mapper()
                .createObjectNode()
                .put("source", source)
                .put("full", full)
                .put("believe", believe)
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        return Http.await(http.send(new Http.Call("POST", Uris.under(base, "/harvest"), body, headers))
                .thenApply(reply -> source(Documents.tree(reply))));
    }

    private static Source source(JsonNode item) {
        return new Source(
                item.path("url").asText(""),
                item.path("title").asText(""),
                item.path("state").asText(""),
                item.path("full").asBoolean(),
                item.path("run").asLong(),
                item.path("seen").asLong(),
                item.path("lastSuccess").asText(""),
                item.path("next").asText(""),
                item.path("failures").asInt(),
                item.path("alarm").asBoolean(),
                item.path("message").asText(""));
    }

    /**
     * A registry that is harvested. The texts may be others' words.
     *
     * @param state {@code idle} or {@code running}
     * @param full whether the harvest under way, or the last, is of everything
     * @param run its number
     * @param seen records that came in it
     * @param lastSuccess a time, empty for never
     * @param failures in a row
     * @param alarm whether an operator should look
     */
    public record Source(
            String url,
            String title,
            String state,
            boolean full,
            long run,
            long seen,
            String lastSuccess,
            String next,
            int failures,
            boolean alarm,
            String message) {}

    private CompletableFuture<Pages.Page<Entry>> page(URI uri) {
        return http.send(Http.Call.get(uri, "application/json")).thenApply(reply -> {
            JsonNode tree = Documents.tree(reply);
            List<Entry> entries = new ArrayList<>();
            tree.path("items").forEach(item -> entries.add(entry(reply.uri(), item)));
            String next = tree.path("next").asText("");
            try {
                return new Pages.Page<>(entries, next.isEmpty() ? null : uri.resolve(next));
            } catch (IllegalArgumentException unreadable) {
                throw new BadAnswer(uri, "names a next page that is no address", unreadable);
            }
        });
    }

    private static Entry entry(URI source, JsonNode item) {
        List<Capability> capabilities = new ArrayList<>();
        for (JsonNode capability : item.path("capabilities")) {
            List<URI> urls = new ArrayList<>();
            for (JsonNode face : capability.path("interfaces")) {
                if (face.path("type").asText("").endsWith("WebBrowser")) {
                    continue;
                }
                try {
                    URI url = source.resolve(face.path("accessURL").asText(""));
                    if (!urls.contains(url)) {
                        urls.add(url);
                    }
                } catch (IllegalArgumentException unreadable) {
                    // not an address: nobody could call it
                }
            }
            capabilities.add(new Capability(capability.path("standardID").asText(""), urls));
        }
        List<String> kinds = new ArrayList<>();
        item.path("kinds").forEach(kind -> kinds.add(kind.asText("")));
        JsonNode availability = item.path("availability");
        return new Entry(
                item.path("identifier").asText(""),
                item.path("title").asText(""),
                item.path("description").asText(""),
                capabilities,
                availability.isObject() ? availability.path("status").asText("") : availability.asText(""),
                kinds);
    }

    /**
     * What the registry says of one service. The texts are the publisher's own words.
     *
     * @param identifier IVOID
     * @param availability whether the registry last found it up, in the registry's words; empty when it does not say
     * @param kinds URIs of the executable kinds it runs; empty when the registry does not know
     */
    public record Entry(
            String identifier,
            String title,
            String description,
            List<Capability> capabilities,
            String availability,
            List<String> kinds) {
        public Entry {
            capabilities = List.copyOf(capabilities);
            kinds = List.copyOf(kinds);
        }

        /** Where a capability of this standard (or a version of it, after {@code #}) answers. */
        public List<URI> accessUrls(String standardID) {
            return capabilities.stream()
                    .filter(capability -> capability.standardID().equals(standardID)
                            || capability.standardID().startsWith(standardID + "#"))
                    .flatMap(capability -> capability.accessUrls().stream())
                    .toList();
        }
    }
}
