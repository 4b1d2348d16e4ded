package org.planisphere.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.planisphere.wire.ExecutionRequest;
import org.planisphere.wire.OfferSetResponse;

class AskingTest {
    private static final String SET =
            "{\"kind\":\"https://example.org/kinds/offerset/execution-offerset.yaml\",\"result\":\"NO\"}";

    private TestServer server;
    private final List<String> parts = new ArrayList<>();

    @BeforeEach
    void up() throws IOException {
        server = new TestServer();
    }

    @AfterEach
    void down() {
        server.close();
    }

    @Test
    void givesEachPartAsItComesAndThenTheWholeSet() {
        stream("event: offers\ndata: " + named("alpha") + "\n\n: still asking\n\nevent: offers\ndata: " + named("beta")
                + "\n\nevent: later\ndata: {}\n\nevent: set\ndata: " + SET + "\n\n");

        OfferSetResponse set = ask(AskOptions.USUAL);

        assertThat(parts).containsExactly("alpha", "beta");
        assertThat(set.result).isEqualTo("NO");
        assertThat(server.seen.get(0).headers().get("accept")).startsWith("text/event-stream");
    }

    @Test
    void aPlannerThatDoesNotStreamGivesOnePart() {
        server.json("POST /requests", 200, named("all"));
        assertThat(ask(AskOptions.USUAL).result).isEqualTo("NO");
        assertThat(parts).containsExactly("all");
    }

    @Test
    void aProblemInTheStreamIsAProblem() {
        stream("event: problem\ndata: {\"title\":\"No storage\",\"status\":503}\n\n");
        assertThatThrownBy(() -> ask(AskOptions.USUAL))
                .isInstanceOfSatisfying(
                        PlannerProblem.class,
                        problem -> assertThat(problem.status()).isEqualTo(503));
    }

    @Test
    void aRefusalBeforeTheStreamIsAProblem() {
        server.json("POST /requests", 400, "{\"title\":\"No\",\"status\":400}");
        assertThatThrownBy(() -> ask(AskOptions.USUAL))
                .isInstanceOfSatisfying(
                        PlannerProblem.class,
                        problem -> assertThat(problem.status()).isEqualTo(400));
    }

    @Test
    void aStreamThatEndsBeforeTheSetIsToldAsSuch() {
        stream("event: offers\ndata: " + named("alpha") + "\n\n");
        assertThatThrownBy(() -> ask(AskOptions.USUAL))
                .isInstanceOf(NotReachable.class)
                .hasMessageContaining("before it was whole");
    }

    @Test
    void garbageInTheStreamIsABadAnswer() {
        stream("event: offers\ndata: <html>\n\n");
        assertThatThrownBy(() -> ask(AskOptions.USUAL)).isInstanceOf(BadAnswer.class);
    }

    @Test
    void sendsWhatTheOptionsSay() {
        server.json("POST /requests", 200, SET);
        ask(new AskOptions(false, Weights.of("price"), Duration.ofMillis(1500), "key-1"));
        TestServer.Seen seen = server.seen.get(0);
        assertThat(seen.target()).isEqualTo("/requests?hold=false&weights=price%3A1");
        assertThat(seen.headers())
                .containsEntry("planisphere-budget", "1500")
                .containsEntry("idempotency-key", "key-1");
    }

    @Test
    void inPartsASetThatCameAtOnceIsNoPart() {
        server.json("POST /requests", 200, named("all"));
        assertThat(inParts().meta.name).isEqualTo("all");
        assertThat(parts).isEmpty();
        assertThat(server.seen.get(0).headers()).containsEntry("prefer", "return=minimal");
    }

    @Test
    void inPartsAConnectionThatBreaksAtOnceIsTriedOnceMoreUnderTheSameKey() {
        AtomicInteger calls = new AtomicInteger();
        server.on("POST /requests", (call, seen) -> {
            if (calls.incrementAndGet() == 1) {
                call.close();
            } else {
                TestServer.send(call, 200, "application/json", named("all"));
            }
        });
        assertThat(inParts().meta.name).isEqualTo("all");
        assertThat(server.seen.stream()
                        .map(seen -> seen.header("idempotency-key"))
                        .distinct())
                .hasSize(1);
    }

    @Test
    void inPartsAConnectionThatBreaksAfterAPartIsNotTriedAgain() {
        stream("event: offers\ndata: " + named("alpha") + "\n\n");
        assertThatThrownBy(this::inParts).hasCauseInstanceOf(NotReachable.class);
        assertThat(parts).containsExactly("alpha");
        assertThat(server.seen).hasSize(1);
    }

    private OfferSetResponse inParts() {
        return PlannerClient.at(server.base())
                .withTimeout(Duration.ofSeconds(20))
                .askInPartsAsync(
                        "{}".getBytes(StandardCharsets.UTF_8),
                        AskOptions.USUAL,
                        part -> parts.add(part.meta == null ? "" : String.valueOf(part.meta.name)))
                .join();
    }

    private OfferSetResponse ask(AskOptions options) {
        return PlannerClient.at(server.base())
                .withTimeout(Duration.ofSeconds(20))
                .askStreaming(
                        new ExecutionRequest(),
                        options,
                        part -> parts.add(part.meta == null ? "" : String.valueOf(part.meta.name)));
    }

    private void stream(String text) {
        server.on("POST /requests", (call, seen) -> {
            call.getResponseHeaders().set("Content-Type", "text/event-stream");
            call.sendResponseHeaders(200, 0);
            call.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
            call.close();
        });
    }

    private static String named(String name) {
        return SET.replace("\"result\"", "\"meta\":{\"name\":\"" + name + "\"},\"result\"");
    }
}
