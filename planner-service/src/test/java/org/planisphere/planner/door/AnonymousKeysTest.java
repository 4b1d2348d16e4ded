package org.planisphere.planner.door;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.identity.oidc.TestIssuer;
import org.planisphere.wire.codec.Json;

/** Where a node is set to want keys, the UUID of anonymous work opens nothing, and every link that is returned does. */
class AnonymousKeysTest {
    private static final String ASK = """
            {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process", "command": ["true"]}}""";
    private static TestIssuer iam;
    private static DoorServer planner;

    @BeforeAll
    static void up() {
        iam = TestIssuer.start("iam");
        planner = new DoorServer("""
                planner.caller.anonymous.secret: "a secret of this node, long enough"
                identity: {operators: [iam|/ops], issuers: [%s]}
                """.formatted(iam.yaml()));
    }

    @AfterAll
    static void down() {
        planner.close();
        iam.close();
    }

    @Test
    void aUuidOpensNothingAndALinkDoes() throws Exception {
        HttpResponse<String> answer = planner.send("POST", "/requests", null, ASK);
        JsonNode set = Json.mapper().readTree(answer.body());
        JsonNode offer = set.path("offers").path(0);
        String location = answer.headers().firstValue("Location").orElseThrow();
        String link = offer.path("meta").path("url").asText();
        String uuid = offer.path("meta").path("uuid").asText();
        assertThat(location)
                .matches(".*/offersets/[0-9a-f-]{36}~[A-Za-z0-9_-]{22}")
                .isEqualTo(set.path("meta").path("url").asText());
        assertThat(link).matches(".*/sessions/" + uuid + "~[A-Za-z0-9_-]{22}");

        assertThat(planner.send("GET", location, null, null).statusCode()).isEqualTo(200);
        assertThat(planner.send("GET", link, null, null).statusCode()).isEqualTo(200);
        assertThat(planner.send("GET", link + "/results", null, null).statusCode())
                .isEqualTo(200);
        assertThat(planner.send(
                                "GET",
                                offer.path("executable")
                                        .path("meta")
                                        .path("url")
                                        .asText(),
                                null,
                                null)
                        .statusCode())
                .isEqualTo(200);
        String accept = "{\"kind\": \"uri:enum-value-update\", \"path\": \"phase\", \"value\": \"REJECTED\"}";
        for (String other : new String[] {"", "~", "~" + "A".repeat(22), "~" + link.substring(link.length() - 21)}) {
            String path = "/sessions/" + uuid + other;
            assertThat(planner.send("GET", path, null, null).statusCode())
                    .as(path)
                    .isEqualTo(404);
            assertThat(planner.send("GET", path + "/stdout", null, null).statusCode())
                    .isEqualTo(404);
            assertThat(planner.send("POST", path, null, accept).statusCode()).isEqualTo(404);
            assertThat(planner.send("DELETE", path, null, null).statusCode()).isEqualTo(404);
        }
        assertThat(planner.send("GET", "/sessions/" + uuid, iam.token("op", "/ops"), null)
                        .statusCode())
                .isEqualTo(200);
        assertThat(planner.send("POST", link, null, accept).statusCode()).isEqualTo(200);
    }

    @Test
    void namedWorkHasNoKey() throws Exception {
        String anna = iam.token("anna");
        JsonNode set = Json.mapper()
                .readTree(planner.send("POST", "/requests", anna, ASK).body());
        String link = set.path("meta").path("url").asText();
        assertThat(link).doesNotContain("~");
        assertThat(planner.send("GET", link, anna, null).statusCode()).isEqualTo(200);
        assertThat(planner.send("GET", link + "~x", anna, null).statusCode()).isEqualTo(404);
    }
}
