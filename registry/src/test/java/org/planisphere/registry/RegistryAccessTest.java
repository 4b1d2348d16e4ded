package org.planisphere.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import java.lang.reflect.Method;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.planisphere.foundation.database.DatabaseKind;
import org.planisphere.foundation.rest.ProblemType;
import org.planisphere.registry.door.RegistryDoors;
import org.planisphere.wire.codec.Json;

/**
 * The OpenAPI document of the registry, and who may do what: every call of the document by every sort of caller, with
 * nothing and with nonsense. A call that is added to the document is in the table by itself.
 */
class RegistryAccessTest {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
    private static final Set<String> METHODS = Set.of("get", "post", "put", "delete");
    private static final Set<String> TYPES =
            Stream.of(ProblemType.values()).map(ProblemType::slug).collect(Collectors.toSet());
    /** What only somebody may do who writes records, or operates the registry. */
    private static final Set<String> WRITING =
            Set.of("post /register", "post /records", "put /records/{ivoid}", "delete /records/{ivoid}");

    private static final Set<String> OPERATING = Set.of("post /harvest", "post /harvest/release");

    private static RegistryServer server;
    private static JsonNode document;

    private record Call(String method, String path) {}

    @BeforeAll
    static void begin() throws Exception {
        server = new RegistryServer(DatabaseKind.H2, 100);
        document = Json.mapper().readTree(get("/openapi.json").body());
    }

    @AfterAll
    static void end() {
        server.close();
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create(server.base() + path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static List<Call> calls() {
        List<Call> calls = new ArrayList<>();
        document.path("paths")
                .fields()
                .forEachRemaining(path -> path.getValue().fieldNames().forEachRemaining(method -> {
                    if (METHODS.contains(method)) {
                        calls.add(new Call(method, path.getKey()));
                    }
                }));
        return calls;
    }

    @Test
    void theDocumentHasEveryCallAndNoOther() {
        Set<String> there = new TreeSet<>();
        for (Object door : RegistryDoors.singletons(server.fixture.context)) {
            String root = door.getClass().getAnnotation(Path.class).value();
            for (Method method : door.getClass().getMethods()) {
                String name = method.isAnnotationPresent(GET.class)
                        ? "get"
                        : method.isAnnotationPresent(POST.class)
                                ? "post"
                                : method.isAnnotationPresent(PUT.class)
                                        ? "put"
                                        : method.isAnnotationPresent(DELETE.class) ? "delete" : "";
                if (!name.isEmpty()) {
                    Path path = method.getAnnotation(Path.class);
                    String whole = Stream.of(root, path == null ? "" : path.value())
                            .filter(part -> !part.isEmpty())
                            .map(part -> "/" + part.replaceAll("\\{(\\w+):[^}]*}", "{$1}"))
                            .collect(Collectors.joining());
                    there.add(name + " " + (whole.isEmpty() ? "/" : whole));
                }
            }
        }
        Set<String> told = new TreeSet<>();
        calls().forEach(call -> told.add(call.method() + " " + call.path()));
        assertThat(told).isEqualTo(there);
    }

    @Test
    void everyReferenceOfTheDocumentLeadsSomewhere() throws Exception {
        assertThat(document.path("openapi").asText()).isEqualTo("3.1.0");
        document.findValues("$ref")
                .forEach(reference -> assertThat(
                                document.at(reference.asText().substring(1)).isObject())
                        .as(reference.asText())
                        .isTrue());
        assertThat(get("/openapi").body()).startsWith("#").contains("openapi: 3.1.0");
        assertThat(get("/schemas/planisphere-registry.xsd").body()).contains("targetNamespace=");
        assertThat(get("/schemas/other.xsd").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"nobody,", "somebody,somebody", "publisher,publisher", "expired,wrong"})
    void everyCallIsAnsweredOrRefusedInItsForm(String who, String token) throws Exception {
        SoftAssertions soft = new SoftAssertions();
        for (Call call : calls()) {
            String key = call.method() + " " + call.path();
            for (String body : new String[] {"", "{\"no", "<a/>", "x=%00&QUERY=%"}) {
                if (call.method().equals("get") && !body.isEmpty()) {
                    continue;
                }
                HttpResponse<String> answer = send(call, token, body);
                int status = answer.statusCode();
                soft.assertThat(status)
                        .as(key + " " + body + ": " + answer.body())
                        .isLessThan(500);
                if (status >= 400) {
                    refusal(soft, key, answer);
                }
                if (who.equals("expired")) {
                    soft.assertThat(status).as(key).isIn(401, 415);
                } else if (WRITING.contains(key) || OPERATING.contains(key)) {
                    boolean may = who.equals("publisher") && WRITING.contains(key);
                    soft.assertThat(status).as(key + " by " + who).isBetween(400, 499);
                    if (who.equals("nobody") && body.isEmpty() && !key.equals("post /register")) {
                        soft.assertThat(status).as(key).isIn(401, 415);
                    }
                    soft.assertThat(may || status != 404 || key.startsWith("delete"))
                            .as(key + " tells " + who + " what is there")
                            .isTrue();
                }
            }
        }
        soft.assertAll();
    }

    private static void refusal(SoftAssertions soft, String key, HttpResponse<String> answer) throws Exception {
        String type = answer.headers().firstValue("Content-Type").orElse("");
        if (type.startsWith("application/x-votable+xml")) {
            soft.assertThat(key).contains("/tap/");
            soft.assertThat(answer.body()).contains("name=\"QUERY_STATUS\" value=\"ERROR\"");
            soft.assertThat(TYPES.stream().anyMatch(slug -> answer.body().contains("PROBLEM_TYPE\" value=\"" + slug)))
                    .as(answer.body())
                    .isTrue();
            return;
        }
        soft.assertThat(type).as(key).startsWith("application/problem+json");
        JsonNode problem = Json.mapper().readTree(answer.body());
        String slug = problem.path("type").asText().replaceFirst(".*/", "");
        soft.assertThat(TYPES).as(key + ": " + answer.body()).contains(slug);
        soft.assertThat(answer.body()).doesNotContain("Exception", "\tat ", ".java");
        JsonNode told = document.path("paths")
                .path(key.substring(key.indexOf(' ') + 1))
                .path(key.substring(0, key.indexOf(' ')))
                .path("responses");
        boolean general = Arrays.asList("401", "404", "406", "415").contains(Integer.toString(answer.statusCode()));
        soft.assertThat(general || told.has(Integer.toString(answer.statusCode())))
                .as(key + " answers " + answer.statusCode() + ", which the document does not tell")
                .isTrue();
    }

    private static HttpResponse<String> send(Call call, String token, String body) throws Exception {
        String path = call.path()
                .replace("{ivoid}", "example.planner/no/such")
                .replace("{id}", "nosuchjob")
                .replace("{part}", "phase")
                .replace("{code}", "nothing")
                .replace("{name}", "nothing");
        String type = body.startsWith("{")
                ? "application/json"
                : body.startsWith("<") ? "application/xml" : "application/x-www-form-urlencoded";
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(server.base() + (path.equals("/") ? "/" : path)))
                .header("Accept", "application/json, */*;q=0.5")
                .method(
                        call.method().toUpperCase(java.util.Locale.ROOT),
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", type);
        }
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
