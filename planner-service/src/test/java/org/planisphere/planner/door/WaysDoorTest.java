package org.planisphere.planner.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.identity.oidc.TestIssuer;
import org.planisphere.wire.codec.Json;

/** What a run at another planner serves, reached through its stand-in, and through the stand-in of that. */
class WaysDoorTest {
    private static final String KINDS = "https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/";
    private static final List<String> SEEN = new CopyOnWriteArrayList<>();

    private static TestIssuer iam;
    private static HttpServer foreign;
    private static HttpServer service;
    private static DoorServer inner;
    private static DoorServer outer;
    private static String token;
    private static String session;

    @BeforeAll
    static void up() throws Exception {
        iam = TestIssuer.start("iam");
        token = iam.token("anna");
        service = server();
        service.createContext("/", WaysDoorTest::serve);
        foreign = server();
        foreign.createContext("/planner/", WaysDoorTest::plan);
        inner = aggregator("http://127.0.0.1:" + foreign.getAddress().getPort() + "/planner");
        outer = aggregator(inner.base.toString());
        session = running(outer);
    }

    private static HttpServer server() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        return server;
    }

    private static DoorServer aggregator(String of) {
        return new DoorServer("""
            registry.http.allow: ["127.0.0.1"]
            identity: {issuers: [%s]}
            platforms:
              - id: others
                engine: remote
                remote: {budget: 10s, identity: {mode: pass}, planners: [{name: other, url: "%s"}]}
            """.formatted(iam.yaml(), of));
    }

    @AfterAll
    static void down() {
        outer.close();
        inner.close();
        foreign.stop(0);
        service.stop(0);
        iam.close();
    }

    @BeforeEach
    void nothingYet() {
        SEEN.clear();
    }

    @Test
    void theDocumentNamesAnAddressOfTheStandInAndItLeadsToTheService() throws Exception {
        String location = connectors(outer, session).get(0);
        assertThat(location).startsWith(outer.base + "/sessions/" + session).endsWith("/connectors/0/lab?token=t%2F1");

        HttpResponse<String> page = outer.send("GET", location, token, null, "Cookie", "planisphere=secret");

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).isEqualTo("served /lab?token=t%2F1");
        assertThat(page.headers().firstValue("Content-Security-Policy")).hasValue(WayAnswer.SANDBOX);
        assertThat(page.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(page.headers().allValues("Set-Cookie"))
                .as("under a name and a path of its own")
                .singleElement()
                .asString()
                .matches("way-" + session + "-0-(way-[0-9a-f-]{36}-0-)?planisphere=stolen; Path=/planner/sessions/"
                        + session + "/connectors/0/; HttpOnly; SameSite=Strict");
        assertThat(page.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        assertThat(SEEN).as("no credentials").containsExactly("GET /lab?token=t%2F1 null null ");
    }

    @Test
    void allOfTheServiceIsBehindItAndBodiesGoThrough() {
        String root = root();
        assertThat(outer.send("POST", root + "api/../x%20y?a=b&c", token, "{\"a\": 1}")
                        .statusCode())
                .isIn(200, 400);
        assertThat(outer.send("PUT", root + "api/kernels?a=b&c", token, "{\"a\": 1}")
                        .body())
                .isEqualTo("served /api/kernels?a=b&c");
        assertThat(SEEN.get(SEEN.size() - 1)).isEqualTo("PUT /api/kernels?a=b&c null null {\"a\": 1}");
        assertThat(outer.send("DELETE", root + "gone", token, null).statusCode())
                .isEqualTo(404);
        assertThat(outer.send("POST", root + "empty", token, "").body()).isEqualTo("served /empty");
    }

    @Test
    void redirectionsStayWithinOrLeadNowhere() {
        assertThat(location("moved?to=/next")).isEqualTo(root() + "next");
        assertThat(location("moved?to=http://127.0.0.1:" + service.getAddress().getPort() + "/next"))
                .isEqualTo(root() + "next");
        assertThat(location("deep/moved?to=relative")).isEqualTo(root() + "deep/relative");
        assertThat(location("moved?to=../../../../../etc")).isEmpty();
        for (String away : List.of("http://evil.example/", "//evil.example/", "javascript:alert(1)")) {
            assertThat(location("moved?to=" + away)).as(away).isEmpty();
        }
    }

    @Test
    void nobodyButTheOwnerGetsThere() {
        assertThat(outer.send("GET", root(), iam.token("berta"), null).statusCode())
                .isEqualTo(404);
        assertThat(outer.send("GET", root(), null, null).statusCode()).isIn(401, 404);
        assertThat(SEEN).isEmpty();
    }

    @Test
    void anAddressElsewhereIsNotCalledForAnotherPlanner() throws Exception {
        List<String> told = connectors(outer, session);
        assertThat(told).hasSize(3);
        // The second is on a host that is not the other planner's: its own door is asked, which it has not.
        assertThat(outer.send("GET", told.get(1), token, null).statusCode()).isEqualTo(404);
        assertThat(told.get(2)).as("no HTTP").startsWith("tcp://");
        assertThat(outer.send("GET", root().replace("/0/", "/2/"), token, null).statusCode())
                .isEqualTo(404);
        assertThat(outer.send("GET", root().replace("/0/", "/7/"), token, null).statusCode())
                .isEqualTo(404);
        assertThat(SEEN).isEmpty();
    }

    private static String root() {
        return outer.base + "/sessions/" + session + "/connectors/0/";
    }

    private static String location(String path) {
        HttpResponse<String> answer = outer.send("GET", root() + path, token, null);
        assertThat(answer.statusCode()).isEqualTo(302);
        return answer.headers().firstValue("Location").orElse("");
    }

    private static List<String> connectors(DoorServer planner, String id) throws Exception {
        JsonNode all = Json.mapper()
                .readTree(planner.send("GET", "/sessions/" + id, token, null).body())
                .path("connectors");
        List<String> told = new CopyOnWriteArrayList<>();
        for (JsonNode connector : all) {
            if (connector.path("kind").asText().endsWith("/port")) {
                told.add(connector.path("location").asText());
            }
        }
        return told;
    }

    private static String running(DoorServer planner) throws Exception {
        JsonNode set = Json.mapper()
                .readTree(planner.send("POST", "/requests", token, """
                    {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process",
                      "command": ["serve"]}, "schedule": {"requested": {"duration": "PT5M"}}}\
                    """).body());
        assertThat(set.path("result").asText()).as(set.toString()).isEqualTo("YES");
        String id = set.path("offers").path(0).path("meta").path("uuid").asText();
        assertThat(planner.send(
                                "POST",
                                "/sessions/" + id,
                                token,
                                "{\"kind\": \"uri:enum-value-update\", \"path\": \"phase\", \"value\": \"ACCEPTED\"}")
                        .statusCode())
                .isEqualTo(200);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> connectors(planner, id).size() == 3);
        return id;
    }

    /** What runs there. */
    private static void serve(HttpExchange call) throws IOException {
        try (call) {
            String body = new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            SEEN.add(call.getRequestMethod() + " " + call.getRequestURI() + " "
                    + call.getRequestHeaders().getFirst("Authorization") + " "
                    + call.getRequestHeaders().getFirst("Cookie") + " " + body);
            call.getResponseHeaders().set("Set-Cookie", "planisphere=stolen; Path=/");
            call.getResponseHeaders().set("Access-Control-Allow-Origin", "*");
            String query = String.valueOf(call.getRequestURI().getRawQuery());
            if (query.startsWith("to=")) {
                call.getResponseHeaders().set("Location", query.substring(3));
                call.sendResponseHeaders(302, -1);
                return;
            }
            byte[] answer = ("served " + call.getRequestURI()).getBytes(StandardCharsets.UTF_8);
            call.sendResponseHeaders(call.getRequestURI().getPath().equals("/gone") ? 404 : 200, answer.length);
            call.getResponseBody().write(answer);
        }
    }

    /** Another implementation of the contract: one session, which runs as soon as it is accepted. */
    private static void plan(HttpExchange call) throws IOException {
        try (call) {
            call.getRequestBody().readAllBytes();
            String base = "http://127.0.0.1:" + foreign.getAddress().getPort() + "/planner";
            String path = call.getRequestURI().getPath();
            boolean asked = path.endsWith("/requests");
            String phase = asked ? "OFFERED" : "RUNNING";
            Instant now = Instant.now();
            String ways = asked
                    ? ""
                    : """
                    , "connectors": [
                      {"kind": "P/connector/port", "status": "AVAILABLE", "protocol": "HTTP", "location": "http://127.0.0.1:%d/lab?token=t%%2F1"},
                      {"kind": "P/connector/port", "status": "AVAILABLE", "protocol": "HTTP", "location": "http://localhost:%d/"},
                      {"kind": "P/connector/port", "status": "AVAILABLE", "protocol": "TCP", "location": "tcp://127.0.0.1:%d"}]
                    """.formatted(
                                    service.getAddress().getPort(),
                                    service.getAddress().getPort(),
                                    service.getAddress().getPort());
            String document = """
                {"kind": "%ssession/scheduled-execution-session.yaml", "phase": "%s", "expires": "%s",
                 "meta": {"uuid": "00000000-0000-4000-8000-000000000001", "created": "%s",
                   "url": "%s/sessions/00000000-0000-4000-8000-000000000001"}%s}
                """.formatted(KINDS, phase, now.plusSeconds(300), now, base, ways);
            String answer = asked
                    ? "{\"kind\": \"" + KINDS + "offerset/execution-offerset.yaml\", \"result\": \"YES\", \"offers\": ["
                            + document + "]}"
                    : document;
            boolean known = asked || path.matches(".*/sessions/[0-9a-f-]{36}");
            byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
            call.getResponseHeaders().set("Content-Type", "application/json");
            call.sendResponseHeaders(known ? 200 : 404, known ? bytes.length : -1);
            if (known) {
                call.getResponseBody().write(bytes);
            }
        }
    }
}
