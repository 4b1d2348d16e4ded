package org.planisphere.planner.door;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.identity.oidc.TestIssuer;
import org.planisphere.wire.codec.Json;

/** Asking and accepting in one call leaves what the two calls leave. */
class DirectTest {
    private static final String TASK = """
            {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process", "command": ["true"]},
             "compute": {"kind": "https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/compute/simple-compute-resource.yaml",
                         "cores": {"min": 1, "max": 1}},
             "schedule": {"requested": {"duration": "PT1H"}}}""";

    private static TestIssuer iam;
    private static String token;
    private static DoorServer planner;

    @BeforeAll
    static void up() throws Exception {
        iam = TestIssuer.start("iam");
        token = iam.token("anna");
        planner = new DoorServer("""
                platforms:
                  - {id: here, capacity: {cores: 1, memory: 1TiB, storage: 1TiB}, preparing: 0s, releasing: 0s}
                  - {id: there, capacity: {cores: 1, memory: 1TiB, storage: 1TiB}, preparing: 0s, releasing: 0s}
                identity: {issuers: [%s]}
                """.formatted(iam.yaml()));
    }

    @AfterAll
    static void down() {
        planner.close();
        iam.close();
    }

    @Test
    void theOthersAreRejectedAndWhatTheyHeldIsFree() throws Exception {
        JsonNode taken = taken();
        assertThat(taken.path("phase").asText()).isEqualTo("ACCEPTED");
        JsonNode set = json(planner.send("GET", "/offersets/" + uuidOfSet(taken), token, null));
        assertThat(set.path("offers").findValuesAsText("phase"))
                .filteredOn("REJECTED"::equals)
                .hasSize(set.path("offers").size() - 1);

        JsonNode again = taken();
        assertThat(again.path("phase").asText()).isEqualTo("ACCEPTED");
    }

    @Test
    void aRepeatedCallFindsWhatTheFirstBegan() throws Exception {
        HttpResponse<String> first = planner.send("POST", "/direct", token, TASK, "Idempotency-Key", "once");
        HttpResponse<String> second = planner.send("POST", "/direct", token, TASK, "Idempotency-Key", "once");
        assertThat(first.statusCode()).as(first.body()).isEqualTo(303);
        assertThat(second.statusCode()).isEqualTo(303);
        assertThat(second.headers().firstValue("Location"))
                .isEqualTo(first.headers().firstValue("Location"));
    }

    @Test
    void whatCannotBeMetIsToldAndKept() throws Exception {
        HttpResponse<String> answer = planner.send(
                "POST", "/direct", token, TASK.replace("\"min\": 1, \"max\": 1", "\"min\": 9, \"max\": 9"));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("cannot-be-met");
    }

    @Test
    void offerSetsAreListedByThePhasesOfTheirSessions() throws Exception {
        String set = uuidOfSet(taken());
        assertThat(sets("?phase=REJECTED")).contains(set);
        assertThat(sets("?phase=INITIAL")).isEmpty();
        HttpResponse<String> unknown = planner.send("GET", "/offersets?phase=ASLEEP", token, null);
        assertThat(unknown.statusCode()).isEqualTo(400);
        assertThat(unknown.body()).contains("invalid-parameter", "phase: one of");
    }

    @Test
    void valuesOfWrongTypesDoNotHideTheOtherFaults() throws Exception {
        HttpResponse<String> answer = planner.send("POST", "/requests", token, """
                {"executable": {"kind": 7, "command": ["true"]},
                 "compute": {"cores": {"min": "two", "max": -1},
                             "volumes": [{"path": "in", "mode": "SIDEWAYS", "resource": "catalogue"}]},
                 "data": [{"meta": {"name": 5}, "location": "https://example.org/a"}],
                 "schedule": {"requested": {"duration": "banana"}}}""");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("malformed-document");
        JsonNode faults = Json.mapper().readTree(answer.body()).path("errors");
        assertThat(faults.findValuesAsText("pointer"))
                .as(answer.body())
                .containsExactlyInAnyOrder(
                        "/executable/kind",
                        "/compute/cores/min",
                        "/compute/cores/max",
                        "/compute/kind",
                        "/compute/volumes/0/kind",
                        "/compute/volumes/0/mode",
                        "/data/0/kind",
                        "/data/0/meta/name",
                        "/schedule/requested/duration");
    }

    private static List<String> sets(String query) throws Exception {
        return json(planner.send("GET", "/offersets" + query, token, null)).path("items").findParents("offers").stream()
                .map(set -> set.path("meta").path("uuid").asText())
                .toList();
    }

    private static JsonNode taken() throws Exception {
        HttpResponse<String> answer = planner.send("POST", "/direct", token, TASK);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
        return json(answer);
    }

    private static String uuidOfSet(JsonNode session) throws Exception {
        JsonNode sets = json(planner.send("GET", "/offersets", token, null)).path("items");
        for (JsonNode set : sets) {
            if (set.toString().contains(session.path("meta").path("uuid").asText())) {
                return set.path("meta").path("uuid").asText();
            }
        }
        throw new AssertionError("no set has the session: " + sets);
    }

    private static JsonNode json(HttpResponse<String> answer) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isLessThan(400);
        return Json.mapper().readTree(answer.body());
    }
}
