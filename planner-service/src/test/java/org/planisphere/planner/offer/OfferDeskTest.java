package org.planisphere.planner.offer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.planisphere.planner.offer.Worlds.amounts;
import static org.planisphere.planner.offer.Worlds.codes;
import static org.planisphere.planner.offer.Worlds.cores;
import static org.planisphere.planner.offer.Worlds.platform;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Entry;
import org.planisphere.planner.ledger.LedgerUnavailable;
import org.planisphere.planner.ledger.Proposal;
import org.planisphere.planner.ledger.Statement;
import org.planisphere.planner.platform.Estimate;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.quota.FixedQuotas;
import org.planisphere.planner.quota.Usage;
import org.planisphere.planner.task.ComputeRequest;
import org.planisphere.planner.task.Interval;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Label;
import org.planisphere.planner.task.Range;
import org.planisphere.planner.task.ScheduleRequest;
import org.planisphere.planner.task.Task;
import org.planisphere.planner.task.Volume;

class OfferDeskTest {
    private static final Caller ANNA = new Caller("iam|anna", "Anna", Set.of(), Set.of());
    private static final Account HERS = new Account("caller:iam|anna");
    private static final Task TASK = Worlds.task(Range.of(8, 8), Duration.ofHours(1), null);
    private final FakeLedger ledger = new FakeLedger();
    private final FixedQuotas quotas = new FixedQuotas(
            new FixedQuotas.Limits(amounts(2, 8, 10), 4, Duration.ofHours(2), Duration.ofDays(1)),
            new FixedQuotas.Limits(amounts(8, 64, 100), 10, Duration.ofHours(8), Duration.ofDays(7)));
    private List<Objection> objections = List.of();
    private Estimate estimate = Estimate.usual(platform());
    private final OfferDesk desk = new OfferDesk(
            ledger,
            List.of(engine()),
            quotas,
            new OfferArchive() {
                @Override
                public List<Statement> store(OfferSet set) {
                    return List.of(Statement.of("store", set.id(), set.offers().size()));
                }

                @Override
                public List<Statement> add(OfferSet set, int place) {
                    return List.of(Statement.of("add", set.id(), set.offers().size(), place));
                }

                @Override
                public List<Statement> finish(OfferSet set) {
                    return List.of(
                            Statement.of("finish", set.id(), set.messages().size()));
                }
            },
            DeskSettings.usual());

    private Platform engine() {
        return (Platform) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Platform.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "describe" -> platform();
                    case "examine" -> objections;
                    case "estimate" -> estimate;
                    case "occupied", "external" -> List.of();
                    default -> throw new AssertionError(method + " is no business of the desk");
                });
    }

    @Test
    void holdsAndStoresWhatItAnswers() {
        OfferSet set = desk.ask(TASK, ANNA, "K/", true);
        assertThat(set.yes()).isTrue();
        assertThat(set.held()).isTrue();
        assertThat(set.owner()).isEqualTo("iam|anna");
        assertThat(ledger.appended).hasSize(1);
        assertThat(ledger.appended.get(0).statements()).containsExactly(Statement.of("store", set.id(), 3));
        assertThat(ledger.appended.get(0).entries())
                .extracting(Entry::reservation)
                .containsExactlyElementsOf(set.offers().stream().map(Offer::id).toList());
        Entry.Hold hold = (Entry.Hold) ledger.appended.get(0).entries().get(0);
        Offer offer = set.offers().get(0);
        assertThat(hold.held().group()).isEqualTo(set.id());
        assertThat(hold.held().window()).isEqualTo(offer.schedule().window());
        assertThat(hold.held().expires()).isEqualTo(offer.expires());
        assertThat(hold.held().amounts()).isEqualTo(offer.granted());
    }

    @Test
    void whatSomebodyElseHasStoredMeanwhileIsNoReasonToSayNo() {
        Statement mark = Statement.changingOne("mark");
        assertThatThrownBy(() -> desk.ask(TASK, ANNA, "K/", set -> new Proposal(List.of(), List.of(mark))))
                .isInstanceOf(LedgerUnavailable.class);
        assertThat(ledger.appended).isEmpty();
    }

    @Test
    void timesAreInWholeMicroseconds() {
        OfferSet set = desk.ask(TASK, ANNA, "K/", true);
        assertThat(set.created()).isEqualTo(Worlds.NOW.plusNanos(1_234_000));
        assertThat(set.offers())
                .allSatisfy(
                        offer -> assertThat(offer.expires().getNano() % 1000).isZero());
    }

    @Test
    void everyPartHasARandomIdOfItsOwn() {
        Set<UUID> seen = new HashSet<>();
        for (Offer offer : desk.ask(TASK, ANNA, "K/", false).offers()) {
            assertThat(seen.add(offer.id())).isTrue();
            assertThat(offer.components()).containsOnlyKeys("executable", "compute");
            offer.components().values().forEach(id -> {
                assertThat(seen.add(id)).isTrue();
                assertThat(id.version()).isEqualTo(8);
                assertThat(id.variant()).isEqualTo(2);
            });
        }
    }

    @Test
    void storageDataAndVolumesHaveIdsToo() {
        Task task = new Task(
                Worlds.process(),
                new ComputeRequest(
                        KindRef.of(Kind.SIMPLE_COMPUTE),
                        Label.NONE,
                        Range.OPEN,
                        Range.OPEN,
                        List.of(),
                        List.of(new Volume(
                                KindRef.of(Kind.SIMPLE_VOLUME), Label.NONE, "x", Volume.Mode.READONLY, "data-1"))),
                List.of(Worlds.storage(Range.OPEN), Worlds.storage(Range.OPEN)),
                List.of(Worlds.data(Kind.SIMPLE_DATA, "file:/x")),
                ScheduleRequest.ANY,
                List.of(),
                List.of());
        OfferSet set = desk.ask(task, ANNA, "K/", true);
        assertThat(set.offers())
                .hasSize(3)
                .allSatisfy(offer -> assertThat(offer.components())
                        .containsOnlyKeys(
                                "executable", "compute", "storage/0", "storage/1", "data/0", "compute/volumes/0"));
    }

    @Test
    void anIndicativeAnswerHoldsAndStoresNothing() {
        OfferSet set = desk.ask(TASK, ANNA, "K/", false);
        assertThat(set.yes()).isTrue();
        assertThat(set.held()).isFalse();
        assertThat(set.offers()).allSatisfy(offer -> assertThat(offer.expires()).isEqualTo(set.created()));
        assertThat(ledger.appended).isEmpty();
    }

    @Test
    void aNoIsStoredToo() {
        OfferSet set = desk.ask(Worlds.task(Range.of(9, 9), Range.OPEN), ANNA, "K/", true);
        assertThat(set.yes()).isFalse();
        assertThat(codes(set.messages())).containsExactly("too-many-cores", "over-your-limit");
        assertThat(ledger.appended).hasSize(1);
        assertThat(ledger.appended.get(0).entries()).isEmpty();
        assertThat(ledger.appended.get(0).statements()).hasSize(1);
    }

    @Test
    void whatTheEngineExpectsOfTheTaskIsQuotedAndTold() {
        estimate = new Estimate(Duration.ofMinutes(7), Duration.ofSeconds(20), List.of("The image is pulled first."));
        Offer offer = desk.ask(TASK, ANNA, "K/", true).offers().get(0);
        assertThat(offer.schedule().preparingFor()).isEqualTo(Duration.ofMinutes(7));
        assertThat(offer.schedule().releasingFor()).isEqualTo(Duration.ofSeconds(20));
        assertThat(offer.messages())
                .anySatisfy(message -> assertThat(message.text()).isEqualTo("alpha: The image is pulled first."));
    }

    @Test
    void whatTheEngineObjectsToIsANo() {
        objections = List.of(new Objection("data-not-reachable", "Not that.", java.util.Map.of()));
        assertThat(codes(desk.ask(TASK, ANNA, "K/", true).messages())).containsExactly("data-not-reachable");
    }

    @Test
    void decidesAgainWhenOthersWereFaster() {
        AtomicInteger others = new AtomicInteger();
        ledger.meanwhile = () -> {
            if (others.incrementAndGet() == 1) {
                ledger.take(platform().account(), 0, 30, cores(1));
            }
        };
        OfferSet set = desk.ask(TASK, ANNA, "K/", true);
        assertThat(ledger.views).isEqualTo(2);
        assertThat(set.offers().get(0).schedule().start().start()).isEqualTo(Worlds.minute(30));
    }

    @Test
    void givesUpWhenOthersAreAlwaysFaster() {
        AtomicInteger others = new AtomicInteger();
        Task now = Worlds.task(
                Range.of(8, 8), Duration.ofMinutes(1), new Interval(Worlds.NOW, Worlds.minute(60 * 24 * 6)));
        ledger.meanwhile = () -> {
            int at = others.getAndIncrement() * 3;
            if (at < 48) {
                ledger.take(platform().account(), at, at + 3, cores(1));
            }
        };
        OfferSet set = desk.ask(now, ANNA, "K/", true);
        assertThat(codes(set.messages())).containsExactly("contended");
        assertThat(ledger.views).isEqualTo(16);
    }

    @Test
    void offersLessWhenTheHandFillsMeanwhile() {
        ledger.meanwhile = () -> ledger.hand(HERS, 9);
        OfferSet set = desk.ask(TASK, ANNA, "K/", true);
        assertThat(set.offers()).hasSize(1);
    }

    @Test
    void aFullHandIsToldWithItsLimit() {
        ledger.hand(HERS, 10);
        OfferSet set = desk.ask(TASK, ANNA, "K/", true);
        assertThat(codes(set.messages())).containsExactly("too-many-open-offers");
        assertThat(set.messages().get(0).values()).containsEntry("limit", "10").containsEntry("holder", "you");
    }

    @Test
    void aSilentDatabaseIsNoAnswer() {
        ledger.failure = new LedgerUnavailable("no", new RuntimeException());
        assertThatThrownBy(() -> desk.ask(TASK, ANNA, "K/", true)).isSameAs(ledger.failure);
    }

    @Test
    void anonymousCallersShareOneLimit() {
        Task small = Worlds.task(Range.of(2, 2), Duration.ofHours(1), new Interval(Worlds.NOW, Worlds.minute(10)));
        assertThat(desk.ask(small, Caller.ANONYMOUS, "K/", true).yes()).isTrue();
        OfferSet second = desk.ask(small, Caller.ANONYMOUS, "K/", true);
        assertThat(codes(second.messages())).containsExactly("over-your-limit");
        assertThat(second.messages().get(0).values()).containsEntry("holder", "anonymous callers");
        assertThat(desk.ask(small, ANNA, "K/", true).yes()).isTrue();
    }

    @Test
    void theSimpleQuestionIsAnsweredByTheSameEvaluation() {
        assertThat(desk.accepts(KindRef.of(Kind.PROCESS), ANNA).yes()).isTrue();
        Accepts no = desk.accepts(new KindRef(Kind.DOCKER_CONTAINER, "K/docker"), ANNA);
        assertThat(no.yes()).isFalse();
        assertThat(codes(no.messages())).containsExactly("kind-not-offered");
        assertThat(codes(desk.accepts(new KindRef(null, "urn:x"), ANNA).messages()))
                .containsExactly("kind-unknown");
        assertThat(ledger.appended).isEmpty();
    }

    @Test
    void tellsAHolderWhatIsUsedAndLeft() {
        desk.ask(Worlds.task(Range.of(3, 3), Duration.ofHours(1), null), ANNA, "K/", true);
        Usage usage =
                Usage.of(quotas.allowances(ANNA), ledger.view(List.of(HERS))).get(0);
        assertThat(usage.open()).isEqualTo(3);
        assertThat(usage.held().cores()).isEqualTo(3);
        assertThat(usage.used().cores()).isEqualTo(3);
        assertThat(usage.left().cores()).isEqualTo(5);
        assertThat(usage.left().memory()).isEqualTo(63 * 1024);
    }
}
