package org.planisphere.planner.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.identity.oidc.TestIssuer;
import org.planisphere.wire.codec.Json;

/** Inputs fetched in the caller's own name by a planner that another planner stands in for. */
class DelegatingElsewhereTest {
    private static final String ACCEPT =
            "{\"kind\": \"uri:enum-value-update\", \"path\": \"phase\", \"value\": \"ACCEPTED\"}";
    private static final List<String> SHOWN = new CopyOnWriteArrayList<>();

    private static TestIssuer iam;
    private static HttpServer archive;
    private static DoorServer handing;
    private static DoorServer keeping;
    private static DoorServer passing;
    private static DoorServer nameless;
    private static DoorServer toKeeping;
    private static String token;

    @BeforeAll
    static void up() throws IOException {
        iam = TestIssuer.start("iam");
        token = iam.token("anna");
        archive = Listening.with(exchange -> {
            String shown = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
            if (!Listening.anybodyAsksHowMuch(exchange)) {
                SHOWN.add(shown);
            }
            byte[] body = "secret stars".getBytes(StandardCharsets.US_ASCII);
            boolean known = shown.equals("Bearer " + token);
            exchange.sendResponseHeaders(known ? 200 : 401, known ? body.length : -1);
            if (known) {
                exchange.getResponseBody().write(body);
            }
        });
        int port = archive.getAddress().getPort();
        handing = planner("staging.http.delegate: [\"127.0.0.1:%d\"]".formatted(port), port);
        keeping = planner("", port);
        passing = aggregator(handing, "pass");
        nameless = aggregator(handing, "anonymous");
        toKeeping = aggregator(keeping, "pass");
    }

    private static DoorServer planner(String more, int port) {
        return new DoorServer("""
                planner.offer.max: 1
                platforms: [{id: roomy, capacity: {cores: 100, memory: 1TiB, storage: 1TiB}}]
                staging.http.allow: ["127.0.0.1:%d"]
                identity: {issuers: [%s]}
                %s
                """.formatted(port, iam.yaml(), more));
    }

    private static DoorServer aggregator(DoorServer of, String mode) {
        return new DoorServer("""
                registry.http.allow: ["%s"]
                identity: {issuers: [%s]}
                platforms:
                  - id: others
                    engine: remote
                    remote: {budget: 10s, identity: {mode: %s}, planners: [{name: other, url: "%s"}]}
                """.formatted(of.base.getAuthority(), iam.yaml(), mode, of.base));
    }

    @AfterAll
    static void down() {
        List.of(passing, nameless, toKeeping, handing, keeping).forEach(DoorServer::close);
        archive.stop(0);
        iam.close();
    }

    @BeforeEach
    void nobodyYet() {
        SHOWN.clear();
    }

    @Test
    void theWishGoesOnWithTheAcceptAndTheTokenWithTheOther() throws Exception {
        String session = offer(passing);
        assertThat(accept(passing, session, "Planisphere-Delegate", "data").statusCode())
                .isEqualTo(200);

        assertThat(end(handing)).isEqualTo("COMPLETED");
        assertThat(SHOWN).containsExactly("Bearer " + token);
    }

    @Test
    void inOneStepToo() throws Exception {
        HttpResponse<String> answer = passing.send("POST", "/direct", token, task(), "Planisphere-Delegate", "data");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);

        assertThat(end(handing)).isEqualTo("COMPLETED");
        assertThat(SHOWN).containsExactly("Bearer " + token);
    }

    @Test
    void withoutTheWishNobodyIsShownAToken() throws Exception {
        String session = offer(passing);
        assertThat(accept(passing, session).statusCode()).isEqualTo(200);

        assertThat(end(handing)).isEqualTo("FAILED");
        assertThat(SHOWN).containsExactly("null");
    }

    @Test
    void whereTheOtherIsNotShownTheCallersTokenItIsRefusedAndTheOfferStays() throws Exception {
        String session = offer(nameless);
        HttpResponse<String> refused = accept(nameless, session, "Planisphere-Delegate", "data");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("another planner's, which is not shown your token");
        assertThat(document(nameless, session).path("phase").asText()).isEqualTo("OFFERED");
    }

    @Test
    void whereTheOtherHandsNoTokenOnItSaysSoAndTheOfferStays() throws Exception {
        String session = offer(toKeeping);
        HttpResponse<String> refused = accept(toKeeping, session, "Planisphere-Delegate", "data");

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("hands no token on");
        assertThat(document(toKeeping, session).path("phase").asText()).isEqualTo("OFFERED");
        assertThat(accept(toKeeping, session).statusCode()).isEqualTo(200);
        end(keeping);
    }

    private static String task() {
        return """
                {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process", "command": ["true"]},
                 "data": [{"kind": "https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/data/simple-data-resource.yaml",
                   "meta": {"name": "stars"}, "location": "http://127.0.0.1:%d/stars.csv"}],
                 "schedule": {"requested": {"duration": "PT5M"}}}""".formatted(archive.getAddress().getPort());
    }

    private static String offer(DoorServer planner) throws Exception {
        JsonNode set = Json.mapper()
                .readTree(planner.send("POST", "/requests", token, task()).body());
        assertThat(set.path("result").asText()).as(set.toString()).isEqualTo("YES");
        return set.path("offers").path(0).path("meta").path("uuid").asText();
    }

    private static HttpResponse<String> accept(DoorServer planner, String session, String... headers) {
        return planner.send("POST", "/sessions/" + session, token, ACCEPT, headers);
    }

    /** The phase in which the newest session of a planner ends; this server has no streams of events to be told by. */
    private static String end(DoorServer original) {
        return await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> Json.mapper()
                                .readTree(original.send("GET", "/sessions?limit=1", token, null)
                                        .body())
                                .path("items")
                                .path(0)
                                .path("phase")
                                .asText(),
                        phase -> phase.matches("COMPLETED|FAILED"));
    }

    private static JsonNode document(DoorServer planner, String session) throws Exception {
        return Json.mapper()
                .readTree(
                        planner.send("GET", "/sessions/" + session, token, null).body());
    }
}
