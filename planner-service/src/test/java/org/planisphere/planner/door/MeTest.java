package org.planisphere.planner.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.foundation.identity.oidc.TestIssuer;
import org.planisphere.wire.codec.Json;

/** Who one is at a planner: identity, groups, every limit, what is used, held and left. */
class MeTest {
    private static final String TASK = """
            {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process", "command": ["true"]},
             "compute": {"kind": "https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/compute/simple-compute-resource.yaml",
                         "cores": {"min": 4, "max": 4}},
             "schedule": {"requested": {"duration": "PT1H", "start": "%s/PT1M"}}}""";
    private static final String ACCEPT =
            "{\"kind\": \"uri:enum-value-update\", \"path\": \"phase\", \"value\": \"ACCEPTED\"}";

    private static TestIssuer iam;
    private static DoorServer planner;

    @BeforeAll
    static void up(@TempDir Path folder) throws Exception {
        iam = TestIssuer.start("iam");
        Path policy = Files.writeString(folder.resolve("policy.yaml"), """
                version: "7"
                grants:
                  - id: guests
                    title: Guests
                    to: {anonymous: true, named: true}
                    offer: {cores: 1, memory: 2GiB, duration: 10m, ahead: 2d, kinds: [process]}
                    price: 2
                  - id: members
                    title: Members
                    to: {groups: [iam|/members]}
                    offer: {cores: 4, duration: 2d, repositories: ["https://git.example/*"], approved-only: false}
                    person: {cores: 8, offers: 20}
                    group: {cores: 100}
                    budgets: [{period: year, per: person, core-hours: 100, carry: 25}]
                    results: stay
                    priority: 5
                  - id: no-notebooks
                    title: No notebooks
                    effect: deny
                    to: {groups: [iam|/members]}
                    offer: {kinds: [jupyter-notebook]}
                """);
        planner = new DoorServer("""
                planner.offer.max: 1
                policy: {file: %s}
                platforms: [{id: roomy, capacity: {cores: 1000, memory: 10TiB, storage: 10TiB}, preparing: 0s, releasing: 0s}]
                identity: {issuers: [%s]}
                """.formatted(policy, iam.yaml()));
    }

    @AfterAll
    static void down() {
        planner.close();
        iam.close();
    }

    private static JsonNode me(String token) throws Exception {
        return Json.mapper().readTree(planner.send("GET", "/me", token, null).body());
    }

    private static JsonNode cores(JsonNode item) {
        for (JsonNode resource : item.path("resources")) {
            if (resource.path("name").asText().equals("cores")) {
                return resource;
            }
        }
        throw new AssertionError("no cores in " + item);
    }

    @Test
    void everyLimitOfEveryGrantIsTold() throws Exception {
        JsonNode anna = me(iam.token("anna", "/members"));

        assertThat(anna.path("id").asText()).isEqualTo("iam|anna");
        assertThat(anna.path("groups").get(0).asText()).isEqualTo("iam|/members");
        assertThat(anna.path("policy").asText()).isEqualTo("7");
        assertThat(anna.path("grants").findValuesAsText("grant")).containsExactly("members", "guests");
        JsonNode members = anna.path("grants").get(0);
        assertThat(members.path("group").asText()).isEqualTo("iam|/members");
        assertThat(members.path("longest").asText()).isEqualTo("PT48H");
        assertThat(members.path("results").asText()).isEqualTo("stay");
        assertThat(members.path("priority").asInt()).isEqualTo(5);
        assertThat(members.path("repositories").get(0).asText()).isEqualTo("https://git.example/*");
        assertThat(cores(members).path("limit").asInt()).isEqualTo(4);
        JsonNode guests = anna.path("grants").get(1);
        assertThat(guests.path("price").asDouble()).isEqualTo(2);
        assertThat(guests.path("ahead").asText()).isEqualTo("PT48H");
        assertThat(guests.path("kinds").get(0).asText()).isEqualTo("process");
        assertThat(guests.has("group")).isFalse();
        assertThat(guests.has("approvedOnly")).isFalse();
    }

    @Test
    void whatIsRefusedWhateverIsGrantedIsTold() throws Exception {
        JsonNode denials = me(iam.token("dora", "/members")).path("denials");

        assertThat(denials).hasSize(1);
        assertThat(denials.get(0).path("title").asText()).isEqualTo("No notebooks");
        assertThat(denials.get(0).path("kinds").get(0).asText()).isEqualTo("jupyter-notebook");
        assertThat(me(iam.token("guest")).has("denials")).isFalse();
    }

    @Test
    void anonymousCallersAreToldTheirsToo() throws Exception {
        JsonNode nobody =
                Json.mapper().readTree(planner.send("GET", "/me", null, null).body());

        assertThat(nobody.path("anonymous").asBoolean()).isTrue();
        assertThat(nobody.path("grants").findValuesAsText("grant")).containsExactly("guests");
    }

    @Test
    void whatOpenOffersHoldIsToldApartFromWhatIsAccepted() throws Exception {
        String carl = iam.token("carl", "/members");
        JsonNode before = me(carl).path("budgets").get(0);
        assertThat(cores(before).path("limit").asDouble()).isEqualTo(125);
        assertThat(cores(before).path("carried").asDouble()).isEqualTo(25);
        assertThat(cores(before).path("held").asDouble()).isZero();

        // In a while, so that it does not run before the test has looked.
        Instant start = Instant.now().plusSeconds(1800);
        assumeThat(start.plusSeconds(7200))
                .as("the offer is within one year")
                .isBefore(Instant.parse(before.path("until").asText()));
        JsonNode set = Json.mapper()
                .readTree(planner.send("POST", "/requests", carl, TASK.formatted(start))
                        .body());
        assertThat(set.path("result").asText()).as(set.toString()).isEqualTo("YES");
        JsonNode open = me(carl).path("budgets").get(0);
        assertThat(cores(open).path("held").asDouble()).isBetween(4.0, 4.5);
        assertThat(cores(open).path("used").asDouble())
                .isEqualTo(cores(open).path("held").asDouble());

        String session = set.path("offers").get(0).path("meta").path("uuid").asText();
        assertThat(planner.send("POST", "/sessions/" + session, carl, ACCEPT).statusCode())
                .isEqualTo(200);
        JsonNode accepted = me(carl).path("budgets").get(0);
        assertThat(cores(accepted).path("held").asDouble()).isZero();
        assertThat(cores(accepted).path("used").asDouble())
                .isEqualTo(cores(open).path("used").asDouble());
        assertThat(cores(accepted).path("left").asDouble())
                .isEqualTo(125 - cores(accepted).path("used").asDouble());
    }

    @Test
    void anOpenOfferThatBeginsNowIsHeldNow() throws Exception {
        String bert = iam.token("bert", "/members");
        planner.send("POST", "/requests", bert, TASK.replace(", \"start\": \"%s/PT1M\"", ""));

        JsonNode person = me(bert).path("allowances").get(0);

        assertThat(cores(person).path("limit").asInt()).isEqualTo(8);
        assertThat(cores(person).path("used").asInt()).isEqualTo(4);
        assertThat(cores(person).path("held").asInt()).isEqualTo(4);
        assertThat(cores(person).path("left").asInt()).isEqualTo(4);
        assertThat(person.path("openOffers").asInt()).isEqualTo(20);
        assertThat(person.path("openOffersHeld").asInt()).isEqualTo(1);
    }
}
