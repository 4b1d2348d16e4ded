package org.planisphere.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseSettings;
import org.planisphere.foundation.database.PostgresServer;
import org.planisphere.planner.ledger.store.Audit;

/** Two planners as operators run them, on one PostgreSQL; the one that conducts stands still for longer than its lease. */
class TwoPlannersOperatorIT {
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final String SETTINGS = """
            node: {name: %s}
            planner:
              offer: {max: 1}
              caller:
                anonymous: {cores: 1000, memory: 10TiB, storage: 10TiB}
            registry: {enabled: false}
            platforms:
              - id: both
                name: Both
                engine: process
                capacity: {cores: 1000, memory: 10TiB, storage: 10TiB}
            """;
    private static final String TASK = """
            {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process",
              "command": ["/bin/sh", "-c", "%s"]},
             "schedule": {"requested": {"duration": "PT10M"%s}}}""";
    private static final String QUICK = "echo ran >> ran.txt";
    private static final String UNTIL_TOLD = "echo ran >> ran.txt; while [ ! -e go ]; do sleep 0.2; done; echo told";
    private static final String IN_A_MOMENT = ", \"start\": \"%s/PT20M\"";

    private final HttpClient http =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

    private Database database;
    private DatabaseSettings settings;
    private OperatorNode first;
    private OperatorNode second;

    @BeforeEach
    void open() {
        settings = PostgresServer.shared().database(2);
        database = Database.open(settings);
    }

    @AfterEach
    void close() throws Exception {
        for (OperatorNode node : new OperatorNode[] {first, second}) {
            if (node != null) {
                node.kill();
            }
        }
        if (database != null) {
            database.close();
        }
    }

    /** The first becomes the conductor. */
    private void begin(Path folder, Map<String, String> both) throws Exception {
        Map<String, String> environment = new HashMap<>(OnPostgres.environment(settings));
        environment.putAll(both);
        first = new OperatorNode(folder, "first", SETTINGS.formatted("first"), environment);
        second = new OperatorNode(folder, "second", SETTINGS.formatted("second"), environment);
        first.begin();
        first.awaitReady();
        second.begin();
        second.awaitReady();
        assertThat(conductor()).startsWith("first-");
    }

    @Test
    void eachTaskRunsOnceAndWhoSleptPastItsLeaseIsFenced(@TempDir Path folder) throws Exception {
        begin(folder, Map.of());
        List<String> sessions = new ArrayList<>();
        String soon = IN_A_MOMENT.formatted(Instant.now().plusSeconds(75));
        for (int i = 0; i < 4; i++) {
            sessions.add(submit(first, QUICK, soon));
            sessions.add(submit(second, QUICK, soon));
        }

        first.freeze();
        try {
            await().atMost(PATIENCE).until(() -> conductor().startsWith("second-"));
            sessions.add(submit(second, QUICK, ""));
            for (String session : sessions) {
                assertThat(ended(second, session)).as(session).contains("COMPLETED");
            }
        } finally {
            first.thaw();
        }

        // It is back: it answers, what it accepts is run by the other, and it has run nothing.
        sessions.add(submit(first, QUICK, ""));
        for (String session : sessions) {
            assertThat(ended(first, session)).as(session).contains("COMPLETED");
            assertThat(ran(first.data().resolve("sessions"), session))
                    .as(session + " at the first")
                    .isZero();
            assertThat(ran(second.data().resolve("sessions"), session))
                    .as(session + " at the second")
                    .isEqualTo(1);
        }
        assertThat(conductor()).startsWith("second-");
        assertThat(Audit.checkWithSessions(database.dataSource()).violations()).isEmpty();
    }

    @Test
    void whatRunsIsTakenOverWhereBothShareTheFoldersOfSessions(@TempDir Path folder) throws Exception {
        // Passable, so that runs with users of their own reach them.
        Path shared = Files.createDirectories(folder.resolve("shared"));
        begin(folder, Map.of("PLANISPHERE_DATA_SESSIONS", shared.toString()));
        // Of one folder's data there is one node: two would take themselves for one another.
        assertThat(new OperatorNode(folder, "first", SETTINGS.formatted("first"), OnPostgres.environment(settings))
                        .refused())
                .contains("Another node is running in " + first.data());
        assertThat(new OperatorNode(
                                folder,
                                "wrong",
                                SETTINGS.formatted("wrong").replace("capacity: {cores: 1000", "capacity: {cores: -1"),
                                Map.of())
                        .refused())
                .contains("platforms[0].capacity.cores");
        String session = submit(first, UNTIL_TOLD, "");
        await().atMost(PATIENCE).until(() -> ran(shared, session) == 1);

        first.freeze();
        try {
            await().atMost(PATIENCE).until(() -> conductor().startsWith("second-"));
            Files.createFile(shared.resolve(session).resolve("work/go"));
            assertThat(ended(second, session)).contains("COMPLETED");
            assertThat(get(second, session, "/stdout").body()).isEqualTo("told\n");
        } finally {
            first.thaw();
        }
        assertThat(ended(first, session)).contains("COMPLETED");
        assertThat(get(first, session, "/results/ran.txt").body()).isEqualTo("ran\n");
        assertThat(ran(shared, session)).isEqualTo(1);
        assertThat(Audit.checkWithSessions(database.dataSource()).violations()).isEmpty();
    }

    /** Which planner has the lease on the platform. */
    private String conductor() throws SQLException {
        try (var connection = database.dataSource().getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT node FROM platform_lease")) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    private static int ran(Path sessions, String session) throws Exception {
        Path file = sessions.resolve(session).resolve("work/ran.txt");
        return Files.exists(file) ? Files.readAllLines(file).size() : 0;
    }

    /** The session's id. On a connection of its own: one that was kept while a planner slept may be closed by it. */
    private static String submit(OperatorNode node, String script, String start) throws Exception {
        HttpClient own = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        HttpResponse<String> answer = own.send(
                HttpRequest.newBuilder(URI.create(node.planner() + "/direct"))
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(TASK.formatted(script, start)))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
        String location = answer.headers().firstValue("Location").orElseThrow();
        return location.substring(location.lastIndexOf('/') + 1);
    }

    /** The session's events to its end. */
    private String ended(OperatorNode node, String session) throws Exception {
        return get(node, session, "/events").body();
    }

    private HttpResponse<String> get(OperatorNode node, String session, String path) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(node.planner() + "/sessions/" + session + path))
                        .timeout(PATIENCE)
                        .build(),
                BodyHandlers.ofString());
    }
}
