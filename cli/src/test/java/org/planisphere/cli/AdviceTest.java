package org.planisphere.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.planisphere.client.TestServer;

/** Whatever goes wrong, a second line names the command that helps; and storage that is kept, at a planner of the test's own. */
@Timeout(60)
class AdviceTest {
    private static final String KEPT = """
            {"uuid": "6b02a19d-dceb-8fd0-ab31-44081f1e8cb0", "name": "catalogue", "platform": "cluster", "size": 2,
             "usedBytes": 3000000, "made": "2026-11-21T09:00:00Z", "ends": "%s", "usedBy": []}""";

    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private TestServer planner;
    private int width = 100;

    @BeforeEach
    void begin() throws Exception {
        planner = new TestServer();
        environment.put("XDG_STATE_HOME", folder.resolve("state").toString());
        environment.put("XDG_CONFIG_HOME", folder.resolve("config").toString());
        environment.put("PLANISPHERE_PLANNER", planner.base().toString());
    }

    @AfterEach
    void end() {
        planner.close();
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        Kit kit = new Kit(
                new Terminal(new PrintWriter(out), new PrintWriter(err), false, false, width),
                new ByteArrayInputStream(new byte[0]),
                environment,
                Memory.of(environment),
                Clock.fixed(Instant.parse("2026-11-21T10:00:00Z"), ZoneOffset.UTC));
        return Main.run(kit, arguments);
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private void refusing(String call, int status, String title) {
        planner.on(
                call,
                (answer, seen) -> TestServer.send(
                        answer,
                        status,
                        "application/problem+json",
                        "{\"type\": \"about:blank\", \"title\": \"" + title + "\", \"status\": " + status + "}"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "ask FOLDER/none.yaml                    | 2 | name a task, such as demo/task.yaml",
                "ask FOLDER/broken.json                  | 2 | see: planisphere ask --help",
                "ask FOLDER                              | 2 | see: planisphere ask --help",
                "ask FOLDER/task.yaml --planner ftp://x/ | 2 | such as http://127.0.0.1:8080/planner",
                "ask FOLDER/task.yaml                    | 3 | is that its base address",
                "watch nonsense                          | 2 | planisphere offers",
                "watch 7                                 | 2 | see: planisphere offers",
                "sessions --limit 0                      | 2 | see: planisphere sessions --help",
                "sessions                                | 3 | see: planisphere sessions --help",
                "me --token-file FOLDER/none             | 2 | see: planisphere me --help",
                "me                                      | 3 | log in: planisphere login --issuer URL",
                "registry search --registry REGISTRY     | 3 | see: planisphere registry search --help",
                "storage keep catalogue tomorrow         | 2 | planisphere storage keep catalogue P14D",
                "storage keep nothing P1D                | 2 | see: planisphere storage list",
                "storage remove catalogue                | 3 | planisphere storage list --json",
                "usage                                   | 5 | /health",
                "profile use none                        | 2 | planisphere profile list",
                "policy check FOLDER/none                | 2 | see: planisphere policy check --help",
                "login --issuer http://127.0.0.1:1/      | 4 | curl http://127.0.0.1:1/",
                "cancel                                  | 2 | planisphere sessions",
            })
    void everyErrorNamesWhatToTypeNext(String typed, int exit, String next) throws Exception {
        file("task.yaml", "executable: {kind: 'https://www.purl.org/planisphere/kinds/executable/process'}");
        file("broken.json", "{\"executable\": ");
        refusing("POST /requests", 404, "Nothing is to be seen at this address");
        refusing("GET /sessions", 400, "A parameter of the call cannot be understood");
        refusing("GET /me", 401, "The credentials are missing or not valid");
        refusing("GET /search", 404, "Nothing is to be seen at this address");
        refusing("GET /usage", 500, "This service has a fault");
        planner.json("GET /storage", 200, "{\"items\": [" + KEPT.formatted("2026-11-28T10:00:00Z") + "]}");
        refusing("DELETE /storage/6b02a19d-dceb-8fd0-ab31-44081f1e8cb0", 409, "Its state does not allow this");

        String line = typed.replace("FOLDER", folder.toString())
                .replace("REGISTRY", planner.base().toString());
        assertThat(run(line.strip().split(" "))).as(err.toString()).isEqualTo(exit);
        assertThat(err.toString().lines().reduce((first, last) -> last))
                .get()
                .asString()
                .startsWith("next: ")
                .contains(next);
    }

    @Test
    void aNoNamesWhatToTypeNextToo() throws Exception {
        planner.json("POST /requests", 200, "{\"result\": \"NO\"}");
        String task =
                file("task.yaml", "executable: {kind: 'https://www.purl.org/planisphere/kinds/executable/process'}");
        assertThat(run("ask", task)).isEqualTo(Exit.NO);
        assertThat(err.toString()).contains("next: change what they say NO to");
    }

    @Test
    void storageIsListedKeptAndRemovedByItsName() {
        planner.json("GET /storage", 200, "{\"items\": [" + KEPT.formatted("2026-11-28T10:00:00.123456Z") + "]}");
        planner.json("POST /storage/6b02a19d-dceb-8fd0-ab31-44081f1e8cb0", 200, KEPT.formatted("2026-12-05T10:00:00Z"));
        planner.on(
                "DELETE /storage/6b02a19d-dceb-8fd0-ab31-44081f1e8cb0",
                (call, seen) -> TestServer.send(call, 204, "", ""));

        assertThat(run("storage", "list")).isEqualTo(Exit.OK);
        assertThat(out.toString()).contains("catalogue  cluster   2 GiB  2.9 MiB  28 Nov 10:00  6b02a19d");
        assertThat(run("storage", "keep", "catalogue", "P14D")).isEqualTo(Exit.OK);
        assertThat(out.toString()).contains("kept until 5 Dec 10:00");
        assertThat(planner.seen.get(planner.seen.size() - 1).body()).contains("2026-12-05T10:00:00Z");
        assertThat(run("storage", "remove", "catalogue")).isEqualTo(Exit.OK);
        assertThat(planner.seen.get(planner.seen.size() - 1).method()).isEqualTo("DELETE");
    }

    @Test
    void emptyListsSayThatTheyAre() {
        planner.json("GET /storage", 200, "{\"items\": []}");
        planner.json("GET /sessions", 200, "{\"items\": []}");
        assertThat(run("storage", "list")).isEqualTo(Exit.OK);
        assertThat(err.toString()).contains("Nothing is kept for you there");
        assertThat(run("sessions")).isEqualTo(Exit.OK);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).contains("No session of yours");
    }

    @Test
    void aNarrowTerminalShortensChecksumsBeforeNames() {
        width = 80;
        planner.json("GET /sessions/a", 200, "{\"phase\": \"COMPLETED\"}");
        planner.json("GET /sessions/a/results", 200, """
                {"items": [{"name": "nearest-neighbours.csv", "size": 10, "mediaType": "text/csv",
                 "sha256": "617bb5b30711d173b16325e306fd5a1e4d16de916be43a6ee31bf7bcd426fd15"}]}""");
        assertThat(run("results", planner.at("/sessions/a").toString())).isEqualTo(Exit.OK);
        assertThat(out.toString())
                .contains("nearest-neighbours.csv")
                .contains("617bb5b3")
                .contains("…");
    }
}
