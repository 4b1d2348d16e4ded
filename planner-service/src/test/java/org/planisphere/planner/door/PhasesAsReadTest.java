package org.planisphere.planner.door;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.planisphere.wire.codec.Json;

/** Who reads a session again and again sees it go forward only, and an end is the end. */
class PhasesAsReadTest {
    private static final List<String> ORDER =
            List.of("OFFERED", "ACCEPTED", "WAITING", "PREPARING", "AVAILABLE", "RUNNING", "RELEASING", "COMPLETED");
    private static final String TASK = """
            {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process", "command": ["true"]},
             "schedule": {"requested": {"duration": "PT5M"}}}""";
    private static final int ROUNDS = 20;

    private static DoorServer planner;

    @BeforeAll
    static void up() {
        planner = new DoorServer("""
                planner: {caller: {anonymous: {cores: 1000, memory: 1TiB, storage: 1TiB, sessions: 1000, offers: 1000}}}
                platforms: [{id: roomy, capacity: {cores: 1000, memory: 1TiB, storage: 1TiB}, preparing: 0s, releasing: 0s}]
                """);
    }

    @AfterAll
    static void down() {
        planner.close();
    }

    @Test
    void aSessionThatIsReadAgainAndAgainGoesForwardOnly() throws Exception {
        ExecutorService readers = Executors.newFixedThreadPool(4);
        try {
            List<Future<List<String>>> all = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                all.add(readers.submit(PhasesAsReadTest::read));
            }
            for (Future<List<String>> one : all) {
                List<String> phases = one.get();
                assertThat(phases).isSortedAccordingTo((a, b) -> Integer.compare(ORDER.indexOf(a), ORDER.indexOf(b)));
                assertThat(phases).doesNotContain("FAILED").endsWith("COMPLETED");
            }
        } finally {
            readers.shutdownNow();
        }
    }

    private static List<String> read() throws Exception {
        JsonNode begun = Json.mapper()
                .readTree(planner.send("POST", "/direct", null, TASK).body());
        String session = begun.path("meta").path("uuid").asText();
        List<String> phases = new ArrayList<>();
        int after = 0;
        while (after < 30) {
            JsonNode now = Json.mapper()
                    .readTree(planner.send("GET", "/sessions/" + session, null, null)
                            .body());
            phases.add(now.path("phase").asText());
            if (phases.contains("COMPLETED") || phases.contains("FAILED")) {
                after++;
            }
        }
        return phases;
    }
}
