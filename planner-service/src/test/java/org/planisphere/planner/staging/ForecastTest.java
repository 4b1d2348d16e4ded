package org.planisphere.planner.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.foundation.http.GuardedHttp;
import org.planisphere.foundation.http.HttpRules;

/** What is known of data before it is offered to fetch it. */
class ForecastTest {
    @TempDir
    Path folder;

    private static GuardedHttp reaching(TinyServer server) {
        return new GuardedHttp(HttpRules.of(List.of(server.authority()), 1L << 40, Duration.ofSeconds(20)));
    }

    @Test
    void theTimeComesFromTheSizeAndFromHowQuickTheSourceWasBefore() throws Exception {
        try (TinyServer server = new TinyServer(
                        (request, out) -> TinyServer.head(out, "200 OK", "Content-Length: " + (200L << 20) + "\r\n"));
                Depot depot = Depot.in(folder, List.of(), Fetching.PLAIN, Duration.ofSeconds(10), 4, Map.of())) {
            Staging staging = new Staging("", List.of(), reaching(server), depot);
            Address address = Address.of(server.url("/large"));
            Staging.Forecast first = staging.forecast(List.of(address));
            assertThat(first.bytes()).isEqualTo(200L << 20);
            assertThat(first.expected()).isEqualTo(Duration.ofSeconds(4));
            depot.speeds().measured(server.authority(), 10 << 20, Duration.ofSeconds(1));
            assertThat(staging.forecast(List.of(address)).expected()).isEqualTo(Duration.ofSeconds(20));
            // It was asked once, as nobody, and is known for a while; speeds outlive the planner.
            assertThat(server.seen())
                    .hasSize(1)
                    .allMatch(request -> request.method().equals("HEAD"));
            assertThat(new Speeds(folder.resolve("speeds.json")).expected(server.authority(), 10 << 20))
                    .isEqualTo(Duration.ofSeconds(1));
        }
    }

    @Test
    void whoDoesNotAnswerKeepsNobodyWaiting() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (TinyServer server = new TinyServer((request, out) -> {
                    try {
                        over.await(20, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    TinyServer.head(out, "200 OK", "Content-Length: 7\r\n");
                });
                Depot depot = Depot.in(folder, List.of(), Fetching.PLAIN, Duration.ofMillis(50), 4, Map.of())) {
            Staging staging = new Staging("", List.of(), reaching(server), depot);
            List<Address> addresses = List.of(Address.of(server.url("/slow")));
            assertThat(staging.forecast(addresses)).isEqualTo(new Staging.Forecast(0, 1, Duration.ZERO));
            over.countDown();
            // What it says later is there for the next one.
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> staging.forecast(addresses).bytes() == 7);
        } finally {
            over.countDown();
        }
    }

    @Test
    void nobodyIsAskedWhoMayNotBe() throws Exception {
        try (TinyServer server = new TinyServer((request, out) -> TinyServer.send(out, "200 OK", "", new byte[1]));
                Depot depot = Depot.plain()) {
            Staging staging = new Staging("", List.of(), new GuardedHttp(HttpRules.NONE), depot);
            assertThat(staging.forecast(List.of(Address.of(server.url("/x")))).unknown())
                    .isEqualTo(1);
            assertThat(server.seen()).isEmpty();
        }
    }

    @Test
    void whatIsGoneIsKnownAndSoIsAFileOfOurs() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "abc");
        try (TinyServer server =
                        new TinyServer((request, out) -> TinyServer.send(out, "404 Not Found", "", new byte[0]));
                Depot depot = Depot.with(List.of())) {
            Staging staging = new Staging("", List.of(folder), reaching(server), depot);
            Address gone = Address.of(server.url("/gone"));
            assertThat(staging.found(gone)).isEmpty();
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
                Staging.Forecast forecast =
                        staging.forecast(List.of(gone, Address.of(file.toUri().toString())));
                assertThat(forecast.bytes()).isEqualTo(3);
                assertThat(staging.found(gone).map(Unreachable::reason))
                        .hasValueSatisfying(reason -> assertThat(reason).contains("404"));
            });
        }
    }
}
