package org.planisphere.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WatchTest {
    private TestServer server;
    private PlannerClient planner;
    private final List<SessionEvent> events = new ArrayList<>();

    @BeforeEach
    void begin() throws Exception {
        server = new TestServer();
        planner = PlannerClient.at(server.base());
    }

    @AfterEach
    void end() {
        server.close();
    }

    private static String event(long id, String type, String phase, String text) {
        return "id: " + id + "\nevent: " + type + "\ndata: {\"time\":\"2026-11-21T10:00:00Z\",\"phase\":\"" + phase
                + "\",\"message\":\"" + text + "\",\"values\":{\"n\":\"" + id + "\"}}\n\n";
    }

    private static void stream(HttpExchange call, String... parts) throws IOException {
        call.getResponseHeaders().set("Content-Type", "text/event-stream");
        call.sendResponseHeaders(200, 0);
        for (String part : parts) {
            call.getResponseBody().write(part.getBytes(StandardCharsets.UTF_8));
            call.getResponseBody().flush();
        }
        call.close();
    }

    @Test
    void tellsEveryEventUntilTheSessionHasEnded() {
        server.on(
                "GET /sessions/u1/events",
                (call, seen) -> stream(
                        call,
                        ": watching\n\n",
                        event(1, "phase", "ACCEPTED", "Taken."),
                        "id: 2\r\nevent: phase\r\ndata: {\"phase\":\r\n",
                        "data: \"RUNNING\"}\r\n\r\n",
                        event(3, "phase", "COMPLETED", "Done.")));

        long last = planner.watch(server.at("/sessions/u1"), 0, events::add);

        assertThat(last).isEqualTo(3);
        assertThat(events).extracting(SessionEvent::phase).containsExactly("ACCEPTED", "RUNNING", "COMPLETED");
        assertThat(events.get(0).text()).isEqualTo("Taken.");
        assertThat(events.get(0).values()).containsEntry("n", "1");
        assertThat(events.get(0).time()).isPresent();
    }

    @Test
    void goesOnAfterTheLastEventItSaw() { // Last-Event-ID
        AtomicInteger calls = new AtomicInteger();
        server.on("GET /sessions/u1/events", (call, seen) -> {
            if (calls.incrementAndGet() == 1) {
                stream(call, event(1, "phase", "ACCEPTED", ""), event(2, "phase", "RUNNING", ""), "id: 3\ndata: {\"ph");
            } else {
                // A server that sends too much must not be told twice.
                stream(call, event(2, "phase", "RUNNING", ""), event(3, "phase", "FAILED", "Exit code 1."));
            }
        });
        server.json("GET /sessions/u1", 200, "{\"phase\":\"RUNNING\"}");

        planner.watch(server.at("/sessions/u1"), 0, events::add);

        assertThat(events).extracting(SessionEvent::id).containsExactly(1L, 2L, 3L);
        assertThat(server.seen.stream().filter(seen -> seen.target().endsWith("/events")))
                .extracting(seen -> seen.header("Last-Event-ID"))
                .containsExactly("", "2");
    }

    @Test
    void passesEventsWithoutANumber() {
        server.on(
                "GET /sessions/u1/events",
                (call, seen) -> stream(
                        call,
                        event(1, "phase", "RUNNING", ""),
                        "event: output\ndata: {\"phase\":\"RUNNING\",\"values\":{\"stdout\":\"120\"}}\n\n",
                        "event: output\ndata: {\"phase\":\"RUNNING\",\"values\":{\"stdout\":\"240\"}}\n\n",
                        event(2, "phase", "COMPLETED", "")));

        planner.watch(server.at("/sessions/u1"), 0, events::add);

        assertThat(events).extracting(SessionEvent::type).containsExactly("phase", "output", "output", "phase");
    }

    @Test
    void endsWithASessionThatHasNothingMoreToTell() {
        server.on("GET /sessions/u1/events", (call, seen) -> stream(call, ": nothing\n\n"));
        server.json("GET /sessions/u1", 200, "{\"phase\":\"COMPLETED\"}");

        assertThat(planner.watch(server.at("/sessions/u1"), 7, events::add)).isEqualTo(7);
        assertThat(events).isEmpty();
    }

    @Test
    void comesBackWhenTheServerAsksTo() {
        AtomicInteger calls = new AtomicInteger();
        server.on("GET /sessions/u1/events", (call, seen) -> {
            if (calls.incrementAndGet() == 1) {
                call.getResponseHeaders().set("Retry-After", "0");
                TestServer.send(call, 503, "application/problem+json", "{\"title\":\"Later\"}");
            } else {
                stream(call, event(1, "phase", "CANCELLED", ""));
            }
        });

        assertThat(planner.watch(server.at("/sessions/u1"), 0, events::add)).isEqualTo(1);
    }

    @Test
    void endsWithARefusal() {
        assertThatThrownBy(() -> planner.watch(server.at("/sessions/u2"), 0, events::add))
                .isInstanceOf(PlannerProblem.class)
                .hasMessage("Not found");
    }

    @Test
    void endsWithWhatTheConsumerThrows() {
        server.on("GET /sessions/u1/events", (call, seen) -> stream(call, event(1, "phase", "RUNNING", "")));

        Watch watch = planner.watchAsync(server.at("/sessions/u1"), 0, event -> {
            throw new IllegalStateException("enough");
        });

        assertThatThrownBy(() -> watch.done().join()).hasRootCauseMessage("enough");
    }

    @Test
    void hangsUpWhenClosed() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        server.on("GET /sessions/u1/events", (call, seen) -> {
            call.getResponseHeaders().set("Content-Type", "text/event-stream");
            call.sendResponseHeaders(200, 0);
            open.countDown();
            try {
                while (true) {
                    call.getResponseBody().write(":\n".getBytes(StandardCharsets.UTF_8));
                    call.getResponseBody().flush();
                    Thread.onSpinWait();
                }
            } catch (IOException hungUp) {
                gone.countDown();
            }
        });

        Watch watch = planner.watchAsync(server.at("/sessions/u1"), 4, events::add);
        assertThat(open.await(10, TimeUnit.SECONDS)).isTrue();
        watch.close();

        assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(watch.done().join()).isEqualTo(4);
    }

    @Test
    void refusesAnEventWithoutEnd() {
        server.on("GET /sessions/u1/events", (call, seen) -> {
            call.getResponseHeaders().set("Content-Type", "text/event-stream");
            call.sendResponseHeaders(200, 0);
            byte[] part = "x".repeat(65_536).getBytes(StandardCharsets.UTF_8);
            while (true) {
                call.getResponseBody().write(part);
            }
        });

        assertThatThrownBy(() -> planner.watch(server.at("/sessions/u1"), 0, events::add))
                .isInstanceOf(BadAnswer.class)
                .hasMessageContaining("larger than");
    }
}
