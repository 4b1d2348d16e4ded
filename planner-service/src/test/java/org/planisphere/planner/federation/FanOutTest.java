package org.planisphere.planner.federation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.planisphere.client.FaultProxy;
import org.planisphere.client.FaultProxy.Fault;
import org.planisphere.client.TestServer;
import org.planisphere.wire.ExecutionRequest;
import org.planisphere.wire.OfferSetResponse;

class FanOutTest {
    private static final Duration BUDGET = Duration.ofSeconds(3);
    private static final String NO = "{\"kind\":\"https://example.org/kinds/offerset/execution-offerset.yaml\","
            + "\"result\":\"NO\",\"meta\":{\"messages\":[{\"message\":\"Not today\"}]}}";

    private final List<AutoCloseable> parts = new ArrayList<>();
    private final FanOut fanOut = new FanOut(Clock.systemUTC());
    private TestServer good;

    @BeforeEach
    void up() throws IOException {
        good = new TestServer().json("POST /requests", 200, NO);
        parts.add(good);
        parts.add(fanOut);
    }

    @AfterEach
    void down() throws Exception {
        for (AutoCloseable part : parts) {
            part.close();
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(
            value = Fault.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE", "SLOW"})
    void aPlannerThatFailsCostsTheOthersNothingAndIsNamed(Fault fault) throws Exception {
        FaultProxy proxy = FaultProxy.before(good.base()).set(fault);
        parts.add(proxy);
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        long begun = System.nanoTime();

        List<Reply> replies = ask(heard, peer("bad", proxy.planner()), peer("good", good.base()));

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(BUDGET.plusSeconds(5));
        assertThat(replies.get(0)).isInstanceOf(Reply.Silent.class);
        Reply.Silent silent = (Reply.Silent) replies.get(0);
        assertThat(silent.why()).singleElement().satisfies(message -> {
            assertThat(message.code()).isEqualTo(Says.SILENT);
            assertThat(message.text()).startsWith("bad ").doesNotContain("127.0.0.1");
        });
        assertThat(replies.get(1)).isInstanceOf(Reply.Answered.class);
        assertThat(heard).containsExactlyInAnyOrder("bad", "good");
    }

    @Test
    void aSlowPlannerWithinTheBudgetIsHeard() throws Exception {
        FaultProxy proxy = FaultProxy.before(good.base()).delay(200).set(Fault.SLOW);
        parts.add(proxy);
        assertThat(ask(new ArrayList<>(), peer("slow", proxy.planner())).get(0)).isInstanceOf(Reply.Answered.class);
    }

    @Test
    void repliesAreHeardAsTheyCome() throws Exception {
        FaultProxy hanging = FaultProxy.before(good.base()).set(Fault.HANG);
        parts.add(hanging);
        // The first call of a test JVM loads half of it.
        ask(new ArrayList<>(), peer("good", good.base()));
        List<String> heard = Collections.synchronizedList(new ArrayList<>());
        ask(heard, peer("hanging", hanging.planner()), peer("good", good.base()));
        assertThat(heard).containsExactly("good", "hanging");
    }

    @Test
    void anAggregatorsOffersAreHeardAsItHasThemEachOnce() throws Exception {
        String offer = "{\"meta\":{\"url\":\"http://leaf.example/planner/sessions/%d\"}}";
        good.on("POST /requests", (call, seen) -> {
            call.getResponseHeaders().set("Content-Type", "text/event-stream");
            call.sendResponseHeaders(200, 0);
            for (String event : List.of("offers", "set")) {
                String offers =
                        event.equals("set") ? offer.formatted(1) + "," + offer.formatted(2) : offer.formatted(1);
                call.getResponseBody()
                        .write(("event: " + event + "\ndata: {\"result\":\"YES\",\"offers\":[" + offers + "]}\n\n")
                                .getBytes(StandardCharsets.UTF_8));
            }
            call.close();
        });
        List<Reply> heard = Collections.synchronizedList(new ArrayList<>());
        fanOut.ask(List.of(peer("good", good.base())), new ExecutionRequest(), manner(), heard::add)
                .get(30, TimeUnit.SECONDS);

        assertThat(heard).hasSize(2);
        assertThat(heard.get(0))
                .isInstanceOfSatisfying(
                        Reply.Part.class,
                        part -> assertThat(addresses(part.set()))
                                .containsExactly("http://leaf.example/planner/sessions/1"));
        assertThat(heard.get(1)).isInstanceOfSatisfying(Reply.Answered.class, end -> {
            assertThat(end.parts()).isTrue();
            assertThat(addresses(end.set())).containsExactly("http://leaf.example/planner/sessions/2");
        });
    }

    @Test
    void whatAnAggregatorHadAtTheDeadlineCounts() throws Exception {
        good.on("POST /requests", (call, seen) -> {
            call.getResponseHeaders().set("Content-Type", "text/event-stream");
            call.sendResponseHeaders(200, 0);
            call.getResponseBody()
                    .write("event: offers\ndata: {\"result\":\"YES\",\"offers\":[{\"meta\":{\"uuid\":\"1\"}}]}\n\n"
                            .getBytes(StandardCharsets.UTF_8));
            call.getResponseBody().flush();
        });
        Peer peer = peer("slow", good.base());
        double before = peer.reputation().value();
        List<Reply> heard = Collections.synchronizedList(new ArrayList<>());
        fanOut.ask(List.of(peer), new ExecutionRequest(), manner(), heard::add).get(30, TimeUnit.SECONDS);

        assertThat(heard.get(0)).isInstanceOf(Reply.Part.class);
        assertThat(heard.get(1))
                .isInstanceOfSatisfying(
                        Reply.Silent.class,
                        silent -> assertThat(silent.why().get(0).text()).contains("did not finish within"));
        assertThat(peer.reputation().value()).isGreaterThanOrEqualTo(before);
    }

    private static List<String> addresses(OfferSetResponse set) {
        return set.offers.stream().map(offer -> offer.meta.url).toList();
    }

    @Test
    void aPlannerThatFailsAgainAndAgainIsLeftInPeace() throws Exception {
        FaultProxy proxy = FaultProxy.before(good.base()).set(Fault.HTML);
        parts.add(proxy);
        Peer peer = peer("bad", proxy.planner());
        ask(new ArrayList<>(), peer);
        ask(new ArrayList<>(), peer);
        Reply.Silent third = (Reply.Silent) ask(new ArrayList<>(), peer).get(0);
        assertThat(third.why().get(0).code()).isEqualTo(Says.RESTING);
        assertThat(peer.reputation().value()).isLessThan(0.9);
    }

    @Test
    void noMoreCallsThanAllowedGoToOnePlannerAtOnce() throws Exception {
        FaultProxy hanging = FaultProxy.before(good.base()).set(Fault.HANG);
        parts.add(hanging);
        Peer peer = new Peer(
                PeerSettings.of("busy", hanging.planner()),
                new Breaker(100, Duration.ofMinutes(1)),
                1,
                new Reputation());
        var first = fanOut.ask(List.of(peer), new ExecutionRequest(), manner(), reply -> {});
        Reply.Silent second = (Reply.Silent) ask(new ArrayList<>(), peer).get(0);
        assertThat(second.why().get(0).code()).isEqualTo(Says.BUSY);
        first.get(30, TimeUnit.SECONDS);
    }

    @Test
    void nobodyToAskIsAnAnswer() throws Exception {
        assertThat(ask(new ArrayList<>())).isEmpty();
    }

    @Test
    void theWayIsTold() throws Exception {
        ask(new ArrayList<>(), peer("good", good.base()));
        assertThat(good.seen.get(0).headers())
                .containsEntry("planisphere-path", "a, b")
                .containsEntry("idempotency-key", "ask-1");
    }

    private List<Reply> ask(List<String> heard, Peer... peers) throws Exception {
        return fanOut.ask(
                        List.of(peers),
                        new ExecutionRequest(),
                        manner(),
                        reply -> heard.add(reply.peer().name()))
                .get(30, TimeUnit.SECONDS);
    }

    private static FanOut.Manner manner() {
        return new FanOut.Manner(Map.of(Trip.PATH, "a, b"), BUDGET, true, "ask-1", Peer::client);
    }

    private static Peer peer(String name, URI base) {
        return new Peer(PeerSettings.of(name, base), new Breaker(2, Duration.ofMinutes(1)), 8, new Reputation());
    }
}
