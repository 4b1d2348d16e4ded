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
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.foundation.identity.oidc.TestIssuer;

/** Storage that is kept after its session: made, listed, used again, counted, kept longer, removed; and by nobody else. */
@Timeout(120)
class StorageDoorTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static TestIssuer iam;
    private static DoorServer planner;

    @TempDir
    static Path outside;

    @BeforeAll
    static void up() throws Exception {
        iam = TestIssuer.start("iam");
        folder(outside, "rwxr-xr-x");
        folder(outside.resolve("sky"), "rwxr-xr-x");
        Path stars = Files.writeString(outside.resolve("sky/stars"), "bright");
        Files.setPosixFilePermissions(stars, PosixFilePermissions.fromString("rw-r--r--"));
        folder(outside.resolve("pool"), "rwxrwxrwx");
        planner = new DoorServer("""
                platforms:
                - id: roomy
                  capacity: {cores: 200, memory: 400GiB, storage: 40GiB}
                  process:
                    external:
                    - {name: sky, path: %s, groups: ["iam|astro"]}
                    - {name: pool, path: %s, write: true}
                identity: {issuers: [%s]}
                """.formatted(outside.resolve("sky"), outside.resolve("pool"), iam.yaml()));
    }

    private static void folder(Path folder, String rights) throws IOException {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(rights));
    }

    @AfterAll
    static void down() {
        if (planner != null) {
            planner.close();
            iam.close();
        }
    }

    private static String task(String script, String storage) {
        return """
                {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process",
                                "command": ["sh", "-c", "%s"]},
                 "schedule": {"requested": {"duration": "PT5M", "start": "%s/PT30M"}},
                 "storage": [%s]}
                """.formatted(script, Instant.now(), storage);
    }

    private static String made(String name, int gib, String lifetime) {
        return """
                {"kind": "https://www.purl.org/planisphere/kinds/storage/persistent", "meta": {"name": "%s"},
                 "size": {"min": %d}, "lifetime": {"min": "%s"}}\
                """.formatted(name, gib, lifetime);
    }

    private static String used(String name) {
        return """
                {"kind": "https://www.purl.org/planisphere/kinds/storage/persistent", "meta": {"name": "%s"}}\
                """.formatted(name);
    }

    private static String room(int gib) {
        return """
                {"kind": "https://www.purl.org/planisphere/kinds/storage/ephemeral", "size": {"min": %d}}\
                """.formatted(gib);
    }

    private static JsonNode ended(String token, String task) throws IOException {
        HttpResponse<String> answer = planner.send("POST", "/direct", token, task);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
        String session = answer.headers().firstValue("Location").orElseThrow();
        return await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .until(
                        () -> JSON.readTree(
                                planner.send("GET", session, token, null).body()),
                        now -> now.path("phase").asText().matches("COMPLETED|FAILED|CANCELLED"));
    }

    private static void completed(String token, String task) throws IOException {
        JsonNode session = ended(token, task);
        assertThat(session.path("phase").asText()).as(session.toPrettyString()).isEqualTo("COMPLETED");
    }

    private static JsonNode list(String token) throws IOException {
        return JSON.readTree(planner.send("GET", "/storage", token, null).body())
                .path("items");
    }

    private static String refused(String token, String task) throws IOException {
        String body = planner.send("POST", "/requests", token, task).body();
        JsonNode set = JSON.readTree(body);
        assertThat(set.path("result").asText()).as(body).isEqualTo("NO");
        return body;
    }

    @Test
    void isUsedAgainByItsOwnerAndNoResult() throws IOException {
        String anna = iam.token("anna");
        JsonNode first = ended(anna, task("echo one > cat/a && echo out > b", made("cat", 2, "P1D")));
        assertThat(first.path("phase").asText()).as(first.toPrettyString()).isEqualTo("COMPLETED");
        String results = planner.send("GET", first.path("meta").path("url").asText() + "/results", anna, null)
                .body();
        assertThat(results).contains("\"b\"").doesNotContain("cat/a");
        JsonNode kept = list(anna).path(0);
        assertThat(kept.path("uuid").asText())
                .isEqualTo(
                        first.path("storage").path(0).path("meta").path("uuid").asText());
        assertThat(kept.path("size").asInt()).isEqualTo(2);
        assertThat(kept.path("usedBytes").asLong()).isEqualTo(4);
        assertThat(kept.path("usedBy")).isEmpty();
        // A day after the end of the session, not after that of its reservation.
        assertThat(Instant.parse(kept.path("ends").asText()))
                .isBetween(
                        Instant.now().plus(Duration.ofHours(24)).minusSeconds(90),
                        Instant.now().plus(Duration.ofHours(24)));
        completed(anna, task("grep one cat/a && echo two >> cat/a", used("cat")));
        assertThat(list(anna).path(0).path("usedBytes").asLong()).isEqualTo(8);
        assertThat(refused(anna, task("true", made("cat", 2, "P1D")))).contains("storage-not-kept", "already");
        assertThat(refused(anna, task("true", used("dog")))).contains("storage-not-kept", "no storage dog");
    }

    @Test
    void isKeptWhenTheRunFailsAndNotWhenItNeverRan() throws IOException {
        String erik = iam.token("erik");
        assertThat(ended(erik, task("echo x > point/a; exit 3", made("point", 1, "P1D")))
                        .path("phase")
                        .asText())
                .isEqualTo("FAILED");
        completed(erik, task("grep x point/a", used("point")));
        String late = """
                {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process", "command": ["true"]},
                 "schedule": {"requested": {"duration": "PT5M", "start": "%s/PT1H"}},
                 "storage": [%s]}
                """.formatted(Instant.now().plus(Duration.ofDays(1)), made("never", 1, "P1D"));
        String session = planner.send("POST", "/direct", erik, late)
                .headers()
                .firstValue("Location")
                .orElseThrow();
        assertThat(list(erik).findValuesAsText("name")).contains("never");
        planner.send(
                "POST",
                session,
                erik,
                "{\"kind\": \"uri:enum-value-update\", \"path\": \"phase\", \"value\": \"CANCELLED\"}");
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(
                        () -> assertThat(list(erik).findValuesAsText("name")).containsExactly("point"));
    }

    @Test
    void isNobodyElses() throws IOException {
        String bert = iam.token("bert");
        completed(bert, task("echo b > own/b", made("own", 1, "P1D")));
        String path = "/storage/" + list(bert).path(0).path("uuid").asText();
        String carl = iam.token("carl");
        assertThat(list(carl)).isEmpty();
        assertThat(JSON.readTree(planner.send("GET", "/storage", null, null).body())
                        .path("items"))
                .isEmpty();
        for (String token : new String[] {carl, null}) {
            assertThat(planner.send("GET", path, token, null).statusCode()).isEqualTo(404);
            assertThat(planner.send("DELETE", path, token, null).statusCode()).isEqualTo(404);
            assertThat(planner.send("POST", path, token, ends(Instant.now().plusSeconds(60)))
                            .statusCode())
                    .isEqualTo(404);
        }
        assertThat(refused(carl, task("true", used("own")))).contains("no storage own");
        assertThat(refused(null, task("true", made("own", 1, "P1D")))).contains("logged in");
        assertThat(list(bert)).hasSize(1);
        assertThat(planner.send("GET", "/storage/x", bert, null).statusCode()).isEqualTo(404);
    }

    private static String ends(Instant instant) {
        return "{\"kind\": \"uri:string-value-update\", \"path\": \"ends\", \"value\": \"" + instant + "\"}";
    }

    @Test
    void countsAsLongAsItIsKept() throws IOException {
        String dora = iam.token("dora");
        completed(dora, task("true", made("large", 25, "P2D")));
        // 40 GiB in all.
        assertThat(refused(iam.token("emil"), task("true", room(30)))).contains("storage");
        assertThat(refused(iam.token("emil"), task("true", made("more", 30, "P1D"))))
                .contains("storage");
        String path = "/storage/" + list(dora).path(0).path("uuid").asText();
        // Who uses it needs no more room.
        completed(dora, task("touch large/x", used("large")));
        assertThat(planner.send("DELETE", path, dora, null).statusCode()).isEqualTo(204);
        assertThat(planner.send("GET", path, dora, null).statusCode()).isEqualTo(404);
        assertThat(planner.send("POST", "/requests", iam.token("emil"), task("true", room(25)))
                        .body())
                .contains("\"YES\"");
        assertThat(refused(dora, task("true", used("large")))).contains("no storage large");
    }

    @Test
    void isKeptLongerOrLessLongButNotRemovedWhileASessionHasIt() throws IOException {
        String fred = iam.token("fred");
        String running = planner.send("POST", "/direct", fred, task("sleep 300", made("busy", 1, "P1D")))
                .headers()
                .firstValue("Location")
                .orElseThrow();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> planner.send("GET", running, fred, null).body().contains("\"RUNNING\""));
        JsonNode kept = list(fred).path(0);
        String path = "/storage/" + kept.path("uuid").asText();
        assertThat(kept.path("usedBy").path(0).asText()).isEqualTo(running);
        assertThat(planner.send("DELETE", path, fred, null).statusCode()).isEqualTo(409);
        Instant later = Instant.parse("2000-01-01T00:00:00Z")
                .plusSeconds(Instant.now().plus(Duration.ofDays(5)).getEpochSecond() - 946_684_800L);
        HttpResponse<String> longer = planner.send("POST", path, fred, ends(later), "Idempotency-Key", "longer");
        assertThat(longer.statusCode()).as(longer.body()).isEqualTo(200);
        assertThat(longer.body()).contains(later.toString());
        HttpResponse<String> again = planner.send("POST", path, fred, ends(later), "Idempotency-Key", "longer");
        assertThat(again.body()).isEqualTo(longer.body());
        assertThat(planner.send("POST", path, fred, ends(Instant.now().plusSeconds(60)))
                        .statusCode())
                .isEqualTo(409);
        assertThat(planner.send("POST", path, fred, ends(Instant.now().plus(Duration.ofDays(900))))
                        .statusCode())
                .isEqualTo(409);
        assertThat(planner.send("POST", path, fred, ends(later).replace("Z", "x"))
                        .statusCode())
                .isEqualTo(400);
        planner.send(
                "POST",
                running,
                fred,
                "{\"kind\": \"uri:enum-value-update\", \"path\": \"phase\", \"value\": \"CANCELLED\"}");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> planner.send("GET", running, fred, null).body().contains("\"CANCELLED\""));
        // What its owner said stands.
        assertThat(list(fred).path(0).path("ends").asText()).isEqualTo(later.toString());
        // And goes when it has ended.
        assertThat(planner.send("POST", path, fred, ends(Instant.now().plusSeconds(2)))
                        .statusCode())
                .isEqualTo(200);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> planner.send("GET", path, fred, null).statusCode() == 404);
    }

    @Test
    void noSessionIsProlongedPastTheEndOfAStorageThatItUses() throws IOException {
        String gina = iam.token("gina");
        completed(gina, task("true", made("short", 1, "PT1H")));
        String path = "/storage/" + list(gina).path(0).path("uuid").asText();
        String running = planner.send("POST", "/direct", gina, task("sleep 300", used("short")))
                .headers()
                .firstValue("Location")
                .orElseThrow();
        String twoHours = "{\"kind\": \"uri:integer-value-update\", \"path\": \"schedule/available/duration\","
                + " \"value\": 7200, \"units\": \"s\"}";
        HttpResponse<String> refused = planner.send("POST", running, gina, twoHours);
        assertThat(refused.statusCode()).as(refused.body()).isBetween(400, 499);
        assertThat(refused.body()).contains("the storage short that it uses is kept until");
        Instant later = Instant.now().plus(Duration.ofHours(4));
        assertThat(planner.send("POST", path, gina, ends(later)).statusCode()).isEqualTo(200);
        HttpResponse<String> longer = planner.send("POST", running, gina, twoHours);
        assertThat(longer.statusCode()).as(longer.body()).isEqualTo(200);
        planner.send(
                "POST",
                running,
                gina,
                "{\"kind\": \"uri:enum-value-update\", \"path\": \"phase\", \"value\": \"CANCELLED\"}");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> planner.send("GET", running, gina, null).body().contains("\"CANCELLED\""));
    }

    private static String external(String name, String more) {
        return """
                {"kind": "https://www.purl.org/planisphere/kinds/storage/persistent", "meta": {"name": "%s"},
                 "lifecycle": "unmanaged"%s}\
                """.formatted(name, more);
    }

    @Test
    void whatIsTheOperatorsIsSeenByTheGroupsItIsForAndNeitherCountedNorKept() throws IOException {
        String hana = iam.token("hana", "astro");
        JsonNode session = ended(hana, task("cat sky/stars > seen; ! touch sky/x", external("sky", "")));
        assertThat(session.path("phase").asText()).as(session.toPrettyString()).isEqualTo("COMPLETED");
        assertThat(session.path("storage").path(0).path("lifecycle").asText()).isEqualTo("unmanaged");
        String url = session.path("meta").path("url").asText();
        assertThat(planner.send("GET", url + "/results/seen", hana, null).body())
                .isEqualTo("bright");
        assertThat(planner.send("GET", url + "/results", hana, null).body()).doesNotContain("sky");
        assertThat(list(hana)).isEmpty();
        assertThat(planner.send("DELETE", url, hana, null).statusCode()).isEqualTo(204);
        assertThat(outside.resolve("sky")).isDirectoryContaining("glob:**/stars");
        assertThat(outside.resolve("sky/x")).doesNotExist();
        for (String other : new String[] {iam.token("ida", "biology"), null}) {
            assertThat(refused(other, task("true", external("sky", ""))))
                    .contains("storage-not-kept", "for members of iam|astro");
        }
    }

    @Test
    void whatRunsWriteIntoTheOperatorsStorageStaysThere() throws IOException {
        String jana = iam.token("jana");
        String task = task("echo one > /data/pool/one", external("pool", ""))
                .replaceFirst(
                        "\\{",
                        "{\"compute\": {\"kind\": \"https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/compute/"
                                + "simple-compute-resource.yaml\", \"volumes\": [{\"kind\": \"https://www.purl.org/ivoa.net/"
                                + "Calycopis-openapi/schema/v1.0/kinds/volume/simple-volume-mount.yaml\", \"path\":"
                                + " \"/data/pool\", \"resource\": \"pool\"}]},");
        JsonNode session = ended(jana, task);
        assertThat(session.path("phase").asText()).as(session.toPrettyString()).isEqualTo("COMPLETED");
        planner.send("DELETE", session.path("meta").path("url").asText(), jana, null);
        assertThat(outside.resolve("pool/one")).hasContent("one");
        completed(jana, task("grep one pool/one", external("pool", "")));
    }

    @Test
    void nothingIsPromisedOfWhatIsTheOperators() throws IOException {
        String kim = iam.token("kim", "astro");
        assertThat(refused(kim, task("true", external("moon", "")))).contains("storage-not-kept", "no storage moon");
        assertThat(refused(kim, task("true", external("sky", ", \"lifetime\": {\"min\": \"P1D\"}"))))
                .contains("nothing is said of its size and lifetime");
        assertThat(refused(kim, task("true", external("sky", ", \"size\": {\"min\": 1}"))))
                .contains("nothing is said of its size and lifetime");
        String into = task("true", external("sky", "")).replaceFirst("\\{", """
                        {"data": [{"kind":
                        "https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/data/simple-data-resource.yaml",
                        "location": "file:///etc/hosts", "storage": "sky"}],
                        """);
        assertThat(refused(kim, into)).contains("Nothing is fetched into the storage sky");
    }
}
