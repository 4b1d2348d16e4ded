package org.planisphere.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.planisphere.foundation.database.DatabaseKind;

/** Queries that last: timeouts, aborts, waiting, a restart in the middle, and the end of a job's life. UWS 1.1 */
class LongQueriesTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    /** So many rows are counted that no machine comes to their end while the test lasts. */
    private static final String ENDLESS = "LANG=ADQL&QUERY="
            + URLEncoder.encode(
                    "SELECT COUNT(*) FROM tap_schema.columns a, tap_schema.columns b, tap_schema.columns c,"
                            + " tap_schema.columns d, tap_schema.columns e WHERE a.column_name || b.column_name ="
                            + " c.column_name || d.column_name || e.column_name || 'x'",
                    StandardCharsets.UTF_8);

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void aQueryThatTakesTooLongIsStopped(DatabaseKind kind) throws Exception {
        try (Fixture f = new Fixture(kind, RegistryServer.freeBase(), 100)) {
            f.reopen(Duration.ofSeconds(1), Duration.ofSeconds(1));
            RegistryServer server = new RegistryServer(f);
            HttpResponse<String> answer = post(server, "/sync", ENDLESS);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("took longer than 1 seconds", "PROBLEM_TYPE");

            String job = made(server, ENDLESS + "&PHASE=RUN");
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(get(job + "/phase")).isEqualTo("ERROR"));
            assertThat(get(job + "/error")).contains("took longer than 1 seconds");
            server.stop();
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void whoWaitsIsToldWhenARunningJobIsAborted(DatabaseKind kind) throws Exception {
        try (RegistryServer server = new RegistryServer(kind, 100)) {
            String job = made(server, ENDLESS + "&PHASE=RUN");
            executing(job);
            CompletableFuture<String> waiting = CompletableFuture.supplyAsync(() -> {
                try {
                    return get(job + "?WAIT=-1&PHASE=EXECUTING");
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(get(job + "?WAIT=5&PHASE=QUEUED"))
                    .as("another phase is no reason to wait")
                    .contains("EXECUTING");
            assertThat(waiting.isDone()).isFalse();

            assertThat(CLIENT.send(form(job + "/phase", "PHASE=ABORT"), HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(303);

            assertThat(waiting.get(20, TimeUnit.SECONDS)).contains("<uws:phase>ABORTED</uws:phase>");
            assertThat(get(job + "?WAIT=5"))
                    .as("what has ended is not waited for")
                    .contains("ABORTED");
            // The turn of the query is free again: as many as may run are answered.
            for (int i = 0; i < 3; i++) {
                assertThat(post(server, "/sync", "LANG=ADQL&QUERY=SELECT+schema_name+FROM+tap_schema.schemas")
                                .statusCode())
                        .isEqualTo(200);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void aJobThatRanWhenTheNodeEndedRunsAgain(DatabaseKind kind) throws Exception {
        try (Fixture f = new Fixture(kind, RegistryServer.freeBase(), 100)) {
            RegistryServer first = new RegistryServer(f);
            String job = made(first, ENDLESS + "&PHASE=RUN");
            executing(job);
            String began = get(job).replaceAll("(?s).*<uws:startTime>([^<]*)<.*", "$1");
            first.stop();

            f.reopen();

            RegistryServer second = new RegistryServer(f);
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(get(job))
                            .contains("<uws:phase>EXECUTING</uws:phase>")
                            .doesNotContain(began));
            assertThat(CLIENT.send(form(job, "ACTION=DELETE"), HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(303);
            assertThat(status(job)).isEqualTo(404);
            second.stop();
        }
    }

    @ParameterizedTest
    @EnumSource(DatabaseKind.class)
    void aJobIsGoneWhenItsDestructionHasCome(DatabaseKind kind) throws Exception {
        try (RegistryServer server = new RegistryServer(kind, 100)) {
            String job = made(server, "LANG=ADQL&PHASE=RUN&QUERY=SELECT+schema_name+FROM+tap_schema.schemas");
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(get(job + "/phase")).isEqualTo("COMPLETED"));

            CLIENT.send(
                    form(job + "/destruction", "DESTRUCTION=" + Instant.now().minusSeconds(5)),
                    HttpResponse.BodyHandlers.discarding());

            assertThat(status(job)).isEqualTo(404);
            assertThat(status(job + "/results/result")).isEqualTo(404);
        }
    }

    private static void executing(String job) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(get(job + "/phase")).isEqualTo("EXECUTING"));
    }

    private static String made(RegistryServer server, String form) throws Exception {
        HttpResponse<String> made = post(server, "/async", form);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(303);
        return made.headers().firstValue("Location").orElseThrow();
    }

    private static HttpResponse<String> post(RegistryServer server, String path, String form) throws Exception {
        return CLIENT.send(form(server.base() + "/tap" + path, form), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest form(String url, String form) {
        return HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build();
    }

    private static String get(String url) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static int status(String url) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
