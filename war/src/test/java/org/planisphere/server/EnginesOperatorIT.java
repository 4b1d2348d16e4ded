package org.planisphere.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.planisphere.client.PlannerClient;
import org.planisphere.wire.ExecutionRequest;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.codec.Codecs;
import org.planisphere.wire.codec.Format;

/** The demo's task by the demo's engines, each in front of the real thing, on one node: what comes back is the same. */
@Timeout(180)
class EnginesOperatorIT {
    private static final Set<String> OVER = Set.of("COMPLETED", "FAILED", "CANCELLED", "REJECTED", "EXPIRED");
    private static final Path DEMO = Path.of("../demo").toAbsolutePath().normalize();

    private static Path folder;
    private static final Map<String, Process> engines = new LinkedHashMap<>();
    private static final List<String> missing = new ArrayList<>();
    private static OperatorNode node;
    private static PlannerClient planner;

    @BeforeAll
    static void up() throws Exception {
        folder = Files.createTempDirectory("engines");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        StringBuilder settings = new StringBuilder("""
                node: {name: engines}
                planner: {offer: {max: 6}}
                staging: {file: {roots: [%s]}}
                platforms:
                """.formatted(DEMO));
        add(settings, "process", "");
        begin(
                settings,
                "container",
                "podman",
                "      socket: %s\n      image: localhost/planisphere/python:3\n      images: [\"localhost/planisphere/*\"]\n"
                        + "      pull: never\n");
        begin(settings, "slurm", "slurm", "      conf: %s\n      poll: 1s\n");
        node = new OperatorNode(folder, "engines", settings.toString());
        node.begin();
        node.awaitReady();
        planner = PlannerClient.at(node.planner()).withTimeout(Duration.ofSeconds(60));
    }

    /** Begins one of the demo's own engines, where this host can have it. */
    private static void begin(StringBuilder settings, String engine, String script, String own) throws IOException {
        Process process = new ProcessBuilder(
                        "../bin/" + script, folder.resolve(script).toString())
                .redirectErrorStream(true)
                .start();
        BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        List<String> words = new ArrayList<>();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith("ready ")) {
                engines.put(engine, process);
                add(settings, engine, own.formatted(line.substring("ready ".length())));
                return;
            }
            words.add(line);
        }
        missing.add(String.join(" ", words));
    }

    private static void add(StringBuilder settings, String engine, String own) {
        settings.append("""
                  - id: by-%1$s
                    name: by-%1$s
                    engine: %1$s
                    capacity: {cores: 1, memory: 2GiB, storage: 10GiB}
                """.formatted(engine));
        settings.append(own.isEmpty() ? "" : "    " + engine + ":\n" + own);
    }

    @AfterAll
    static void down() throws Exception {
        if (node != null) {
            node.kill();
        }
        for (Process engine : engines.values()) {
            engine.destroy();
            assertThat(engine.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        // JUnit would warn of each link in it.
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(one);
            }
        }
    }

    private static ExecutionRequest task() throws Exception {
        ExecutionRequest task = Codecs.read(
                Files.readString(DEMO.resolve("task.yaml"))
                        .replace("location: ", "location: " + DEMO.toUri())
                        .replace("[brightest-stars.csv]", "[brightest-stars.csv, --skies, \"40\"]")
                        .getBytes(StandardCharsets.UTF_8),
                Format.YAML,
                ExecutionRequest.class);
        task.schedule.requested.duration = "PT2M";
        return task;
    }

    /** Accepts what the platform offers for the task. */
    private static URI accepted(String platform) throws Exception {
        ExecutionSession offer = planner.ask(task()).offers.stream()
                .filter(one -> platform.equals(one.platform))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no offer " + platform));
        URI url = planner.urlOf(offer);
        planner.accept(url);
        return url;
    }

    /** What it left, by name, when it has completed. */
    private static Map<String, String> results(URI session) {
        ExecutionSession ended = await().atMost(Duration.ofMinutes(2))
                .until(() -> planner.session(session), now -> OVER.contains(now.phase));
        assertThat(ended.phase).as(String.valueOf(ended.meta.messages)).isEqualTo("COMPLETED");
        Map<String, String> results = new TreeMap<>();
        planner.results(session).forEach(result -> results.put(result.name, result.sha256));
        return results;
    }

    @Test
    void theDemosTaskLeavesTheSameByEveryEngine() throws Exception {
        assumeTrue(!engines.isEmpty(), () -> "this host has none of the demo's engines: " + missing);
        Map<String, URI> sessions = new LinkedHashMap<>();
        sessions.put("process", accepted("by-process"));
        for (String engine : engines.keySet()) {
            sessions.put(engine, accepted("by-" + engine));
        }
        Map<String, String> first = results(sessions.get("process"));
        assertThat(first).containsKeys("summary.txt", "report.html");
        for (String engine : engines.keySet()) {
            assertThat(results(sessions.get(engine))).as(engine).isEqualTo(first);
        }
    }
}
