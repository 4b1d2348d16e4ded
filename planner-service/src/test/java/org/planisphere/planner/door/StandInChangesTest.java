package org.planisphere.planner.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.planisphere.client.FaultProxy;
import org.planisphere.client.FaultProxy.Fault;
import org.planisphere.foundation.identity.oidc.TestIssuer;
import org.planisphere.wire.codec.Json;

/** Duration and start of a session that runs at another planner, changed through its stand-in. */
class StandInChangesTest {
    private static final String DURATION = "schedule/available/duration";
    private static final String START = "schedule/available/start";

    private static TestIssuer iam;
    private static DoorServer original;
    private static DoorServer aggregator;
    private static FaultProxy between;
    private static String token;

    @BeforeAll
    static void up() throws IOException {
        iam = TestIssuer.start("iam");
        token = iam.token("anna");
        int port = DoorServer.freePort();
        between = new FaultProxy(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        original = new DoorServer("""
            node.url: "http://127.0.0.1:%d"
            planner.offer.max: 1
            platforms: [{id: roomy, longest: 20m, usual: 10m, capacity: {cores: 100, memory: 1TiB, storage: 1TiB}}]
            identity: {issuers: [%s]}
            """.formatted(between.port(), iam.yaml()), port);
        aggregator = new DoorServer("""
            registry.http.allow: ["127.0.0.1:%1$d"]
            identity: {issuers: [%2$s]}
            platforms:
              - id: others
                engine: remote
                remote:
                  {budget: 10s, identity: {mode: pass}, planners: [{name: other, url: "%3$s"}]}
            """.formatted(between.port(), iam.yaml(), between.planner()));
    }

    @AfterAll
    static void down() {
        aggregator.close();
        between.close();
        original.close();
        iam.close();
    }

    @BeforeEach
    void wholeAgain() {
        between.set(Fault.NONE);
    }

    @Test
    void aLongerAndAShorterDurationReachTheOriginalAndBothAgree() throws Exception {
        String session = running();
        for (int seconds : List.of(600, 900, 600, 300)) {
            HttpResponse<String> changed = number(session, seconds);
            assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
            assertThat(duration(Json.mapper().readTree(changed.body()))).isEqualTo(Duration.ofSeconds(seconds));
            assertThat(duration(newest(original))).isEqualTo(Duration.ofSeconds(seconds));
            assertThat(document(session).path("schedule").path("available"))
                    .isEqualTo(newest(original).path("schedule").path("available"));
        }
        assertThat(post(session, "integer-delta", DURATION, "\"delta\": 60, \"units\": \"s\"")
                        .statusCode())
                .isEqualTo(200);
        assertThat(duration(newest(original))).isEqualTo(Duration.ofMinutes(6));
        cancel(session);
    }

    @Test
    void aStartIsMovedWhereItRuns() throws Exception {
        Instant later = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(3600);
        String session = accepted(", \"start\": \"" + later + "/PT10M\"");
        assertThat(options(session)).contains(START, DURATION);
        Instant moved = later.plusSeconds(7200);

        HttpResponse<String> changed =
                post(session, "string-value", START, "\"value\": \"" + moved + "/" + moved.plusSeconds(60) + "\"");

        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
        String start = newest(original)
                .path("schedule")
                .path("available")
                .path("start")
                .asText();
        assertThat(start).startsWith(moved.toString().replace("Z", ""));
        assertThat(document(session)
                        .path("schedule")
                        .path("available")
                        .path("start")
                        .asText())
                .isEqualTo(start);
        cancel(session);
    }

    @Test
    void whatTheOriginalDoesNotAllowIsRefusedAndNothingChanges() throws Exception {
        String session = running();
        HttpResponse<String> refused = number(session, 7200);
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("7200 was asked");
        assertThat(duration(newest(original))).isEqualTo(Duration.ofMinutes(5));
        assertThat(duration(document(session))).isEqualTo(Duration.ofMinutes(5));
        cancel(session);
    }

    @Test
    void aChangeWhoseAnswerIsLostIsKnownAsSoonAsTheOriginalIsSeen() throws Exception {
        String session = running();
        options(session);
        between.set(Fault.DROP_ANSWER);
        HttpResponse<String> lost = number(session, 600);
        assertThat(lost.statusCode()).as(lost.body()).isEqualTo(503);
        between.set(Fault.NONE);

        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(duration(document(session))).isEqualTo(duration(newest(original))));
        assertThat(number(session, 601).statusCode()).isEqualTo(200);
        assertThat(duration(document(session))).isEqualTo(Duration.ofSeconds(601));
        assertThat(duration(newest(original))).isEqualTo(Duration.ofSeconds(601));
        cancel(session);
    }

    @Test
    void aPlannerThatIsSilentChangesNothing() throws Exception {
        String session = running();
        between.set(Fault.REFUSE);
        assertThat(number(session, 600).statusCode()).isEqualTo(503);
        assertThat(duration(document(session))).isEqualTo(Duration.ofMinutes(5));
        between.set(Fault.NONE);
        assertThat(duration(newest(original))).isEqualTo(Duration.ofMinutes(5));
        cancel(session);
    }

    @Test
    void nobodyElseChangesIt() throws Exception {
        String session = running();
        HttpResponse<String> refused = aggregator.send(
                "POST",
                "/sessions/" + session,
                iam.token("berta"),
                update("integer-value", DURATION, "\"value\": 600, \"units\": \"s\""));
        assertThat(refused.statusCode()).isEqualTo(404);
        assertThat(duration(newest(original))).isEqualTo(Duration.ofMinutes(5));
        cancel(session);
    }

    private static String running() throws Exception {
        String session = accepted("");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> document(session).path("phase").asText().equals("RUNNING"));
        return session;
    }

    private static String accepted(String start) throws Exception {
        JsonNode set = Json.mapper()
                .readTree(aggregator
                        .send("POST", "/requests", token, """
                            {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process",
                               "command": ["sleep", "600"]},
                             "schedule": {"requested": {"duration": "PT5M"%s}}}\
                            """.formatted(start))
                        .body());
        assertThat(set.path("result").asText()).as(set.toString()).isEqualTo("YES");
        String session = set.path("offers").path(0).path("meta").path("uuid").asText();
        HttpResponse<String> accepted = post(session, "enum-value", "phase", "\"value\": \"ACCEPTED\"");
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(200);
        return session;
    }

    private static void cancel(String session) {
        post(session, "enum-value", "phase", "\"value\": \"CANCELLED\"");
    }

    private static HttpResponse<String> number(String session, int seconds) {
        return post(session, "integer-value", DURATION, "\"value\": " + seconds + ", \"units\": \"s\"");
    }

    private static HttpResponse<String> post(String session, String kind, String path, String rest) {
        return aggregator.send("POST", "/sessions/" + session, token, update(kind, path, rest));
    }

    private static String update(String kind, String path, String rest) {
        return "{\"kind\": \"uri:" + kind + "-update\", \"path\": \"" + path + "\", " + rest + "}";
    }

    private static List<String> options(String session) throws Exception {
        return StreamSupport.stream(
                        document(session).path("meta").path("options").spliterator(), false)
                .map(option -> option.path("path").asText())
                .toList();
    }

    private static Duration duration(JsonNode session) {
        return Duration.parse(
                session.path("schedule").path("available").path("duration").asText());
    }

    private static JsonNode newest(DoorServer planner) throws Exception {
        String id = Json.mapper()
                .readTree(planner.send("GET", "/sessions?limit=1", token, null).body())
                .path("items")
                .path(0)
                .path("meta")
                .path("uuid")
                .asText();
        return Json.mapper()
                .readTree(planner.send("GET", "/sessions/" + id, token, null).body());
    }

    private static JsonNode document(String session) throws Exception {
        return Json.mapper()
                .readTree(aggregator
                        .send("GET", "/sessions/" + session, token, null)
                        .body());
    }
}
