package org.planisphere.planner.door;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.planisphere.foundation.identity.oidc.TestIssuer;
import org.planisphere.wire.codec.Json;
import org.planisphere.wire.codec.Schemas;

/** OWASP API Security Top 10 (2023), tried at the door; docs/security.md names what else stands against each. */
class OwaspApiTest {
    private static final String EXECUTABLE =
            "\"executable\": {\"kind\": \"https://www.purl.org/planisphere/kinds/executable/process\", \"command\": [\"true\"]}";
    private static TestIssuer iam;
    private static DoorServer planner;

    @BeforeAll
    static void up() {
        iam = TestIssuer.start("iam");
        planner = new DoorServer("""
                planner.caller.named.offers: 5
                platforms: [{id: roomy, capacity: {cores: 1000, memory: 10TiB, storage: 10TiB}}]
                identity: {issuers: [%s]}
                """.formatted(iam.yaml()));
    }

    @AfterAll
    static void down() {
        planner.close();
        iam.close();
    }

    private static JsonNode json(HttpResponse<String> answer) throws Exception {
        return Json.mapper().readTree(answer.body());
    }

    @Test // API1
    void aListOfGuessesFindsNothing() throws Exception {
        String anna = iam.token("anna");
        JsonNode set = json(planner.send("POST", "/requests", anna, "{" + EXECUTABLE + "}"));
        String session = set.path("offers").path(0).path("meta").path("uuid").asText();
        String mallory = iam.token("mallory");
        for (String guess : List.of(
                session, session.toUpperCase(java.util.Locale.ROOT), "%7B" + session + "%7D", "%2e%2e/" + session)) {
            assertThat(planner.send("GET", "/sessions/" + guess, mallory, null).statusCode())
                    .as(guess)
                    .isIn(400, 404);
        }
    }

    @ParameterizedTest // API2
    @ValueSource(strings = {"anna", "eyJhbGciOiJub25lIn0.e30.", "null", "undefined", "..", "1"})
    void guessedTokensAllGetTheSameAnswer(String token) throws Exception {
        HttpResponse<String> answer = planner.send("GET", "/sessions", token, null);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(json(answer).path("detail").asText()).isEqualTo("The bearer token is not one this service knows.");
    }

    @Test // API3
    void whatOnlyTheServiceSaysCannotBeSaidByACaller() throws Exception {
        String uuid = UUID.randomUUID().toString();
        String body = "{" + EXECUTABLE + ", \"owner\": \"iam|anna\", \"phase\": \"RUNNING\", \"result\": \"YES\","
                + " \"offers\": [{\"phase\": \"ACCEPTED\"}], \"meta\": {\"uuid\": \"" + uuid + "\"}}";
        HttpResponse<String> answer = planner.send("POST", "/requests", iam.token("props"), body);
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(answer.body()).doesNotContain(uuid, "iam|anna", "iam|props", "ACCEPTED\",\"expires");
        assertThat(json(answer).path("offers").findValuesAsText("phase"))
                .contains("OFFERED")
                .doesNotContain("RUNNING");
    }

    @Test // API4
    void oneCallerCannotHoldEverything() throws Exception {
        String greedy = iam.token("greedy");
        Set<String> results = new HashSet<>();
        for (int i = 0; i < 8; i++) {
            results.add(json(planner.send("POST", "/requests", greedy, "{" + EXECUTABLE + "}"))
                    .path("result")
                    .asText());
        }
        assertThat(results).contains("NO");
        assertThat(json(planner.send("POST", "/requests", iam.token("modest"), "{" + EXECUTABLE + "}"))
                        .path("result")
                        .asText())
                .isEqualTo("YES");
        assertThat(planner.send("POST", "/requests", greedy, "[" + " ".repeat(300 * 1024) + "]")
                        .statusCode())
                .isEqualTo(413);
        assertThat(planner.send("GET", "/sessions?limit=1000000", greedy, null).statusCode())
                .isEqualTo(400);
    }

    @Test // API5
    void aRoleCannotBeClaimed() throws Exception {
        String token = iam.sign(iam.claims("climber")
                .claim("roles", List.of("operator", "OPERATOR"))
                .claim("role", "operator")
                .claim("groups", List.of("operator", "local|operator")));
        JsonNode me = json(planner.send("GET", "/me", token, null));
        assertThat(me.path("id").asText()).isEqualTo("iam|climber");
        assertThat(me.has("roles")).isFalse();
    }

    @Test // API6
    void whatIsWorthMuchIsSoldOnceHoweverOftenItIsBought() throws Exception {
        String anna = iam.token("buyer");
        String session = json(planner.send("POST", "/requests", anna, "{" + EXECUTABLE + "}"))
                .path("offers")
                .path(0)
                .path("meta")
                .path("uuid")
                .asText();
        ExecutorService callers = Executors.newFixedThreadPool(16);
        try {
            List<Future<Integer>> bought = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                boolean accept = i % 2 == 0;
                bought.add(callers.submit(() -> planner.send(
                                "POST",
                                "/sessions/" + session,
                                anna,
                                "{\"kind\": \"uri:enum-value-update\", \"path\": \"phase\", \"value\": \""
                                        + (accept ? "ACCEPTED" : "REJECTED") + "\"}")
                        .statusCode()));
            }
            for (Future<Integer> one : bought) {
                assertThat(one.get()).isIn(200, 409);
            }
        } finally {
            callers.shutdownNow();
        }
        List<String> sold = new ArrayList<>();
        for (JsonNode item : json(planner.send("GET", "/sessions", anna, null)).path("items")) {
            if (!item.path("phase").asText().matches("OFFERED|REJECTED")) {
                sold.add(item.path("phase").asText());
            }
        }
        assertThat(sold).hasSizeLessThanOrEqualTo(1);
    }

    @ParameterizedTest // API7
    @ValueSource(
            strings = {
                "http://127.0.0.1:%d/secret",
                "http://localhost:%d/secret",
                "http://[::1]:%d/secret",
                "http://2130706433:%d/secret",
                "http://user@127.0.0.1:%d/secret",
                "http://127.0.0.1.nip.io:%d/secret",
                "http://169.254.169.254/latest/meta-data/%d",
                "file:///etc/passwd?%d",
                "gopher://127.0.0.1:%d/secret"
            })
    void whatACallerNamesIsNotFetchedFromTheInside(String location) throws Exception {
        AtomicInteger seen = new AtomicInteger();
        HttpServer inside = Listening.with(exchange -> {
            seen.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
        });
        try {
            String data =
                    "\"data\": [{\"kind\": \"https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/data/"
                            + "simple-data-resource.yaml\", \"meta\": {\"name\": \"in\"}, \"location\": \""
                            + location.formatted(inside.getAddress().getPort()) + "\"}]";
            HttpResponse<String> answer =
                    planner.send("POST", "/direct", iam.token("prober"), "{" + EXECUTABLE + ", " + data + "}");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            assertThat(answer.body()).doesNotContain("root:");
            assertThat(seen).hasValue(0);
        } finally {
            inside.stop(0);
        }
    }

    @ParameterizedTest // API10
    @ValueSource(strings = {"garbage", "endless", "elsewhere"})
    void whatAnotherServiceAnswersIsJudged(String manner) throws Exception {
        HttpServer other = Listening.with(exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            if (manner.equals("endless")) {
                exchange.sendResponseHeaders(200, 0);
                byte[] spaces = " ".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
                for (int i = 0; i < 4_096; i++) {
                    exchange.getResponseBody().write(spaces);
                }
                return;
            }
            String id = UUID.randomUUID().toString();
            byte[] body = (manner.equals("garbage")
                            ? "<html>[[[[" + "[".repeat(20_000)
                            : "{\"result\": \"YES\", \"meta\": {\"uuid\": \"" + id
                                    + "\", \"url\": \"http://127.0.0.1:1/x\"},"
                                    + " \"offers\": [{\"kind\": \"https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/"
                                    + "kinds/session/simple-execution-session.yaml\", \"phase\": \"OFFERED\", \"meta\": {\"uuid\": \""
                                    + id + "\", \"url\": \"http://127.0.0.1:1/planner/sessions/" + id + "\"}}]}")
                    .getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        });
        String host = "127.0.0.1:" + other.getAddress().getPort();
        try (DoorServer aggregator = new DoorServer("""
                registry.http.allow: ["%1$s"]
                platforms: [{id: others, engine: remote, remote: {budget: 2s, planners: [{name: other, url: "http://%1$s/planner"}]}}]
                """.formatted(host))) {
            HttpResponse<String> answer = aggregator.send("POST", "/requests", null, "{" + EXECUTABLE + "}");

            assertThat(json(answer).path("result").asText()).as(answer.body()).isEqualTo("NO");
            assertThat(json(answer).path("meta").path("messages").toString()).contains("other");
            assertThat(answer.body()).doesNotContain("127.0.0.1:1/");
        } finally {
            other.stop(0);
        }
    }

    @Test // API8
    void aFailureTellsNothingOfTheInside() {
        for (String path : List.of("/sessions/x", "/sessions?limit=x", "/nonsense", "/problems/%00")) {
            assertThat(planner.send("GET", path, iam.token("nosy"), null).body())
                    .doesNotContainIgnoringCase("exception", "\tat ", "org.planisphere", "jersey", "sql");
        }
    }

    @Test // API9
    void everyCallOfTheDocumentIsThereAndNoOldVersionBesides() throws Exception {
        JsonNode paths = Json.mapper().readTree(Schemas.openapiJson()).path("paths");
        assertThat(paths.size()).isGreaterThan(20);
        for (String old : List.of("/v1/requests", "/api/requests", "/sessions.json", "/debug", "/admin")) {
            assertThat(planner.send("GET", old, null, null).statusCode())
                    .as(old)
                    .isIn(404, 405);
        }
    }
}
