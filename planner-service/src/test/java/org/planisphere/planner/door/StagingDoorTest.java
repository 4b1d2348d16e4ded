package org.planisphere.planner.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.foundation.identity.oidc.TestIssuer;
import org.planisphere.planner.staging.places.Rclone;

/** Data in and results out, from a request to the usage record, with a WebDAV server. */
class StagingDoorTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;

    private static Rclone dav;
    private static TestIssuer iam;
    private static DoorServer planner;
    private static String carl = "";

    @BeforeAll
    static void up() throws Exception {
        dav = new Rclone(Files.createDirectories(folder.resolve("dav")));
        Files.writeString(dav.files().resolve("base/stars.csv"), "Canopus,-0.74\nSirius,-1.46\nVega,0.03\n");
        Path vault = Files.writeString(folder.resolve("vault"), "dav.user=anna\ndav.password=word\n");
        Files.setPosixFilePermissions(vault, PosixFilePermissions.fromString("rw-------"));
        iam = TestIssuer.start("iam");
        carl = iam.token("carl", "/survey");
        planner = new DoorServer("""
                staging:
                  vault: %s
                  cache: 0B
                  places:
                    - {name: results, kind: webdav, endpoint: "http://%s/base/", credentials: dav, write: true}
                platforms: [{id: metered, prices: {energyCoreHour: 0.012}}]
                identity: {issuers: [%s]}
                """.formatted(vault, dav.authority(), iam.yaml()));
    }

    @AfterAll
    static void down() throws IOException {
        if (planner != null) {
            planner.close();
            iam.close();
            dav.close();
        }
    }

    private static String task(String script, String output) {
        return """
                {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process",
                                "command": ["sh", "-c", "%s"]},
                 "data": [
                  {"kind": "https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/data/simple-data-resource.yaml",
                   "location": "dav://%s/base/stars.csv"},
                  {"kind": "https://www.purl.org/planisphere/kinds/data/output", "path": "out", "location": "%s"}]}
                """.formatted(script, dav.authority(), output);
    }

    private static JsonNode ended(HttpResponse<String> answer) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
        String session = answer.headers().firstValue("Location").orElseThrow();
        return await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .until(
                        () -> JSON.readTree(
                                planner.send("GET", session, carl, null).body()),
                        now -> now.path("phase").asText().matches("COMPLETED|FAILED|CANCELLED"));
    }

    @Test
    void isCompletedWhenTheResultsAreWhereTheyWerePromised() throws Exception {
        String to = "dav://" + dav.authority() + "/base/results/";
        JsonNode session = ended(planner.send(
                "POST",
                "/direct",
                carl,
                task("mkdir out && sort -t, -k2 -g stars.csv | head -1 > out/brightest.csv", to)));
        assertThat(session.path("phase").asText()).as(session.toPrettyString()).isEqualTo("COMPLETED");
        assertThat(dav.files().resolve("base/results/brightest.csv")).hasContent("Sirius,-1.46");
        // What was declared is given back as it was asked.
        assertThat(session.path("data").toString()).contains("kinds/data/output", "\"path\":\"out\"", to);
        JsonNode usage = JSON.readTree(planner.send("GET", "/usage", carl, null).body());
        // 37 bytes in and 13 out.
        assertThat(usage.findValuesAsText("movedBytes")).contains("50");
        assertThat(usage.findValuesAsText("movedInBytes")).contains("37");
        assertThat(usage.findValuesAsText("movedOutBytes")).contains("13");
        JsonNode record = usage.path("items").path(0);
        assertThat(record.path("energyKWh").asDouble())
                .isCloseTo(
                        record.path("cpuSeconds").asDouble() * 0.012 / 3600,
                        org.assertj.core.data.Offset.offset(1e-12));
        assertThat(record.path("cpuSeconds").asDouble()).isPositive();
        assertThat(record.path("peakMemoryBytes").asLong()).isPositive();
        assertThat(session.toString() + usage).doesNotContain("word\"");
    }

    @Test
    void hasFailedWhenTheyAreNotAndKeepsThem() throws Exception {
        String to = "dav://" + dav.authority() + "/base/stars.csv";
        JsonNode session = ended(planner.send("POST", "/direct", carl, task("echo x > out", to)));
        assertThat(session.path("phase").asText()).isEqualTo("FAILED");
        assertThat(session.toString()).contains("results-not-stored").contains("already");
        String results = session.path("meta").path("url").asText() + "/results/out";
        assertThat(planner.send("GET", results, carl, null).body()).isEqualTo("x\n");
    }

    @Test
    void isANoWhereNothingMayBePut() {
        HttpResponse<String> answer = planner.send(
                "POST",
                "/requests",
                carl,
                task("true", "davs://elsewhere.example.org/x"),
                "Accept",
                "application/json");
        assertThat(answer.body()).contains("\"NO\"").contains("output-not-possible");
    }
}
