package org.planisphere.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.database.Database;
import org.planisphere.foundation.database.DatabaseSettings;
import org.planisphere.foundation.database.PostgresServer;
import org.planisphere.foundation.database.SmallDisk;
import org.planisphere.foundation.settings.Settings;
import org.planisphere.planner.ledger.store.Audit;

/** What callers meet when the database goes away under load and comes back: 503, and nothing half done. */
class DatabaseFaultIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String TASK = """
            {"executable": {"kind": "https://www.purl.org/planisphere/kinds/executable/process",
              "command": ["/bin/true"]},
             "schedule": {"requested": {"duration": "PT1M"}}}""";
    private static final HttpClient HTTP =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();

    private static SmallDisk disk;
    private static PostgresServer postgres;
    private static DatabaseSettings database;
    private static PlanisphereServer server;

    @BeforeAll
    static void up() throws IOException {
        disk = SmallDisk.mount(512);
        postgres = PostgresServer.start(disk == null ? null : disk.folder());
        database = postgres.database(4);
        Path folder = PlanisphereServer.folder("faults");
        Path file = Files.writeString(folder.resolve("node.yaml"), """
                platforms:
                  - id: roomy
                    name: Roomy
                    engine: process
                    capacity: {cores: 100000, memory: 100TiB, storage: 100TiB}
                """);
        System.setProperty(Settings.FILE_PROPERTY, file.toString());
        Map<String, String> settings = new HashMap<>(OnPostgres.settings(database));
        settings.put("db.pool", "4");
        settings.put("planner.offer.max", "1");
        settings.put("planner.offer.lifetime", "10s");
        for (String what : List.of("cores", "sessions", "offers")) {
            settings.put("planner.caller.anonymous." + what, "100000");
        }
        settings.put("planner.caller.anonymous.memory", "100TiB");
        settings.put("planner.caller.anonymous.storage", "100TiB");
        settings.put("limits.address.rate", "0");
        settings.put("limits.caller.rate", "0");
        server = PlanisphereServer.deploy(settings);
    }

    @AfterAll
    static void down() throws IOException {
        if (server != null) {
            server.close();
        }
        System.clearProperty(Settings.FILE_PROPERTY);
        if (postgres != null) {
            postgres.close();
        }
        if (disk != null) {
            disk.close();
        }
    }

    /** Something that is done to the database. */
    private interface Act {
        void happen() throws Exception;
    }

    @Test
    void aServerThatIsKilledAndStartedAgainLeavesNothingHalfDone() throws Exception {
        survives(postgres::kill, postgres::resume);
    }

    @Test
    void aServerThatStandsStillAndGoesOnLeavesNothingHalfDone() throws Exception {
        survives(postgres::freeze, postgres::thaw);
    }

    @Test
    void aPoolWithoutAFreeConnectionLeavesNothingHalfDone() throws Exception {
        // Whoever takes a connection waits with it for this lock.
        try (Connection lock = DriverManager.getConnection(database.url(), database.user(), "")) {
            lock.setAutoCommit(false);
            survives(
                    () -> {
                        try (var statement = lock.createStatement()) {
                            statement.execute("LOCK TABLE session IN ACCESS EXCLUSIVE MODE");
                        }
                    },
                    lock::rollback);
        }
    }

    @Test
    void aFullDiskLeavesNothingHalfDone() throws Exception {
        assumeTrue(disk != null, "only root may mount a small file system");
        survives(disk::fill, () -> {
            disk.free();
            if (!postgres.runs()) {
                // Where even its log had no room; starting it is its operator's.
                postgres.resume();
            }
        });
    }

    private static void survives(Act fault, Act end) throws Exception {
        Load load = new Load();
        try {
            await().atMost(PATIENCE).until(() -> load.accepted.size() > 5);
            fault.happen();
            try {
                await().atMost(PATIENCE).until(() -> status("/health/ready") == 503);
                await().atMost(PATIENCE).until(() -> load.unavailable.get() > 0);
                assertThat(status("/health/live")).isEqualTo(200);
            } finally {
                end.happen();
            }
            await().atMost(PATIENCE).until(() -> status("/health/ready") == 200);
            int before = load.accepted.size();
            await().atMost(PATIENCE).until(() -> load.accepted.size() > before + 5);
        } finally {
            load.stop();
        }
        assertThat(load.wrong).isEmpty();
        for (String session : load.accepted) {
            // The stream ends with the session.
            assertThat(get(session + "/events").body()).as(session).contains("COMPLETED");
        }
        try (Database own = Database.open(database)) {
            assertThat(Audit.checkWithSessions(own.dataSource()).violations()).isEmpty();
        }
    }

    private static int status(String path) throws Exception {
        return get(server.url(path).toString()).statusCode();
    }

    private static HttpResponse<String> get(String address) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(address)).timeout(PATIENCE).build(), BodyHandlers.ofString());
    }

    /** Callers of all sorts, who go on until they are stopped. */
    private static final class Load {
        final Queue<String> accepted = new ConcurrentLinkedQueue<>();
        final Queue<String> wrong = new ConcurrentLinkedQueue<>();
        final AtomicInteger unavailable = new AtomicInteger();
        private final ScheduledExecutorService callers = Executors.newScheduledThreadPool(8);

        Load() {
            begin(2, this::run);
            begin(2, () -> judge(post("/planner/requests"), 303));
            // As many as there are connections.
            begin(
                    4,
                    () -> judge(
                            get(server.url("/planner/sessions/" + UUID.randomUUID())
                                    .toString()),
                            404));
        }

        private void begin(int number, Act act) {
            for (int i = 0; i < number; i++) {
                callers.scheduleWithFixedDelay(
                        () -> {
                            try {
                                act.happen();
                            } catch (Exception e) {
                                wrong.add(e.toString());
                            }
                        },
                        0,
                        20,
                        TimeUnit.MILLISECONDS);
            }
        }

        /** Runs a task and waits for its end, or until the stream of its events breaks off. */
        private void run() throws Exception {
            HttpResponse<String> answer = post("/planner/direct");
            judge(answer, 303);
            if (answer.statusCode() == 303) {
                String session = answer.headers().firstValue("Location").orElseThrow();
                accepted.add(session);
                judge(get(session + "/events"), 200);
            }
        }

        private static HttpResponse<String> post(String path) throws Exception {
            return HTTP.send(
                    HttpRequest.newBuilder(server.url(path))
                            .timeout(PATIENCE)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(TASK))
                            .build(),
                    BodyHandlers.ofString());
        }

        private void judge(HttpResponse<String> answer, int usual) {
            String type = answer.headers().firstValue("Content-Type").orElse("");
            if (answer.statusCode() == 503
                    && answer.headers().firstValue("Retry-After").isPresent()
                    && type.startsWith("application/problem+json")
                    && answer.body().contains("/problems/")) {
                unavailable.incrementAndGet();
            } else if (answer.statusCode() != usual) {
                wrong.add(answer.statusCode() + " " + answer.headers().map() + " " + answer.body());
            }
        }

        void stop() throws InterruptedException {
            callers.shutdown();
            assertThat(callers.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        }
    }
}
