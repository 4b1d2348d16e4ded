package org.planisphere.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.client.TestServer;
import org.planisphere.wire.codec.Json;

@Timeout(60)
class RegistryCommandTest {
    private static final String SOURCE = "http://far.example/oai";

    @TempDir
    Path folder;

    private TestServer server;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void begin() throws Exception {
        server = new TestServer();
        environment.put("XDG_STATE_HOME", folder.resolve("state").toString());
        environment.put("PLANISPHERE_TOKEN", "t0ken");
        environment.put("PLANISPHERE_REGISTRY", server.base().toString());
    }

    @AfterEach
    void end() {
        server.close();
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        Kit kit = new Kit(
                new Terminal(new PrintWriter(out), new PrintWriter(err), false, false, 120),
                new ByteArrayInputStream(new byte[0]),
                environment,
                Memory.of(environment),
                Clock.fixed(Instant.parse("2026-11-21T10:00:00Z"), ZoneOffset.UTC));
        List<String> all = new ArrayList<>(List.of("registry"));
        all.addAll(List.of(arguments));
        return Main.run(kit, all.toArray(new String[0]));
    }

    private static String source(String state, int run, int seen, int failures, boolean alarm, String message) {
        return """
               {"url":"%s","title":"Far","state":"%s","full":false,"run":%d,"seen":%d,
                "lastSuccess":"2026-11-21T09:00:00Z","next":"2026-11-22T09:00:00Z","failures":%d,"alarm":%s,
                "message":"%s"}""".formatted(SOURCE, state, run, seen, failures, alarm, message);
    }

    private static String list(String... sources) {
        return "{\"items\":[" + String.join(",", sources) + "]}";
    }

    @Test
    void findsWhoRunsAKindAndShowsWhatTheyRun() {
        server.json(
                "GET /search",
                200,
                "{\"items\":[{\"identifier\":\"ivo://x.example/p\",\"title\":\"One\",\"capabilities\":[],\"kinds\":"
                        + "[\"https://example.org/kinds/executable/docker-container.yaml\"]}]}");
        assertThat(run("search", "--kind", "docker-container")).isZero();
        assertThat(out.toString()).contains("RUNS").containsPattern("One .*docker-container");
        assertThat(server.seen)
                .singleElement()
                .satisfies(seen -> assertThat(seen.target()).contains("kind=docker-container", "standardID="));
    }

    @Test
    void whoIsLoggedInAndMayNotIsNotToldToLogIn() throws Exception {
        Path file = folder.resolve("one.xml");
        Files.writeString(file, "<ri:Resource/>");
        String problem = "{\"type\":\"about:blank\",\"status\":403,\"detail\":\"Written by members of iam|astro.\"}";
        server.json("POST /records", 403, problem);
        assertThat(run("publish", file.toString())).isNotZero();
        assertThat(err.toString())
                .contains("members of iam|astro", "planisphere me")
                .doesNotContain("log in");
        server.json("POST /records", 401, problem.replace("403", "401"));
        assertThat(run("publish", file.toString())).isNotZero();
        assertThat(err.toString()).contains("next: log in: planisphere login");
    }

    @Test
    void publishesEachFileWithTheCallersToken() throws Exception {
        server.json("POST /records", 201, "{\"identifier\":\"ivo://x.example/\\u001b[31mone\",\"title\":\"One\"}");
        Path file = folder.resolve("one.xml");
        Files.writeString(file, "<ri:Resource/>");

        assertThat(run("publish", file.toString())).isEqualTo(Exit.OK);

        assertThat(out.toString()).contains("published ivo://x.example/").doesNotContain("\u001b");
        assertThat(server.seen.get(0).body()).isEqualTo("<ri:Resource/>");
        assertThat(server.seen.get(0).header("Authorization")).isEqualTo("Bearer t0ken");
        assertThat(server.seen.get(0).header("Content-Type")).isEqualTo("application/xml");
    }

    @Test
    void tellsEveryFaultOfARecord() throws Exception {
        server.on("POST /records", (call, seen) -> TestServer.send(call, 400, "application/problem+json", """
                        {"type":"about:blank","title":"Invalid document","status":400,
                         "detail":"The record is no valid VOResource; see errors.",
                         "errors":[{"pointer":"/title","detail":"Missing or empty."},
                          {"pointer":"/content/subject","detail":"line 7: not there"}]}"""));
        Path file = folder.resolve("wrong.xml");
        Files.writeString(file, "<ri:Resource/>");

        assertThat(run("publish", file.toString())).isNotEqualTo(Exit.OK);

        assertThat(err.toString()).contains("/title", "Missing or empty.", "/content/subject", "line 7");
    }

    @Test
    void aFileThatIsNotThereIsAFaultOfTheCommandLine() {
        assertThat(run("publish", folder.resolve("none.xml").toString())).isEqualTo(Exit.USAGE);
        assertThat(err.toString()).contains("none.xml is not there");
        assertThat(server.seen).isEmpty();
    }

    @Test
    void statusEndsWithOneWhenASourceNeedsAnOperator() {
        server.json("GET /harvest", 200, list(source("idle", 3, 120, 0, false, "")));
        assertThat(run("status")).isEqualTo(Exit.OK);
        assertThat(out.toString()).contains(SOURCE, "idle", "120");

        server.json("GET /harvest", 200, list(source("idle", 4, 7, 0, true, "50 of 57 records did not come")));
        assertThat(run("status")).isEqualTo(Exit.NO);
        assertThat(out.toString()).contains("ALARM", "50 of 57 records did not come");
    }

    @Test
    void harvestWaitsForItsEnd() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        server.on("GET /harvest", (call, seen) -> {
            int look = looks.getAndIncrement();
            String now = look == 0
                    ? source("idle", 3, 120, 0, false, "")
                    : look == 1 ? source("running", 4, 60, 0, false, "") : source("idle", 4, 121, 0, false, "");
            TestServer.send(call, 200, "application/json", list(now));
        });
        server.json("POST /harvest", 202, source("running", 4, 0, 0, false, ""));

        assertThat(run("harvest", SOURCE, "--full")).isEqualTo(Exit.OK);

        assertThat(looks).hasValue(3);
        assertThat(out.toString()).contains("121");
        String asked = server.seen.stream()
                .filter(call -> call.method().equals("POST"))
                .findFirst()
                .orElseThrow()
                .body();
        assertThat(Json.mapper().readTree(asked).path("source").asText()).isEqualTo(SOURCE);
        assertThat(Json.mapper().readTree(asked).path("full").asBoolean()).isTrue();
        assertThat(Json.mapper().readTree(asked).path("believe").asBoolean()).isFalse();
    }

    @Test
    void aHarvestThatFailsEndsWithOne() {
        AtomicInteger looks = new AtomicInteger();
        server.on(
                "GET /harvest",
                (call, seen) -> TestServer.send(
                        call,
                        200,
                        "application/json",
                        list(
                                looks.getAndIncrement() == 0
                                        ? source("idle", 3, 120, 0, false, "")
                                        : source("idle", 4, 0, 1, false, "the source cannot be read"))));
        server.json("POST /harvest", 202, source("running", 4, 0, 0, false, ""));

        assertThat(run("harvest")).isEqualTo(Exit.NO);
        assertThat(out.toString()).contains("failed", "the source cannot be read");
    }

    @Test
    void aSourceThatIsNotHarvestedIsNotAskedFor() {
        server.json("GET /harvest", 200, list(source("idle", 3, 120, 0, false, "")));

        assertThat(run("harvest", "http://other.example/oai")).isEqualTo(Exit.USAGE);

        assertThat(err.toString()).contains("does not harvest http://other.example/oai");
        assertThat(server.seen).allMatch(call -> call.method().equals("GET"));
    }

    @Test
    void searchAsksForWordsAndStandardAndEndsWithOneWhenNothingIsFound() {
        server.json("GET /search", 200, "{\"items\":[]}");

        assertThat(run("search", "deep", "sky", "--standard", "any")).isEqualTo(Exit.NO);

        assertThat(server.seen.get(0).target()).contains("q=deep+sky").doesNotContain("standardID");
    }
}
