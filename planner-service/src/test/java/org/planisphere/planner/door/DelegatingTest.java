package org.planisphere.planner.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.identity.oidc.TestIssuer;
import org.planisphere.wire.codec.Json;

/** Inputs that an archive gives to its users only, fetched in the caller's own name where the caller says so. */
class DelegatingTest {
    private static final String ACCEPT =
            "{\"kind\": \"uri:enum-value-update\", \"path\": \"phase\", \"value\": \"ACCEPTED\"}";
    private static final List<String> SHOWN = new CopyOnWriteArrayList<>();
    private static final List<String> SHOWN_ELSEWHERE = new CopyOnWriteArrayList<>();

    private static TestIssuer iam;
    private static HttpServer archive;
    private static HttpServer elsewhere;
    private static DoorServer planner;
    private static String token;

    @BeforeAll
    static void up() throws IOException {
        iam = TestIssuer.start("iam");
        token = iam.token("anna");
        elsewhere = Listening.with(exchange -> {
            SHOWN_ELSEWHERE.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            answer(exchange, 200, "public");
        });
        archive = Listening.with(exchange -> {
            String shown = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            if (!Listening.anybodyAsksHowMuch(exchange)) {
                SHOWN.add(shown);
            }
            if (!shown.equals("Bearer " + token)) {
                answer(exchange, 401, "");
            } else if (exchange.getRequestURI().getPath().equals("/elsewhere")) {
                exchange.getResponseHeaders().add("Location", at(elsewhere) + "/copy");
                answer(exchange, 302, "");
            } else {
                answer(exchange, 200, "secret stars");
            }
        });
        planner = new DoorServer("""
                platforms: [{id: roomy, capacity: {cores: 100, memory: 1TiB, storage: 1TiB}}]
                staging.http.allow: ["127.0.0.1:%1$d", "127.0.0.1:%2$d"]
                staging.http.delegate: ["127.0.0.1:%1$d"]
                identity: {issuers: [%3$s]}
                """.formatted(
                        archive.getAddress().getPort(), elsewhere.getAddress().getPort(), iam.yaml()));
    }

    @AfterAll
    static void down() {
        planner.close();
        archive.stop(0);
        elsewhere.stop(0);
        iam.close();
    }

    @BeforeEach
    void nobodyYet() {
        SHOWN.clear();
        SHOWN_ELSEWHERE.clear();
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        exchange.sendResponseHeaders(status, body.isEmpty() ? -1 : body.length());
        exchange.getResponseBody().write(body.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    private static String at(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static String task(String path) {
        return """
                {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process", "command": ["true"]},
                 "data": [{"kind": "https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/data/simple-data-resource.yaml",
                   "meta": {"name": "stars"}, "location": "%s%s"}],
                 "schedule": {"requested": {"duration": "PT5M"}}}""".formatted(at(archive), path);
    }

    private static String offer(String path) throws Exception {
        JsonNode set = Json.mapper()
                .readTree(planner.send("POST", "/requests", token, task(path)).body());
        assertThat(set.path("result").asText()).as(set.toString()).isEqualTo("YES");
        return set.path("offers").path(0).path("meta").path("uuid").asText();
    }

    private static JsonNode end(String session) throws Exception {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> document(session).path("phase").asText().matches("COMPLETED|FAILED"));
        return document(session);
    }

    private static JsonNode document(String session) throws Exception {
        return Json.mapper()
                .readTree(
                        planner.send("GET", "/sessions/" + session, token, null).body());
    }

    private static HttpResponse<String> accept(String session, @Nullable String whose, String... headers) {
        return planner.send("POST", "/sessions/" + session, whose, ACCEPT, headers);
    }

    @Test
    void whoSaysSoHasTheirInputsFetchedInTheirName() throws Exception {
        String session = offer("/stars.csv");
        assertThat(accept(session, token, "Planisphere-Delegate", "data").statusCode())
                .isEqualTo(200);
        JsonNode ended = end(session);
        assertThat(ended.path("phase").asText()).as(ended.toString()).isEqualTo("COMPLETED");
        assertThat(SHOWN).containsExactly("Bearer " + token);
        assertThat(ended.toString()
                        + planner.send("GET", "/sessions/" + session + "/stderr", token, null)
                                .body())
                .doesNotContain(token);
    }

    @Test
    void inOneStepToo() throws Exception {
        HttpResponse<String> answer =
                planner.send("POST", "/direct", token, task("/stars.csv"), "Planisphere-Delegate", "data");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
        String session =
                Json.mapper().readTree(answer.body()).path("meta").path("uuid").asText();
        assertThat(end(session).path("phase").asText()).isEqualTo("COMPLETED");
    }

    @Test
    void whoDoesNotSaySoShowsNobodysToken() throws Exception {
        String session = offer("/stars.csv");
        assertThat(accept(session, token).statusCode()).isEqualTo(200);
        assertThat(end(session).path("phase").asText()).isEqualTo("FAILED");
        assertThat(SHOWN).containsExactly("null");
    }

    @Test
    void aHostThatOneIsSentOnToIsNotShownTheToken() throws Exception {
        String session = offer("/elsewhere");
        accept(session, token, "Planisphere-Delegate", "data");
        assertThat(end(session).path("phase").asText()).isEqualTo("COMPLETED");
        assertThat(SHOWN).containsExactly("Bearer " + token);
        assertThat(SHOWN_ELSEWHERE).containsExactly("null");
    }

    @Test
    void nobodyElseCanPutTheirTokenToASessionOrTakeItAway() throws Exception {
        String session = offer("/stars.csv");
        assertThat(accept(session, iam.token("mallory"), "Planisphere-Delegate", "data")
                        .statusCode())
                .isEqualTo(404);
        assertThat(accept(session, null, "Planisphere-Delegate", "data").statusCode())
                .isEqualTo(400);
        accept(session, token);
        assertThat(end(session).path("phase").asText()).isEqualTo("FAILED");
        assertThat(SHOWN).containsExactly("null");
    }

    @Test
    void itComesWithAnAcceptOnlyAndMeansDataOnly() throws Exception {
        String session = offer("/stars.csv");
        assertThat(accept(session, token, "Planisphere-Delegate", "everything").statusCode())
                .isEqualTo(400);
        assertThat(planner.send(
                                "POST",
                                "/sessions/" + session,
                                token,
                                ACCEPT.replace("ACCEPTED", "REJECTED"),
                                "Planisphere-Delegate",
                                "data")
                        .statusCode())
                .isEqualTo(400);
        assertThat(document(session).path("phase").asText()).isEqualTo("OFFERED");
    }
}
