package org.planisphere.planner.offer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.planisphere.planner.offer.Worlds.EURO;
import static org.planisphere.planner.offer.Worlds.GIB;
import static org.planisphere.planner.offer.Worlds.NOW;
import static org.planisphere.planner.offer.Worlds.YOU;
import static org.planisphere.planner.offer.Worlds.allowance;
import static org.planisphere.planner.offer.Worlds.amounts;
import static org.planisphere.planner.offer.Worlds.codes;
import static org.planisphere.planner.offer.Worlds.cores;
import static org.planisphere.planner.offer.Worlds.cost;
import static org.planisphere.planner.offer.Worlds.minute;
import static org.planisphere.planner.offer.Worlds.platform;
import static org.planisphere.planner.offer.Worlds.process;
import static org.planisphere.planner.offer.Worlds.storage;
import static org.planisphere.planner.offer.Worlds.task;
import static org.planisphere.planner.offer.Worlds.world;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.planisphere.planner.ledger.Account;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.platform.Prices;
import org.planisphere.planner.platform.Shape;
import org.planisphere.planner.quota.Allowance;
import org.planisphere.planner.task.AcceleratorRequest;
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
import org.planisphere.planner.task.StorageRequest;
import org.planisphere.planner.task.Task;
import org.planisphere.planner.task.Volume;

class DecidingInDetailTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private static PlatformDescription open(PlatformDescription p, boolean network, List<String> unenforced) {
        return new PlatformDescription(
                p.id(),
                p.name(),
                p.description(),
                p.capacity(),
                Set.of(
                        Kind.PROCESS,
                        Kind.DOCKER_CONTAINER,
                        Kind.JAVA_PROGRAM,
                        Kind.JUPYTER_NOTEBOOK,
                        Kind.ZEPPELIN_NOTEBOOK,
                        Kind.DOCKER_COMPOSE,
                        Kind.WORKFLOW,
                        Kind.PYTHON_PROGRAM),
                p.storage(),
                p.data(),
                p.schemes(),
                p.shapes(),
                p.prices(),
                p.preparing(),
                p.releasing(),
                p.usual(),
                p.longest(),
                p.horizon(),
                network,
                p.metrics(),
                unenforced);
    }

    private static PlatformDescription priced(String id, double coreHour) {
        PlatformDescription p = platform(id, amounts(8, 32, 100), Duration.ZERO, Duration.ZERO, List.of());
        return new PlatformDescription(
                p.id(),
                p.name(),
                p.description(),
                p.capacity(),
                p.executables(),
                p.storage(),
                p.data(),
                p.schemes(),
                p.shapes(),
                new Prices(EURO, "EUR", coreHour, 0, 0, 0, 0),
                p.preparing(),
                p.releasing(),
                p.usual(),
                p.longest(),
                p.horizon(),
                p.network(),
                p.metrics(),
                p.unenforced());
    }

    private static Task with(Executable executable) {
        return task(executable, Range.OPEN, Range.OPEN, List.of(), ScheduleRequest.ANY, List.of(), List.of());
    }

    private static Task with(ComputeRequest compute) {
        return new Task(process(), compute, List.of(), List.of(), ScheduleRequest.ANY, List.of(), List.of());
    }

    private static Task accelerated(AcceleratorRequest... accelerators) {
        return with(new ComputeRequest(
                KindRef.of(Kind.SIMPLE_COMPUTE), Label.NONE, Range.OPEN, Range.OPEN, List.of(accelerators), List.of()));
    }

    private static AcceleratorRequest accelerator(String type, Range count, Range memory) {
        return new AcceleratorRequest(KindRef.of(Kind.ACCELERATOR), type, count, memory);
    }

    private static Executable docker(int ports) {
        return new Executable.DockerContainer(
                KindRef.of(Kind.DOCKER_CONTAINER),
                Label.NONE,
                new Executable.Image(List.of("x"), null, "amd64", "linux"),
                false,
                List.of(),
                null,
                Map.of(),
                java.util.Collections.nCopies(ports, new Executable.Port(true, 80, "HTTP", null)));
    }

    @Nested
    class Kinds {
        @Test
        void ofComputeVolumeAcceleratorCostAndMetricAreJudged() {
            KindRef unknown = new KindRef(null, "urn:x");
            Task task = new Task(
                    process(),
                    new ComputeRequest(
                            unknown,
                            Label.NONE,
                            Range.OPEN,
                            Range.OPEN,
                            List.of(new AcceleratorRequest(unknown, "", Range.of(0, 0), Range.OPEN)),
                            List.of(new Volume(unknown, Label.NONE, "x", Volume.Mode.READONLY, "data"))),
                    List.of(),
                    List.of(new DataRequest(
                            KindRef.of(Kind.SIMPLE_DATA), Label.named("data"), null, "file:/x", Map.of())),
                    ScheduleRequest.ANY,
                    List.of(new Bound(unknown, EURO, null, null, null)),
                    List.of(new Bound(unknown, "urn:m", null, null, null)));
            Decision decision = world(platform()).asking(task).decide();
            assertThat(decision.messages())
                    .extracting(message -> message.values().get("resource"))
                    .containsExactly("compute", "volume", "accelerator", "cost", "metric");
            assertThat(Set.copyOf(codes(decision.messages()))).containsExactly("kind-unknown");
        }

        static Stream<Executable> fetched() {
            String bad = "ftp://example.org/x";
            return Stream.of(
                    new Executable.PythonProgram(
                            KindRef.of(Kind.PYTHON_PROGRAM), Label.NONE, bad, null, null, List.of(), Map.of()),
                    new Executable.JavaProgram(
                            KindRef.of(Kind.JAVA_PROGRAM), Label.NONE, bad, null, null, List.of(), List.of()),
                    new Executable.JupyterNotebook(KindRef.of(Kind.JUPYTER_NOTEBOOK), Label.NONE, bad, false),
                    new Executable.ZeppelinNotebook(KindRef.of(Kind.ZEPPELIN_NOTEBOOK), Label.NONE, bad, List.of()),
                    new Executable.DockerCompose(KindRef.of(Kind.DOCKER_COMPOSE), Label.NONE, bad, null, Map.of()),
                    new Executable.Workflow(KindRef.of(Kind.WORKFLOW), Label.NONE, "CWL", bad, null));
        }

        @ParameterizedTest(name = "{0}")
        @MethodSource("fetched")
        void everythingThatIsFetchedHasAnAllowedScheme(Executable executable) {
            Decision decision = world(open(platform(), false, List.of()))
                    .asking(with(executable))
                    .decide();
            assertThat(codes(decision.messages())).containsExactly("scheme-not-allowed");
            assertThat(decision.messages().get(0).values()).containsEntry("asked", "ftp");
        }

        @Test
        void aLocationThatIsNoAddressIsStillRead() {
            for (String location : List.of("file:/a b", "https://x/^")) {
                Decision decision = world(open(platform(), false, List.of()))
                        .asking(with(new Executable.JupyterNotebook(
                                KindRef.of(Kind.JUPYTER_NOTEBOOK), Label.NONE, location, false)))
                        .decide();
                assertThat(decision.yes()).as(location).isTrue();
            }
            for (String location : List.of(" : ", ":x y", "x".repeat(30) + ":a b", "plain text")) {
                Decision decision = world(open(platform(), false, List.of()))
                        .asking(with(new Executable.JupyterNotebook(
                                KindRef.of(Kind.JUPYTER_NOTEBOOK), Label.NONE, location, false)))
                        .decide();
                assertThat(codes(decision.messages())).as(location).containsExactly("scheme-not-allowed");
            }
        }

        @Test
        void portsNeedANetwork() {
            Decision without = world(open(platform(), false, List.of()))
                    .asking(with(docker(2)))
                    .decide();
            assertThat(codes(without.messages())).containsExactly("network-not-offered");
            assertThat(without.messages().get(0).values()).containsEntry("asked", "2");
            assertThat(world(open(platform(), false, List.of()))
                            .asking(with(docker(0)))
                            .decide()
                            .yes())
                    .isTrue();
            Decision with = world(open(platform(), true, List.of()))
                    .asking(with(docker(2)))
                    .decide();
            assertThat(with.drafts().get(0).network()).isTrue();
        }
    }

    @Nested
    class Accelerators {
        private final PlatformDescription some =
                platform("some", new Amounts(8, 32 * GIB, 100 * GIB, 2, 99), Duration.ZERO, Duration.ZERO, List.of());

        @Test
        void areGrantedAsTheLeastAsked() {
            Draft draft = world(some)
                    .asking(accelerated(
                            accelerator("", Range.OPEN, Range.OPEN), accelerator("", Range.of(1, 4), Range.OPEN)))
                    .decide()
                    .drafts()
                    .get(0);
            assertThat(draft.granted().accelerators()).isEqualTo(2);
            assertThat(draft.task().compute().accelerators())
                    .extracting(AcceleratorRequest::count)
                    .containsExactly(Range.of(1, 1), Range.of(1, 1));
        }

        @Test
        void moreThanThereAreIsANo() {
            Decision decision = world(some)
                    .asking(accelerated(accelerator("", Range.of(3, 3), Range.OPEN)))
                    .decide();
            assertThat(codes(decision.messages())).containsExactly("not-enough-accelerators");
            assertThat(decision.messages().get(0).values())
                    .containsEntry("asked", "3")
                    .containsEntry("limit", "2");
        }

        @Test
        void aTypeOrAMemoryIsNotPromised() {
            Decision decision = world(some)
                    .asking(accelerated(
                            accelerator("urn:gpu", Range.OPEN, Range.OPEN),
                            accelerator("", Range.OPEN, Range.of(8, 8)),
                            accelerator("", Range.of(0, 0), Range.of(0, 9))))
                    .decide();
            assertThat(codes(decision.messages()))
                    .containsExactly("accelerator-type-not-offered", "accelerator-type-not-offered");
            assertThat(decision.messages())
                    .extracting(message -> message.values().get("asked"))
                    .containsExactly("urn:gpu", "8 GiB");
        }

        @Test
        void aFixedSizeMustHaveThem() {
            PlatformDescription cloud = platform(
                    "cloud",
                    new Amounts(8, 32 * GIB, 100 * GIB, 2, 99),
                    Duration.ZERO,
                    Duration.ZERO,
                    List.of(
                            new Shape("plain", new Amounts(1, GIB, GIB, 0, 1), 1),
                            new Shape("fast", new Amounts(2, GIB, GIB, 1, 1), 1)));
            Decision one = world(cloud)
                    .asking(accelerated(accelerator("", Range.of(1, 1), Range.OPEN)))
                    .decide();
            assertThat(one.drafts()).isNotEmpty().allMatch(draft -> "fast".equals(draft.shape()));
            Decision two = world(cloud)
                    .asking(accelerated(accelerator("", Range.of(2, 2), Range.OPEN)))
                    .decide();
            assertThat(codes(two.messages())).containsExactly("no-shape-fits");
            assertThat(two.messages().get(0).text())
                    .contains("2 accelerators", "plain: 1 cores, 1 GiB;", "fast: 2 cores, 1 GiB, 1 accelerators");
        }
    }

    @Nested
    class FixedSizes {
        private PlatformDescription cloud(Amounts capacity, Shape... shapes) {
            return platform("cloud", capacity, Duration.ZERO, Duration.ZERO, List.of(shapes));
        }

        private Shape shape(String name, long cores, long memory, long storage, double factor) {
            return new Shape(name, new Amounts(cores, memory * GIB, storage * GIB, 0, 1), factor);
        }

        private List<String> offered(PlatformDescription cloud, Task task) {
            Worlds.World world = world(cloud).asking(task);
            world.maxOffers = cloud.shapes().size();
            return world.decide().drafts().stream()
                    .map(draft -> String.valueOf(draft.shape()))
                    .toList();
        }

        private String first(Shape... shapes) {
            Worlds.World world = world(cloud(amounts(99, 99, 99), shapes));
            world.maxOffers = 1;
            return String.valueOf(world.decide().drafts().get(0).shape());
        }

        @Test
        void areOrderedByCoresMemoryDiskPriceAndName() {
            assertThat(first(shape("b", 2, 1, 1, 1), shape("a", 1, 9, 9, 9))).isEqualTo("a");
            assertThat(first(shape("b", 1, 2, 1, 1), shape("a", 1, 1, 9, 9))).isEqualTo("a");
            assertThat(first(shape("b", 1, 1, 2, 1), shape("a", 1, 1, 1, 9))).isEqualTo("a");
            assertThat(first(shape("b", 1, 1, 1, 2), shape("a", 1, 1, 1, 1))).isEqualTo("a");
            assertThat(first(shape("b", 1, 1, 1, 1), shape("a", 1, 1, 1, 1))).isEqualTo("a");
        }

        @Test
        void aboveTheMemoryAskedIsSaid() {
            Draft draft = world(cloud(amounts(9, 9, 9), shape("only", 1, 4, 1, 1)))
                    .asking(task(Range.OPEN, Range.of(1, 2)))
                    .decide()
                    .drafts()
                    .get(0);
            assertThat(codes(draft.messages())).containsExactly("larger-than-asked");
            assertThat(draft.messages().get(0).values())
                    .containsEntry("resource", "memory")
                    .containsEntry("asked", "2")
                    .containsEntry("limit", "4")
                    .containsEntry("unit", "GiB");
        }

        @Test
        void exactlyTheMostAskedIsNotTooMuch() {
            assertThat(world(cloud(amounts(9, 9, 9), shape("only", 2, 4, 1, 1)))
                            .asking(task(Range.of(2, 2), Range.of(4, 4)))
                            .decide()
                            .drafts()
                            .get(0)
                            .messages())
                    .isEmpty();
        }

        @Test
        void aSizeBeyondTheCapacityIsNotOffered() {
            assertThat(offered(
                            cloud(amounts(3, 9, 9), shape("small", 2, 1, 1, 1), shape("large", 4, 1, 1, 1)),
                            task(Range.OPEN, Range.OPEN)))
                    .containsOnly("small");
            Decision none = world(cloud(amounts(3, 9, 9), shape("large", 4, 1, 1, 1)))
                    .asking(task(Range.of(1, 8), Range.OPEN))
                    .decide();
            assertThat(codes(none.messages())).containsExactly("too-many-cores");
        }

        @Test
        void aSizeBeyondTheCeilingIsNotOffered() {
            Task task = task(
                    process(),
                    Range.OPEN,
                    Range.OPEN,
                    List.of(),
                    new ScheduleRequest(HOUR, null),
                    List.of(cost(EURO, 0.3)),
                    List.of());
            assertThat(offered(cloud(amounts(9, 9, 9), shape("dear", 1, 1, 1, 9), shape("large", 2, 1, 1, 1)), task))
                    .containsOnly("large");
            Decision none = world(cloud(amounts(9, 9, 9), shape("dear", 1, 1, 1, 9)))
                    .asking(task)
                    .decide();
            assertThat(codes(none.messages())).containsExactly("too-expensive");
        }

        @Test
        void whatSpeaksAgainstTheFirstPossibleSizeIsSaid() {
            Task task = task(
                    process(),
                    Range.OPEN,
                    Range.OPEN,
                    List.of(),
                    new ScheduleRequest(HOUR, null),
                    List.of(cost(EURO, 0.01)),
                    List.of());
            Decision none = world(cloud(amounts(3, 1, 9), shape("big", 2, 2, 1, 1), shape("dear", 3, 1, 1, 1)))
                    .asking(task)
                    .decide();
            assertThat(codes(none.messages())).containsExactly("too-expensive");
        }

        @Test
        void haveTheirOwnDiskAndWhatIsAskedBeyond() {
            PlatformDescription cloud = cloud(amounts(9, 9, 50), shape("disk", 1, 1, 20, 1), shape("bare", 2, 1, 0, 1));
            Task task = task(
                    process(),
                    Range.OPEN,
                    Range.OPEN,
                    List.of(storage(Range.of(30, 90))),
                    ScheduleRequest.ANY,
                    List.of(),
                    List.of());
            List<Draft> drafts = world(cloud).asking(task).decide().drafts();
            assertThat(drafts.get(0).granted().storage()).isEqualTo(30 * GIB);
            assertThat(drafts.get(0).task().storage().get(0).size()).isEqualTo(Range.of(30, 30));
            List<Draft> plain = world(cloud).decide().drafts();
            assertThat(plain)
                    .extracting(Draft::shape, draft -> draft.granted().storage())
                    .contains(
                            org.assertj.core.groups.Tuple.tuple("disk", 20 * GIB),
                            org.assertj.core.groups.Tuple.tuple("bare", GIB));
        }
    }

    @Nested
    class Growing {
        @Test
        void smallerNowIsAsLargeAsIsFreeOfEverything() {
            Task task = task(
                    process(),
                    Range.of(1, 8),
                    Range.of(2, 32),
                    List.of(storage(Range.of(5, 50)), storage(Range.of(5, 50))),
                    new ScheduleRequest(HOUR, null),
                    List.of(),
                    List.of());
            Decision decision = world(platform())
                    .asking(task)
                    .taking(platform().account(), 0, 30, new Amounts(3, 10 * GIB, 30 * GIB, 0, 1))
                    .decide();
            Draft early = decision.drafts().get(0);
            assertThat(early.schedule().start().start()).isEqualTo(NOW);
            assertThat(early.granted()).isEqualTo(new Amounts(5, 22 * GIB, 70 * GIB, 0, 1));
            assertThat(early.task().storage())
                    .extracting(one -> one.size().min())
                    .containsExactly(50L, 20L);
            Draft full = decision.drafts().get(1);
            assertThat(full.granted()).isEqualTo(new Amounts(8, 32 * GIB, 100 * GIB, 0, 1));
        }

        @Test
        void theCeilingLimitsMemoryAfterStorageAndCoresLast() {
            Task task = task(
                    process(),
                    Range.of(1, 2),
                    Range.of(1, 30),
                    List.of(storage(Range.of(1, 90))),
                    new ScheduleRequest(HOUR, null),
                    List.of(cost(EURO, 0.4)),
                    List.of());
            Draft draft = world(platform()).asking(task).decide().drafts().get(0);
            assertThat(draft.task().storage().get(0).size()).isEqualTo(Range.of(90, 90));
            assertThat(draft.granted().memory()).isEqualTo(16 * GIB);
            assertThat(draft.granted().cores()).isEqualTo(1);
            assertThat(draft.costs().get(0).max()).isEqualTo(0.4);
        }

        @Test
        void storageThatIsTooDearIsTheLeast() {
            Task task = task(
                    process(),
                    Range.of(1, 2),
                    Range.of(1, 1),
                    List.of(storage(Range.of(1, 90))),
                    new ScheduleRequest(HOUR, null),
                    List.of(cost(EURO, 0.161)),
                    List.of());
            Draft draft = world(platform()).asking(task).decide().drafts().get(0);
            assertThat(draft.granted()).isEqualTo(new Amounts(1, GIB, GIB, 0, 1));
        }

        @Test
        void storageOfAnEarlierOfferIsNotGivenTwice() {
            Task task = task(
                    process(),
                    Range.of(1, 1),
                    Range.of(1, 1),
                    List.of(storage(Range.of(60, 60))),
                    new ScheduleRequest(HOUR, new Interval(NOW, minute(10))),
                    List.of(),
                    List.of());
            assertThat(world(platform()).asking(task).decide().drafts()).hasSize(1);
        }
    }

    @Nested
    class Naming {
        @Test
        void whatHasNoNameGetsOneThatIsNotTaken() {
            Task task = new Task(
                    process(),
                    ComputeRequest.ANY,
                    List.of(
                            storage(Range.OPEN),
                            new StorageRequest(
                                    KindRef.of(Kind.SIMPLE_STORAGE),
                                    Label.named("storage-1"),
                                    Range.OPEN,
                                    List.of(),
                                    null,
                                    null,
                                    true)),
                    List.of(
                            Worlds.data(Kind.SIMPLE_DATA, "file:/x"),
                            new DataRequest(
                                    KindRef.of(Kind.SIMPLE_DATA), Label.named("data-1"), null, "file:/y", Map.of())),
                    ScheduleRequest.ANY,
                    List.of(),
                    List.of());
            Task closed =
                    world(platform()).asking(task).decide().drafts().get(0).task();
            assertThat(closed.storage())
                    .extracting(one -> one.label().name())
                    .containsExactly("storage-1'", "storage-1");
            assertThat(closed.data()).extracting(one -> one.label().name()).containsExactly("data-1'", "data-1");
        }

        @Test
        void namesOfOtherPartsAreTakenToo() {
            Executable run = new Executable.Process(
                    KindRef.of(Kind.PROCESS), Label.named("data-1"), List.of("true"), Map.of(), ".");
            ComputeRequest compute = new ComputeRequest(
                    KindRef.of(Kind.SIMPLE_COMPUTE),
                    Label.named("data-2"),
                    Range.OPEN,
                    Range.OPEN,
                    List.of(),
                    List.of(new Volume(
                            KindRef.of(Kind.SIMPLE_VOLUME), Label.named("data-3"), "x", Volume.Mode.READONLY, "y")));
            DataRequest data = Worlds.data(Kind.SIMPLE_DATA, "file:/x");
            Task task = new Task(
                    run, compute, List.of(), List.of(data, data, data), ScheduleRequest.ANY, List.of(), List.of());
            assertThat(world(platform())
                            .asking(task)
                            .decide()
                            .drafts()
                            .get(0)
                            .task()
                            .data())
                    .extracting(one -> one.label().name())
                    .containsExactly("data-1'", "data-2'", "data-3'");
        }
    }

    @Nested
    class Several {
        @Test
        void ofTwoPlatformsThatStartTogetherTheCheaperComesFirst() {
            Worlds.World world = world(priced("alpha", 2), priced("beta", 1)).asking(task(Range.of(1, 1), Range.OPEN));
            assertThat(world.decide().drafts()).extracting(Draft::platform).startsWith("beta", "alpha");
            world.maxOffers = 1;
            assertThat(world.decide().drafts()).extracting(Draft::platform).containsExactly("beta");
        }

        @Test
        void aPlatformThatIsFullDoesNotHinderTheOther() {
            PlatformDescription beta = platform("beta", amounts(8, 32, 100), Duration.ZERO, Duration.ZERO, List.of());
            Decision decision = world(platform(), beta)
                    .asking(task(Range.of(8, 8), HOUR, new Interval(NOW, minute(20))))
                    .taking(platform().account(), 0, 600, cores(1))
                    .decide();
            assertThat(decision.drafts()).extracting(Draft::platform).containsExactly("beta");
        }

        @Test
        void whatOneGivesIsNotTakenFromTheOther() {
            PlatformDescription beta = platform("beta", amounts(8, 32, 100), Duration.ZERO, Duration.ZERO, List.of());
            Decision decision = world(platform(), beta)
                    .asking(task(Range.of(8, 8), HOUR, null))
                    .decide();
            assertThat(decision.drafts())
                    .extracting(draft -> draft.schedule().start().start())
                    .containsExactly(NOW, NOW, minute(65));
        }

        @Test
        void allAreInOrderOfTheirStart() {
            PlatformDescription beta = platform("beta", amounts(8, 32, 100), Duration.ZERO, Duration.ZERO, List.of());
            Worlds.World world = world(platform(), beta)
                    .asking(task(Range.of(8, 8), HOUR, null))
                    .taking(beta.account(), 0, 300, cores(1));
            world.maxOffers = 4;
            assertThat(world.decide().drafts())
                    .extracting(draft -> draft.schedule().start().start())
                    .isSorted()
                    .containsExactly(NOW, minute(65), minute(300), minute(361));
        }

        @Test
        void everyFullPlatformSaysWhenItWouldFit() {
            PlatformDescription beta = platform("beta", amounts(8, 32, 100), Duration.ZERO, Duration.ZERO, List.of());
            Decision decision = world(platform(), beta)
                    .asking(task(Range.of(8, 8), HOUR, new Interval(NOW, minute(20))))
                    .taking(platform().account(), 0, 600, cores(1))
                    .taking(beta.account(), 0, 700, cores(2))
                    .decide();
            assertThat(decision.messages())
                    .extracting(message -> message.values().get("earliest"))
                    .containsExactly(minute(600).toString(), minute(700).toString());
        }

        @Test
        void theirOffersShareTheAllowance() {
            PlatformDescription beta = platform("beta", amounts(8, 32, 100), Duration.ZERO, Duration.ZERO, List.of());
            Decision decision = world(platform(), beta)
                    .allowing(allowance(amounts(10, 99, 99)))
                    .asking(task(Range.of(6, 6), HOUR, new Interval(NOW, minute(20))))
                    .decide();
            assertThat(decision.drafts()).hasSize(1);
        }
    }

    @Nested
    class Allowances {
        private Allowance group(Amounts limit, Duration longest, Duration ahead) {
            return new Allowance(new Account("group:astro"), "group astro", limit, 5, longest, ahead);
        }

        @Test
        void allOfThemHaveRoom() {
            Worlds.World world = world(platform())
                    .allowing(
                            allowance(amounts(8, 99, 99)),
                            group(amounts(4, 99, 99), Duration.ofDays(1), Duration.ofDays(1)))
                    .asking(task(Range.of(2, 8), HOUR, null))
                    .taking(new Account("group:astro"), 0, 30, cores(3));
            assertThat(world.decide().drafts().get(0).schedule().start().start())
                    .isEqualTo(minute(30));
            assertThat(world.decide().drafts().get(0).granted().cores()).isEqualTo(4);
            world.held.put(new Account("group:astro"), 5);
            Decision full = world.decide();
            assertThat(full.messages().get(0).values()).containsEntry("holder", "group astro");
        }

        @Test
        void theShortestAndTheNearestCount() {
            Worlds.World world = world(platform())
                    .allowing(
                            allowance(amounts(8, 99, 99)),
                            group(amounts(8, 99, 99), Duration.ofMinutes(20), Duration.ofHours(3)));
            assertThat(world.decide().drafts().get(0).schedule().duration()).isEqualTo(Duration.ofMinutes(20));
            Decision far = world.asking(task(Range.OPEN, Duration.ofMinutes(5), new Interval(minute(181), minute(300))))
                    .decide();
            assertThat(codes(far.messages())).containsExactly("start-too-far");
            assertThat(far.messages().get(0).values())
                    .containsEntry("holder", "group astro")
                    .containsEntry("limit", minute(180).toString());
            Decision cut = world.asking(task(Range.OPEN, Duration.ofMinutes(5), new Interval(minute(180), minute(300))))
                    .decide();
            assertThat(cut.drafts()).hasSize(1);
            assertThat(cut.drafts().get(0).schedule().start()).isEqualTo(new Interval(minute(180), minute(180)));
        }

        @Test
        void theLongestRunIsJustAllowed() {
            Worlds.World world = world(platform())
                    .allowing(group(amounts(8, 99, 99), Duration.ofDays(2), Duration.ofDays(3)))
                    .asking(task(Range.OPEN, Duration.ofDays(2), null));
            assertThat(world.decide().yes()).isTrue();
        }

        @Test
        void whichOneIsUsedUpIsSaid() {
            Decision decision = world(platform())
                    .allowing(
                            allowance(amounts(8, 99, 99)),
                            group(amounts(4, 99, 99), Duration.ofDays(1), Duration.ofDays(1)))
                    .asking(task(Range.of(4, 4), HOUR, new Interval(NOW, minute(9))))
                    .taking(YOU, 0, 5, cores(5))
                    .taking(platform().account(), 60, 200, cores(5))
                    .decide();
            assertThat(decision.yes()).isFalse();
            assertThat(codes(decision.messages()))
                    .as("each alone would leave a window")
                    .containsExactly("over-your-limit");
        }
    }

    @Test
    void whatTheHostCannotEnforceIsOnEveryOffer() {
        Decision decision =
                world(open(platform(), false, List.of("memory is not limited"))).decide();
        assertThat(decision.drafts()).hasSize(3).allSatisfy(draft -> {
            assertThat(codes(draft.messages())).containsExactly("limit-not-enforced");
            assertThat(draft.messages().get(0).text()).contains("memory is not limited");
            assertThat(draft.messages().get(0).level()).isEqualTo(Message.Level.WARN);
        });
    }

    @Test
    void aTemplateWithoutValuesStaysAsItIs() {
        Message message = new Message("x", Message.Level.INFO, "${a}, ${b} ${", Map.of("a", "1"), NOW);
        assertThat(message.text()).isEqualTo("1, ${b} ${");
        Message none = new Message("x", Message.Level.INFO, "plain", Map.of(), NOW);
        assertThat(none.text()).isEqualTo("plain");
    }

    @Test
    void settingsThatCannotBeAreRefused() {
        Duration minute = Duration.ofMinutes(1);
        Duration second = Duration.ofSeconds(1);
        assertThat(new DeskSettings(second, second, 1, second, 1, 1, 0)).isNotNull();
        assertThat(DeskSettings.of(second, 1, minute).leastLifetime()).isEqualTo(second);
        assertThat(DeskSettings.of(Duration.ofSeconds(5), 1, minute).leastLifetime())
                .isEqualTo(Duration.ofSeconds(5));
        assertThat(DeskSettings.of(minute, 1, minute).leastLifetime()).isEqualTo(Duration.ofSeconds(5));
        assertThatThrownBy(() -> new DeskSettings(second, minute, 1, minute, 1, 1, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DeskSettings(minute, Duration.ZERO, 1, minute, 1, 1, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DeskSettings(minute, second, 0, minute, 1, 1, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DeskSettings(minute, second, 1, Duration.ofMillis(1500), 1, 1, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DeskSettings(minute, second, 1, Duration.ofMillis(500), 1, 1, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DeskSettings(minute, second, 1, minute, 0, 1, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DeskSettings(minute, second, 1, minute, 1, 0, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DeskSettings(minute, second, 1, minute, 1, 1, -1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
