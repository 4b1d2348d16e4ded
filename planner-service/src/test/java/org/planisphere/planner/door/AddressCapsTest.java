package org.planisphere.planner.door;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.identity.oidc.TestIssuer;
import org.planisphere.wire.codec.Json;

/** What one address may hold, under however many names. */
class AddressCapsTest {
    private static final String ASK = """
            {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process", "command": ["true"]},
             "schedule": {"requested": {"duration": "PT5M"}}}""";

    private static TestIssuer iam;
    private static DoorServer planner;

    @BeforeAll
    static void up() {
        iam = TestIssuer.start("iam");
        planner = new DoorServer("""
                planner.offer.max: 1
                limits.address.offers: 3
                platforms: [{id: roomy, capacity: {cores: 1000, memory: 10TiB, storage: 10TiB}}]
                identity: {issuers: [%s]}
                """.formatted(iam.yaml()));
    }

    @AfterAll
    static void down() {
        planner.close();
        iam.close();
    }

    private static JsonNode ask(String name, String origin) throws Exception {
        return Json.mapper()
                .readTree(planner.send("POST", "/requests", iam.token(name), ASK, "X-Test-Origin", origin)
                        .body());
    }

    @Test
    void itIsCountedWhoeverAsksAndOthersAskAsBefore() throws Exception {
        for (String name : new String[] {"anna", "bert", "carl"}) {
            assertThat(ask(name, "192.0.2.7").path("result").asText()).isEqualTo("YES");
        }
        JsonNode no = ask("dora", "192.0.2.7");
        assertThat(no.path("result").asText()).isEqualTo("NO");
        assertThat(no.toString()).contains("your address").doesNotContain("192.0.2.7");
        assertThat(ask("dora", "192.0.2.8").path("result").asText()).isEqualTo("YES");
    }
}
