package org.planisphere.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseSettings;
import org.planisphere.planner.ledger.store.Audit;

/** A node as an operator runs it, killed while it works. */
class KillOperatorIT {
    private static final int KILLS = Integer.getInteger("planisphere.kills", 3);
    private static final String TASK = """
            {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process",
              "command": ["/bin/sh", "-c", "echo ran >> ran.txt; sleep 1"]},
             "schedule": {"requested": {"duration": "PT1M"}}}""";

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void nothingAcceptedIsLostAndNothingRunsTwiceWhenTheNodeIsKilledAtRandom(@TempDir Path folder) throws Exception {
        long seed = Long.getLong("planisphere.seed", System.nanoTime());
        System.out.println("planisphere.seed=" + seed);
        Random random = new Random(seed);
        Path config = Files.writeString(folder.resolve("node.yaml"), """
                node: {name: killed}
                planner:
                  offer: {max: 1}
                  caller:
                    anonymous: {cores: 100000, memory: 100TiB, storage: 100TiB, sessions: 100000, offers: 100000}
                platforms:
                  - id: killed
                    name: Killed
                    engine: process
                    capacity: {cores: 100000, memory: 100TiB, storage: 100TiB}
                """);
        Path data = folder.resolve("data");
        int port = freePort();
        Set<String> accepted = ConcurrentHashMap.newKeySet();
        Set<String> unanswered = ConcurrentHashMap.newKeySet();
        for (int kill = 0; kill < KILLS; kill++) {
            Process node = start(port, data, config);
            CountDownLatch enough = new CountDownLatch(3 + random.nextInt(10));
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Thread caller = new Thread(() -> submitUntilItIsGone(port, accepted, unanswered, enough));
                caller.start();
                callers.add(caller);
            }
            assertThat(enough.await(60, TimeUnit.SECONDS))
                    .as("sessions are accepted")
                    .isTrue();
            kill(node);
            for (Thread caller : callers) {
                caller.join();
            }
        }

        Process node = start(port, data, config);
        assertThat(accepted).hasSizeGreaterThan(2 * KILLS);
        for (String key : unanswered) {
            // Accepted or not: whoever asks again with the same key gets one session, and always the same.
            String session = retried(port, key);
            assertThat(retried(port, key)).isEqualTo(session);
            assertThat(accepted.add(session)).as("a session of its own").isTrue();
        }
        for (String session : accepted) {
            assertThat(get(session + "/events").body()).as(session).contains("COMPLETED");
            assertThat(get(session + "/results/ran.txt").body()).as(session).isEqualTo("ran\n");
        }
        node.toHandle().destroy();
        assertThat(node.waitFor(60, TimeUnit.SECONDS)).isTrue();

        try (Database database = Database.open(
                new DatabaseSettings("jdbc:h2:file:" + data.resolve("db/planisphere"), "planisphere", "", 2))) {
            assertThat(Audit.checkWithSessions(database.dataSource()).violations())
                    .isEmpty();
            assertThat(started(database)).as("no key started two sessions").isEqualTo(accepted.size());
        }
    }

    /** How many sessions were ever accepted. */
    private static long started(Database database) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                ResultSet count = connection
                        .createStatement()
                        .executeQuery("SELECT COUNT(*) FROM session WHERE accepted IS NOT NULL")) {
            count.next();
            return count.getLong(1);
        }
    }

    /** A call that was cut before it was accepted may be made again after a minute. */
    private String retried(int port, String key) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> submit(port, key), answer -> answer.statusCode() == 303)
                .headers()
                .firstValue("Location")
                .orElseThrow();
    }

    private HttpResponse<String> submit(int port, String key) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/planner/direct"))
                        .timeout(Duration.ofSeconds(30))
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", key)
                        .POST(HttpRequest.BodyPublishers.ofString(TASK))
                        .build(),
                BodyHandlers.ofString());
    }

    private void submitUntilItIsGone(int port, Set<String> accepted, Set<String> unanswered, CountDownLatch enough) {
        while (true) {
            String key = UUID.randomUUID().toString();
            try {
                HttpResponse<String> answer = submit(port, key);
                if (answer.statusCode() == 303) {
                    accepted.add(answer.headers().firstValue("Location").orElseThrow());
                    enough.countDown();
                }
            } catch (IOException gone) {
                unanswered.add(key);
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private HttpResponse<String> get(String address) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(address))
                        .timeout(Duration.ofMinutes(2))
                        .build(),
                BodyHandlers.ofString());
    }

    private static Process start(int port, Path data, Path config) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                "../planisphere",
                "up",
                "--quick",
                "--port",
                Integer.toString(port),
                "--data",
                data.toString(),
                "--config",
                config.toString());
        builder.environment().put("PLANISPHERE_BUILT", "1");
        builder.redirectError(data.resolveSibling("stderr.txt").toFile());
        Process node = builder.start();
        BufferedReader out = new BufferedReader(new InputStreamReader(node.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); ; line = out.readLine()) {
            assertThat(line)
                    .as(Files.readString(data.resolveSibling("stderr.txt")))
                    .isNotNull();
            if (line.startsWith("ready ")) {
                return node;
            }
        }
    }

    /** The script has become the Java process by then ({@code exec}): this is a {@code kill -9} of the planner. */
    private static void kill(Process node) throws InterruptedException {
        node.destroyForcibly();
        assertThat(node.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
