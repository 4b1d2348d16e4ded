package org.planisphere.planner.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.foundation.identity.oidc.TestIssuer;
import org.planisphere.wire.codec.Json;

/** What a group has used is told at the door, and shortens what is lent to it and to nobody else. */
class FairShareTest {
    private static final String TASK = """
            {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process", "command": ["sleep", "3"]},
             "compute": {"kind": "https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/compute/simple-compute-resource.yaml",
                         "cores": {"min": 100, "max": 100}},
             "schedule": {"requested": {"duration": "PT1M"}}}""";

    private static TestIssuer iam;
    private static DoorServer planner;

    @BeforeAll
    static void up(@TempDir Path folder) throws Exception {
        iam = TestIssuer.start("iam");
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: "1"
                lend: 1h
                half-life: 2m
                groups:
                  - {name: iam|/survey, share: 50}
                  - {name: iam|/students, share: 50}
                grants:
                  - {id: all, to: {groups: [iam|/survey, iam|/students]}}
                """);
        planner = new DoorServer("""
                policy: {file: %s}
                platforms: [{id: roomy, capacity: {cores: 100, memory: 1TiB, storage: 1TiB}, preparing: 0s, releasing: 0s}]
                identity: {issuers: [%s]}
                """.formatted(policy, iam.yaml()));
    }

    @AfterAll
    static void down() {
        planner.close();
        iam.close();
    }

    @Test
    void whoHasUsedSomethingIsLentForAShorterTime() throws Exception {
        String carl = iam.token("carl", "/survey");
        String stu = iam.token("stu", "/students");
        assertThat(share(carl).path("percent").asInt()).isEqualTo(50);
        assertThat(share(carl).path("factor").asDouble()).isEqualTo(1);
        assertThat(share(carl).path("lend").asText()).isEqualTo("PT1H");

        assertThat(planner.send("POST", "/direct", carl, TASK).statusCode()).isEqualTo(303);

        await().atMost(Duration.ofSeconds(60))
                .until(() -> share(carl).path("lately").asDouble() > 0);
        assertThat(share(carl).path("factor").asDouble()).isLessThan(1);
        assertThat(Duration.parse(share(carl).path("lend").asText())).isLessThan(Duration.ofHours(1));
        assertThat(share(stu).path("factor").asDouble()).isEqualTo(1);
        assertThat(share(stu).path("lend").asText()).isEqualTo("PT1H");
        assertThat(planner.send("POST", "/requests?hold=false", carl, TASK).body())
                .contains("lent until")
                .contains("fair-share factor is 0.");
    }

    private static JsonNode share(String token) throws Exception {
        JsonNode shares = Json.mapper()
                .readTree(planner.send("GET", "/me", token, null).body())
                .path("shares");
        assertThat(shares).hasSize(1);
        return shares.get(0);
    }
}
