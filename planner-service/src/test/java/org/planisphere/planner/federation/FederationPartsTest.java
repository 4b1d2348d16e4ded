package org.planisphere.planner.federation;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.planisphere.planner.task.Bound;
import org.planisphere.planner.task.ComputeRequest;
import org.planisphere.planner.task.DataRequest;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Interval;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Label;
import org.planisphere.planner.task.Range;
import org.planisphere.planner.task.ScheduleRequest;
import org.planisphere.planner.task.Task;
import org.planisphere.wire.Compute;
import org.planisphere.wire.Cost;
import org.planisphere.wire.ExecutionSession;
import org.planisphere.wire.MinMax;

class FederationPartsTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @Nested
    class TheBreaker {
        private final Breaker breaker = new Breaker(3, Duration.ofSeconds(10));

        @Test
        void opensAfterFailuresInARow() {
            fail(2);
            assertThat(breaker.asks(NOW)).isTrue();
            breaker.succeeded();
            fail(3);
            assertThat(breaker.asks(NOW)).isFalse();
            assertThat(breaker.until()).isEqualTo(NOW.plusSeconds(10));
        }

        @Test
        void letsOneTryWhenTheRestIsOverAndRestsLongerWhenItFails() {
            fail(3);
            Instant later = NOW.plusSeconds(10);
            assertThat(breaker.asks(later)).isTrue();
            assertThat(breaker.asks(later)).as("a second one").isFalse();
            breaker.failed(later);
            assertThat(breaker.until()).isEqualTo(later.plusSeconds(20));
            assertThat(breaker.asks(later.plusSeconds(20))).isTrue();
            breaker.succeeded();
            assertThat(breaker.asks(later)).isTrue();
        }

        private void fail(int times) {
            for (int i = 0; i < times; i++) {
                breaker.failed(NOW);
            }
        }
    }

    @Nested
    class TheReputation {
        @Test
        void liesCostMoreThanManyAnswersGain() {
            Reputation liar = new Reputation();
            double first = liar.value();
            liar.saw(Reputation.Deed.LIED);
            assertThat(liar.value()).isLessThan(first / 2);
            for (int i = 0; i < 10; i++) {
                liar.saw(Reputation.Deed.ANSWERED);
            }
            assertThat(liar.value()).isLessThan(first);
        }

        @Test
        void goodDeedsMakeGoodAgain() {
            Reputation penitent = new Reputation();
            penitent.saw(Reputation.Deed.LIED);
            for (int i = 0; i < 500; i++) {
                penitent.saw(Reputation.Deed.COMPLETED);
            }
            assertThat(penitent.value()).isGreaterThan(0.95).isLessThanOrEqualTo(1);
        }
    }

    @Nested
    class TheTrip {
        @Test
        void growsByEachPlannerAndIsReadBack() {
            Trip first = Trip.begin();
            var headers = first.headers("aa", Duration.ofMillis(900));
            Trip second = Trip.of(headers.get(Trip.PATH), headers.get(Trip.QUESTION), headers.get(Trip.BUDGET));
            assertThat(second.path()).containsExactly("aa");
            assertThat(second.question()).isEqualTo(first.question());
            assertThat(second.budget()).isEqualTo(Duration.ofMillis(900));
            assertThat(second.visited("aa")).isTrue();
            assertThat(second.visited("bb")).isFalse();
        }

        @Test
        void survivesWhatAnybodyMaySend() {
            Trip trip = Trip.of("a,b c;,\u0000,".repeat(1000), "x".repeat(1000), "-1e9");
            assertThat(trip.path()).hasSizeLessThanOrEqualTo(Trip.LONGEST + 1);
            assertThat(trip.path()).contains("unreadable");
            assertThat(trip.question()).hasSize(36);
            assertThat(trip.budget()).isNull();
            assertThat(Trip.of(null, null, "999999999").budget()).isEqualTo(Duration.ofMinutes(5));
        }
    }

    @Nested
    class ThePeer {
        @Test
        void ownsWhatIsBelowItsAddressOnly() {
            Peer peer = peer();
            assertThat(peer.owns(URI.create("https://a.example/planner/sessions/1")))
                    .isTrue();
            for (String foreign : List.of(
                    "https://a.example/planner2/sessions/1",
                    "https://a.example/planner/../admin",
                    "https://a.example.evil.test/planner/sessions/1",
                    "https://a.example@evil.test/planner/sessions/1",
                    "http://a.example/planner/sessions/1",
                    "file:///etc/passwd")) {
                assertThat(peer.owns(URI.create(foreign))).as(foreign).isFalse();
            }
        }

        @Test
        void isNotAskedForAKindItDeclinedLately() {
            Peer peer = peer();
            KindRef kind = KindRef.of(Kind.DOCKER_CONTAINER);
            assertThat(peer.against(kind, NOW)).isNull();
            peer.declined(Peer.name(kind), NOW);
            assertThat(peer.against(kind, NOW.plusSeconds(60))).contains("does not run this kind");
            assertThat(peer.against(kind, NOW.plusSeconds(3600))).isNull();
        }
    }

    @Nested
    class AnOffer {
        private final Lies lies = new Lies();
        private final URI original = URI.create("https://a.example/planner/sessions/1");

        @Test
        void thatKeepsToTheQuestionIsNoLie() {
            assertThat(judge(offer(4), original, NOW.plusSeconds(60), Duration.ofMinutes(5), "q1"))
                    .isEmpty();
        }

        @Test
        void beyondWhatThePlannerHasIsALie() {
            assertThat(judge(offer(64), original, NOW.plusSeconds(60), Duration.ofMinutes(5), "q1"))
                    .hasValueSatisfying(
                            why -> assertThat(why).contains("64 cores").contains("has 8"));
        }

        @Test
        void belowWhatWasAskedIsALie() {
            assertThat(judge(offer(1), original, NOW.plusSeconds(60), Duration.ofMinutes(5), "q1"))
                    .hasValueSatisfying(why -> assertThat(why).contains("at least 2"));
        }

        @Test
        void outsideTheIntervalAskedIsALie() {
            assertThat(judge(offer(4), original, NOW.plusSeconds(7200), Duration.ofMinutes(5), "q1"))
                    .hasValueSatisfying(why -> assertThat(why).contains("outside the interval"));
        }

        @Test
        void thatHadExpiredIsALie() {
            assertThat(judge(offer(4), original, NOW.plusSeconds(60), Duration.ZERO, "q1"))
                    .hasValueSatisfying(why -> assertThat(why).contains("expired"));
        }

        @Test
        void offeredAgainInAnotherAnswerIsALie() {
            assertThat(judge(offer(4), original, NOW.plusSeconds(60), Duration.ofMinutes(5), "q1"))
                    .isEmpty();
            assertThat(judge(offer(4), original, NOW.plusSeconds(60), Duration.ofMinutes(5), "q1"))
                    .as("the same answer again")
                    .isEmpty();
            assertThat(judge(offer(4), original, NOW.plusSeconds(60), Duration.ofMinutes(5), "q2"))
                    .hasValueSatisfying(why -> assertThat(why).contains("before"));
        }

        @Test
        void aboveTheCeilingIsALie() {
            ExecutionSession offer = offer(4);
            Cost cost = new Cost();
            cost.type = "https://example.org/money#EUR";
            cost.max = 3.0;
            offer.costs = List.of(cost);
            assertThat(judge(offer, original, NOW.plusSeconds(60), Duration.ofMinutes(5), "q1"))
                    .hasValueSatisfying(why -> assertThat(why).contains("at most 2.0"));
        }

        @Test
        void atAnAddressOfSomebodyElsesIsALie() {
            assertThat(judge(
                            offer(4),
                            URI.create("https://evil.test/planner/sessions/1"),
                            NOW.plusSeconds(60),
                            Duration.ofMinutes(5),
                            "q1"))
                    .hasValueSatisfying(why -> assertThat(why).contains("address"));
        }

        private Optional<String> judge(
                ExecutionSession offer, URI address, Instant start, Duration lifetime, String question) {
            return lies.of(
                    peer(),
                    task(),
                    offer,
                    address,
                    new Interval(start, start.plusSeconds(60)),
                    Duration.ofMinutes(10),
                    lifetime,
                    question,
                    true,
                    true);
        }

        private ExecutionSession offer(long cores) {
            ExecutionSession offer = new ExecutionSession();
            offer.phase = "OFFERED";
            offer.compute = new Compute();
            offer.compute.cores = new MinMax();
            offer.compute.cores.min = cores;
            offer.compute.cores.max = cores;
            return offer;
        }
    }

    static Peer peer() {
        return new Peer(
                new PeerSettings(
                        "a",
                        URI.create("https://a.example/planner"),
                        List.of("data.example"),
                        java.util.Set.of(),
                        8L,
                        null),
                new Breaker(5, Duration.ofSeconds(5)),
                8,
                new Reputation());
    }

    static Task task() {
        return new Task(
                new Executable.Unknown(KindRef.of(Kind.PROCESS), Label.NONE),
                new ComputeRequest(
                        KindRef.of(Kind.SIMPLE_COMPUTE), Label.NONE, Range.of(2, 8), Range.OPEN, List.of(), List.of()),
                List.of(),
                List.<DataRequest>of(),
                new ScheduleRequest(Duration.ofMinutes(10), new Interval(NOW, NOW.plusSeconds(3600))),
                List.of(new Bound(KindRef.of(Kind.SIMPLE_COST), "https://example.org/money#EUR", null, null, 2.0)),
                List.of());
    }
}
