package org.planisphere.planner.federation;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.planisphere.client.FaultProxy;
import org.planisphere.client.FaultProxy.Fault;
import org.planisphere.client.TestServer;
import org.planisphere.planner.offer.Accepts;
import org.planisphere.planner.offer.Message;

class SimpleQuestionTest {
    private static final Duration BUDGET = Duration.ofSeconds(3);
    private final List<AutoCloseable> parts = new ArrayList<>();

    @AfterEach
    void down() throws Exception {
        for (AutoCloseable part : parts) {
            part.close();
        }
    }

    @Test
    void oneWhoSaysYesIsEnoughEvenWhenAnotherHangs() throws Exception {
        FaultProxy hanging =
                FaultProxy.before(server("NO").base()).delay(30_000).set(Fault.HANG);
        parts.add(hanging);
        CompletableFuture<Optional<Message>> never = new CompletableFuture<>();
        Accepts accepts = SimpleQuestion.first(
                List.of(
                        ask("hanging", hanging.planner()),
                        ask("able", server("YES").base()),
                        never),
                List.of());
        assertThat(accepts.yes()).isTrue();
    }

    @Test
    void whenNobodySaysYesTheAnswerIsNoAndSaysWhyOfEach() throws Exception {
        FaultProxy broken = FaultProxy.before(server("YES").base()).set(Fault.HTML);
        parts.add(broken);
        Accepts accepts = SimpleQuestion.first(
                List.of(ask("unable", server("NO").base()), ask("broken", broken.planner())), List.of());
        assertThat(accepts.yes()).isFalse();
        assertThat(accepts.messages().stream().map(Message::text))
                .hasSize(2)
                .anySatisfy(text -> assertThat(text).isEqualTo("unable: It does not take this kind."))
                .anySatisfy(text -> assertThat(text).startsWith("broken ").doesNotContain("127.0.0.1"));
    }

    @Test
    void nobodyToAskIsNo() {
        assertThat(SimpleQuestion.first(List.of(), List.of()).yes()).isFalse();
    }

    private TestServer server(String word) throws Exception {
        TestServer server = new TestServer().json("GET /accepts", 200, "{\"responseword\": \"" + word + "\"}");
        parts.add(server);
        return server;
    }

    private static CompletableFuture<Optional<Message>> ask(String name, URI base) {
        Peer peer = new Peer(PeerSettings.of(name, base), new Breaker(2, Duration.ofMinutes(1)), 8, new Reputation());
        return SimpleQuestion.ask(peer, peer.client(), "https://example.org/kind", BUDGET, Clock.systemUTC());
    }
}
