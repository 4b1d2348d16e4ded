package org.planisphere.wire.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.SchemaLocation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The OpenAPI document is whole: it names every call, and what it points to is there and valid. */
class OpenApiTest {
    private static final ObjectMapper PLAIN = new ObjectMapper();
    private static final String BASE = "https://www.purl.org/planisphere/schema/";
    private static final Set<String> METHODS = Set.of("get", "post", "put", "delete", "patch");
    private static final JsonNode API = api();

    private static JsonNode api() {
        try {
            return PLAIN.readTree(Schemas.openapiJson());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void walk(JsonNode node, String path, BiConsumer<String, JsonNode> visitor) {
        visitor.accept(path, node);
        if (node.isObject()) {
            for (Iterator<Map.Entry<String, JsonNode>> it = node.fields(); it.hasNext(); ) {
                Map.Entry<String, JsonNode> field = it.next();
                walk(
                        field.getValue(),
                        path + "/" + field.getKey().replace("~", "~0").replace("/", "~1"),
                        visitor);
            }
        } else {
            for (int i = 0; i < node.size(); i++) {
                walk(node.get(i), path + "/" + i, visitor);
            }
        }
    }

    private static JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? API.at(node.path("$ref").asText().substring(1)) : node;
    }

    private static void operations(BiConsumer<String, JsonNode> visitor) {
        API.path("paths")
                .fields()
                .forEachRemaining(path -> path.getValue().fields().forEachRemaining(method -> {
                    if (METHODS.contains(method.getKey())) {
                        visitor.accept(
                                method.getKey().toUpperCase(java.util.Locale.ROOT) + " " + path.getKey(),
                                method.getValue());
                    }
                }));
    }

    @Test
    void everyReferenceResolves() {
        List<String> dangling = new ArrayList<>();
        walk(API, "", (path, node) -> {
            JsonNode ref = node.path("$ref");
            if (ref.isTextual()
                    && (!ref.asText().startsWith("#/")
                            || API.at(ref.asText().substring(1)).isMissingNode())) {
                dangling.add(path + " -> " + ref.asText());
            }
        });
        assertThat(dangling).isEmpty();
    }

    @Test
    void everySchemaIsOneOfDraft202012() {
        JsonSchema meta = SchemasTest.JSON.getSchema(
                SchemaLocation.of(JsonMetaSchema.getV202012().getIri()));
        List<String> invalid = new ArrayList<>();
        walk(API, "", (path, node) -> {
            if (path.endsWith("/schema") || path.matches("/components/schemas/[^/]+")) {
                meta.validate(node).forEach(violation -> invalid.add(path + ": " + violation));
            }
        });
        assertThat(invalid).isEmpty();
    }

    @Test
    void everyExampleIsValidAgainstTheSchemaItStandsBeside() {
        List<String> invalid = new ArrayList<>();
        Set<String> checked = new TreeSet<>();
        walk(API, "", (path, node) -> {
            if (node.has("schema") && node.has("examples") && !path.contains("/examples/")) {
                ObjectNode schema = node.path("schema").deepCopy();
                schema.set("components", API.path("components"));
                JsonSchema validator = SchemasTest.JSON.getSchema(schema);
                node.path("examples").fields().forEachRemaining(example -> {
                    checked.add(example.getKey());
                    validator
                            .validate(resolved(example.getValue()).path("value"))
                            .forEach(violation -> invalid.add(path + " " + example.getKey() + ": " + violation));
                });
            }
        });
        assertThat(invalid).isEmpty();
        Set<String> declared = new TreeSet<>();
        API.at("/components/examples").fieldNames().forEachRemaining(declared::add);
        assertThat(checked).isEqualTo(declared);
    }

    @Test
    void itsExamplesAreThoseOfTheDocumentation() throws IOException {
        for (Iterator<Map.Entry<String, JsonNode>> it =
                        API.at("/components/examples").fields();
                it.hasNext(); ) {
            Map.Entry<String, JsonNode> example = it.next();
            assertThat(example.getValue().path("value"))
                    .as(example.getKey())
                    .isEqualTo(PLAIN.readTree(java.nio.file.Path.of("../docs/examples/" + example.getKey() + ".json")
                            .toFile()));
        }
    }

    @Test
    void itsSchemasAreTheJsonSchemas() throws IOException {
        JsonNode components =
                PLAIN.readTree(Schemas.document("components").orElseThrow()).path("$defs");
        for (Iterator<Map.Entry<String, JsonNode>> it =
                        API.at("/components/schemas").fields();
                it.hasNext(); ) {
            Map.Entry<String, JsonNode> schema = it.next();
            String name = schema.getKey();
            JsonNode original;
            if (Set.of("AcceptsForm", "Health", "KindList").contains(name)) {
                continue;
            } else if (name.startsWith("kind.")) {
                String[] parts = name.split("\\.");
                original = PLAIN.readTree(Schemas.kind(parts[1], parts[2]).orElseThrow());
            } else if (components.has(name)) {
                original = components.path(name);
            } else {
                original = PLAIN.readTree(Schemas.document(file(name)).orElseThrow());
            }
            assertThat(bare(schema.getValue())).as(name).isEqualTo(bare(inside(original)));
        }
    }

    private static String file(String type) {
        return type.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(java.util.Locale.ROOT);
    }

    /** Without what OpenAPI adds (how a thing looks in XML) and what only a file of its own needs. */
    private static JsonNode bare(JsonNode schema) {
        JsonNode copy = schema.deepCopy();
        walk(copy, "", (path, node) -> {
            if (node.isObject()) {
                ((ObjectNode) node).remove(List.of("xml", "$schema", "$id"));
            }
        });
        return copy;
    }

    /** With references into this document in place of those to other files. */
    private static JsonNode inside(JsonNode schema) throws IOException {
        Pattern outside = Pattern.compile("\"" + Pattern.quote(BASE) + "([^\"]+)\"");
        Matcher matcher = outside.matcher(schema.toString());
        return PLAIN.readTree(matcher.replaceAll(match -> {
            String target = match.group(1);
            String name;
            if (target.startsWith("components.json#/$defs/")) {
                name = target.substring("components.json#/$defs/".length());
            } else if (target.startsWith("kinds/")) {
                name = "kind." + target.substring(6, target.length() - 5).replace('/', '.');
            } else {
                StringBuilder camel = new StringBuilder();
                for (String word : target.substring(0, target.length() - 5).split("-")) {
                    camel.append(Character.toUpperCase(word.charAt(0))).append(word, 1, word.length());
                }
                name = camel.toString();
            }
            return Matcher.quoteReplacement("\"#/components/schemas/" + name + "\"");
        }));
    }

    @Test
    void everyCallIsNamedOnceSaidInWordsAndItsPathParametersAreDeclared() {
        Set<String> ids = new TreeSet<>();
        operations((call, operation) -> {
            assertThat(ids.add(operation.path("operationId").asText())).as(call).isTrue();
            assertThat(operation.path("summary").asText()).as(call).isNotBlank();
            assertThat(operation.path("responses")).as(call).isNotEmpty();
            Set<String> named = new TreeSet<>();
            Matcher matcher = Pattern.compile("\\{([^}]+)\\}").matcher(call);
            while (matcher.find()) {
                named.add(matcher.group(1));
            }
            Set<String> declared = new TreeSet<>();
            for (JsonNode parameter : operation.path("parameters")) {
                JsonNode actual = resolved(parameter);
                if (actual.path("in").asText().equals("path")) {
                    declared.add(actual.path("name").asText());
                }
            }
            assertThat(declared).as(call).isEqualTo(named);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /requests",
                "POST /direct",
                "GET /offersets",
                "GET /offersets/{uuid}",
                "GET /sessions",
                "GET /sessions/{uuid}",
                "POST /sessions/{uuid}",
                "DELETE /sessions/{uuid}",
                "GET /sessions/{uuid}/stdout",
                "GET /sessions/{uuid}/stderr",
                "GET /sessions/{uuid}/results",
                "GET /sessions/{uuid}/results/{name}",
                "GET /sessions/{uuid}/results.zip",
                "GET /sessions/{uuid}/events",
                "GET /accepts",
                "POST /accepts",
                "GET /capabilities",
                "GET /availability",
                "GET /kinds",
                "GET /kinds/{group}/{name}",
                "GET /me",
                "GET /login",
                "GET /login/callback",
                "GET /logout",
                "POST /logout",
                "GET /usage",
                "GET /platforms",
                "GET /platforms/{id}/timeline",
                "GET /platforms/{id}/sessions",
                "GET /templates",
                "POST /templates",
                "GET /audit",
                "GET /audit/head",
                "GET /policy",
                "POST /policy/check",
                "POST /policy/explain",
                "POST /policy/dry-run",
                "GET /openapi",
                "GET /health",
                "GET /health/live",
                "GET /health/ready",
                "GET /health/started",
                "GET /metrics",
            })
    void everyCallOfTheContractIsThere(String call) {
        Set<String> calls = new TreeSet<>();
        operations((name, operation) -> calls.add(name));
        assertThat(calls).contains(call);
    }

    @Test
    void everyPostTakesAnIdempotencyKeyAndEveryRefusalIsAProblem() {
        operations((call, operation) -> {
            if (call.startsWith("POST")) {
                assertThat(operation.path("parameters").toString()).as(call).contains("Idempotency-Key");
            }
            operation.path("responses").fields().forEachRemaining(response -> {
                if (response.getKey().matches("[45]..") && !call.contains("/health")) {
                    JsonNode content = resolved(response.getValue()).path("content");
                    assertThat(content.has("application/problem+json")).as(call).isTrue();
                    assertThat(content.has("application/problem+xml")).as(call).isTrue();
                }
            });
        });
    }
}
