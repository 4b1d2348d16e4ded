package org.planisphere.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.planisphere.wire.ExecutionRequest;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.Format;

/**
 * A planner's books: usage records, the policy and the audit; most of it for operators. Thread safe; blocks, and throws
 * what {@link PlannerClient} throws.
 */
public final class Office {
    private static final String YAML = "application/yaml";
    private static final String JSON = "application/json";

    private final Http http;
    private final URI base;

    Office(Http http, URI base) {
        this.http = http;
        this.base = base;
    }

    /**
     * A page of usage records, in the format as it comes.
     *
     * @param mediaType {@code application/json}, {@code text/csv} or {@code application/xml}
     * @param query of the call: owner, group, since, until, limit, after; what is null is left out
     */
    public String usage(String mediaType, Map<String, String> query) {
        return text(Http.Call.get(under("/usage" + query(query)), mediaType));
    }

    /** The storage that is kept for the caller. */
    public JsonNode storage() {
        return tree(Http.Call.get(under("/storage"), JSON));
    }

    /**
     * Keeps a storage until another instant.
     *
     * @return as it is then
     */
    public JsonNode keepStorage(UUID storage, Instant ends) {
        String update = "{\"kind\": \"uri:string-value-update\", \"path\": \"ends\", \"value\": \"" + ends + "\"}";
        return tree(post("/storage/" + storage, update.getBytes(StandardCharsets.UTF_8), JSON));
    }

    /** Removes a storage with all its content. */
    public void removeStorage(UUID storage) {
        var unused = Http.await(
                http.send(new Http.Call("DELETE", under("/storage/" + storage), null, Map.of("Accept", JSON))));
    }

    /** Version, digest and faults of the policy in force. */
    public JsonNode policy() {
        return tree(Http.Call.get(under("/policy"), JSON));
    }

    /** Every fault of a policy. */
    public JsonNode checkPolicy(byte[] policy) {
        return tree(post("/policy/check", policy, YAML));
    }

    /**
     * What somebody is granted, and with a task what it would be answered if nothing were taken.
     *
     * @param as null for an anonymous caller
     */
    public JsonNode explainPolicy(@Nullable String as, List<String> groups, @Nullable ExecutionRequest task) {
        StringBuilder query = new StringBuilder();
        if (as != null) {
            query.append("as=").append(encoded(as));
        }
        for (String group : groups) {
            query.append(query.length() == 0 ? "" : "&").append("group=").append(encoded(group));
        }
        byte[] body = task == null ? new byte[0] : Codecs.write(task, Format.JSON);
        return tree(post("/policy/explain" + (query.length() == 0 ? "" : "?" + query), body, JSON));
    }

    /** What a policy would have changed of the requests of the last days. */
    public JsonNode tryPolicy(byte[] policy, int days) {
        return tree(post("/policy/dry-run?days=" + days, policy, YAML));
    }

    /** Lines of the audit, each one JSON object, with numbers above {@code after}; empty when there are no more. */
    public String audit(long after, int limit) {
        return text(Http.Call.get(under("/audit?after=" + after + "&limit=" + limit), "application/x-ndjson"));
    }

    /** How far the audit reaches, signed by the node. */
    public JsonNode auditHead() {
        return tree(Http.Call.get(under("/audit/head"), JSON));
    }

    private Http.Call post(String path, byte[] body, String type) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Accept", JSON);
        headers.put("Content-Type", type);
        headers.put("Idempotency-Key", UUID.randomUUID().toString());
        return new Http.Call("POST", under(path), body, headers);
    }

    private JsonNode tree(Http.Call call) {
        return Documents.tree(Http.await(http.send(call)));
    }

    private String text(Http.Call call) {
        return new String(Http.await(http.send(call)).body(), StandardCharsets.UTF_8);
    }

    private URI under(String path) {
        return Uris.under(base, path);
    }

    private static String query(Map<String, String> query) {
        StringBuilder text = new StringBuilder();
        query.forEach((name, value) -> text.append(text.length() == 0 ? "?" : "&")
                .append(name)
                .append('=')
                .append(encoded(value)));
        return text.toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
