package org.planisphere.planner.offer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.planisphere.planner.offer.Worlds.EURO;
import static org.planisphere.planner.offer.Worlds.GIB;
import static org.planisphere.planner.offer.Worlds.NOW;
import static org.planisphere.planner.offer.Worlds.SPEED;
import static org.planisphere.planner.offer.Worlds.YOU;
import static org.planisphere.planner.offer.Worlds.allowance;
import static org.planisphere.planner.offer.Worlds.amounts;
import static org.planisphere.planner.offer.Worlds.codes;
import static org.planisphere.planner.offer.Worlds.cores;
import static org.planisphere.planner.offer.Worlds.cost;
import static org.planisphere.planner.offer.Worlds.metric;
import static org.planisphere.planner.offer.Worlds.minute;
import static org.planisphere.planner.offer.Worlds.platform;
import static org.planisphere.planner.offer.Worlds.process;
import static org.planisphere.planner.offer.Worlds.storage;
import static org.planisphere.planner.offer.Worlds.task;
import static org.planisphere.planner.offer.Worlds.world;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.platform.Shape;
import org.planisphere.planner.task.Bound;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Interval;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Label;
import org.planisphere.planner.task.Range;
import org.planisphere.planner.task.ScheduleRequest;
import org.planisphere.planner.task.Task;

class DeciderTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private static Draft only(Decision decision) {
        assertThat(decision.yes()).as("%s", decision.messages()).isTrue();
        return decision.drafts().get(0);
    }

    private static Message why(Decision decision) {
        assertThat(decision.drafts()).isEmpty();
        assertThat(decision.messages()).isNotEmpty();
        return decision.messages().get(0);
    }

    @Nested
    class AnOpenTask {
        private final Draft draft = only(world(platform()).decide());

        @Test
        void isFilledInWithOneCoreAndOneGibibyte() {
            assertThat(draft.task().compute().cores()).isEqualTo(Range.of(1, 1));
            assertThat(draft.task().compute().memory()).isEqualTo(Range.of(1, 1));
            assertThat(draft.granted()).isEqualTo(new Amounts(1, GIB, GIB, 0, 1));
        }

        @Test
        void takesThePlatformsUsualTime() {
            assertThat(draft.task().schedule().duration()).isEqualTo(HOUR);
            assertThat(draft.schedule().duration()).isEqualTo(HOUR);
        }

        @Test
        void canStartAtOnceAndForAsLongAsTheOfferStands() {
            assertThat(draft.schedule().start()).isEqualTo(new Interval(NOW, minute(5)));
            assertThat(draft.expires()).isEqualTo(minute(5));
        }

        @Test
        void claimsThePlatformAndTheAllowance() {
            assertThat(draft.claims())
                    .extracting(claim -> claim.account().id())
                    .containsExactly("platform:alpha", "caller:you");
            assertThat(draft.claims().get(0).limit()).isEqualTo(platform().capacity());
        }
    }

    @Nested
    class Windows {
        @Test
        void areOneDurationApart() {
            Decision decision =
                    world(platform()).asking(task(Range.of(8, 8), HOUR, null)).decide();
            assertThat(decision.drafts()).hasSize(3);
            assertThat(decision.drafts())
                    .extracting(draft -> draft.schedule().start().start())
                    .containsExactly(NOW, minute(65), minute(126));
        }

        @Test
        void aLaterOneHasASlotToStartIn() {
            Decision decision =
                    world(platform()).asking(task(Range.of(8, 8), HOUR, null)).decide();
            Schedule later = decision.drafts().get(1).schedule();
            assertThat(later.start().length()).isEqualTo(Duration.ofMinutes(1));
            assertThat(decision.drafts().get(1).expires()).isEqualTo(minute(5));
        }

        @Test
        void stayWithinTheIntervalAsked() {
            Decision decision = world(platform())
                    .asking(task(Range.of(8, 8), HOUR, new Interval(minute(10), minute(12))))
                    .decide();
            assertThat(decision.drafts()).hasSize(1);
            assertThat(only(decision).schedule().start()).isEqualTo(new Interval(minute(10), minute(11)));
        }

        @Test
        void anIntervalThatBeganInThePastIsCutToNow() {
            Draft draft = only(world(platform())
                    .asking(task(Range.OPEN, HOUR, new Interval(minute(-60), minute(2))))
                    .decide());
            assertThat(draft.schedule().start()).isEqualTo(new Interval(NOW, minute(2)));
            assertThat(draft.expires()).isEqualTo(minute(2));
        }

        @Test
        void includePreparationAndRelease() {
            PlatformDescription slow =
                    platform("slow", amounts(8, 32, 100), Duration.ofMinutes(3), Duration.ofMinutes(2), List.of());
            Draft draft = only(world(slow).asking(task(Range.OPEN, HOUR, null)).decide());
            assertThat(draft.schedule().preparing()).isEqualTo(NOW);
            assertThat(draft.schedule().start()).isEqualTo(new Interval(minute(3), minute(8)));
            assertThat(draft.schedule().window().until()).isEqualTo(minute(70));
            assertThat(draft.expires()).isEqualTo(minute(5));
        }

        @Test
        void anOfferExpiresWhileThereIsStillTimeToPrepareIt() {
            PlatformDescription slow =
                    platform("slow", amounts(8, 32, 100), Duration.ofMinutes(3), Duration.ZERO, List.of());
            Draft draft = only(world(slow)
                    .asking(task(Range.OPEN, HOUR, new Interval(NOW, minute(4))))
                    .decide());
            assertThat(draft.schedule().start()).isEqualTo(new Interval(minute(3), minute(4)));
            assertThat(draft.expires()).isEqualTo(minute(1));
        }

        @Test
        void waitForWhatIsTaken() {
            Draft draft = only(world(platform())
                    .asking(task(Range.of(8, 8), HOUR, null))
                    .taking(platform().account(), 0, 30, cores(1))
                    .decide());
            assertThat(draft.schedule().start().start()).isEqualTo(minute(30));
        }

        @Test
        void waitForPlatformAndAllowanceTogether() {
            Draft draft = only(world(platform())
                    .allowing(allowance(amounts(8, 100, 100)))
                    .asking(task(Range.of(8, 8), Duration.ofMinutes(10), null))
                    .taking(platform().account(), 0, 30, cores(1))
                    .taking(YOU, 35, 60, cores(1))
                    .taking(platform().account(), 65, 90, cores(1))
                    .decide());
            assertThat(draft.schedule().start().start()).isEqualTo(minute(90));
        }

        @Test
        void aShortGapIsUsedWithLessTimeToAnswer() {
            Draft draft = only(world(platform())
                    .asking(task(Range.of(8, 8), HOUR, null))
                    .taking(platform().account(), 62, 600, cores(1))
                    .decide());
            assertThat(draft.schedule().start()).isEqualTo(new Interval(NOW, minute(1)));
            assertThat(draft.expires()).isEqualTo(minute(1));
        }
    }

    @Nested
    class Sizes {
        @Test
        void theMostAskedIsGrantedWhereItIsFree() {
            Draft draft = only(world(platform())
                    .asking(task(Range.of(2, 6), Range.of(1, 9)))
                    .decide());
            assertThat(draft.granted().cores()).isEqualTo(6);
            assertThat(draft.granted().memory()).isEqualTo(9 * GIB);
        }

        @Test
        void onlyAMinimumIsGrantedAsItIs() {
            Draft draft = only(world(platform())
                    .asking(task(new Range(3L, null), new Range(5L, null)))
                    .decide());
            assertThat(draft.granted().cores()).isEqualTo(3);
            assertThat(draft.granted().memory()).isEqualTo(5 * GIB);
        }

        @Test
        void theMostIsCutToWhatThePlatformHas() {
            Draft draft = only(
                    world(platform()).asking(task(Range.of(2, 600), Range.OPEN)).decide());
            assertThat(draft.granted().cores()).isEqualTo(8);
        }

        @Test
        void theMostIsCutToTheAllowance() {
            Draft draft = only(world(platform())
                    .allowing(allowance(amounts(3, 100, 100)))
                    .asking(task(Range.of(2, 600), Range.OPEN))
                    .decide());
            assertThat(draft.granted().cores()).isEqualTo(3);
        }

        @Test
        void smallerNowAndFullLaterAreBothOffered() {
            Decision decision = world(platform())
                    .asking(task(Range.of(2, 8), Range.OPEN))
                    .taking(platform().account(), 0, 30, cores(5))
                    .decide();
            assertThat(decision.drafts()).hasSizeGreaterThanOrEqualTo(2);
            assertThat(decision.drafts().get(0).granted().cores()).isEqualTo(3);
            assertThat(decision.drafts().get(0).schedule().start().start()).isEqualTo(NOW);
            assertThat(decision.drafts().get(1).granted().cores()).isEqualTo(8);
            assertThat(decision.drafts().get(1).schedule().start().start()).isEqualTo(minute(65));
        }

        @Test
        void everyStorageIsFilledInItsTurn() {
            Task task = task(
                    process(),
                    Range.OPEN,
                    Range.OPEN,
                    List.of(storage(Range.of(10, 80)), storage(Range.of(20, 40))),
                    ScheduleRequest.ANY,
                    List.of(),
                    List.of());
            Draft draft = only(world(platform()).asking(task).decide());
            assertThat(draft.task().storage())
                    .extracting(one -> one.size().min())
                    .containsExactly(80L, 20L);
            assertThat(draft.granted().storage()).isEqualTo(100 * GIB);
            assertThat(draft.task().storage())
                    .extracting(one -> one.label().name())
                    .containsExactly("storage-1", "storage-2");
        }

        @Test
        void theMostIsCutToTheCeilingOfCosts() {
            Task task = task(
                    process(),
                    Range.of(1, 8),
                    Range.OPEN,
                    List.of(),
                    new ScheduleRequest(HOUR, null),
                    List.of(cost(EURO, 0.4)),
                    List.of());
            Draft draft = only(world(platform()).asking(task).decide());
            assertThat(draft.granted().cores()).isEqualTo(3);
            assertThat(draft.costs().get(0).max()).isEqualTo(0.361);
        }
    }

    @Nested
    class Shapes {
        private final PlatformDescription cloud = platform(
                "cloud",
                amounts(16, 64, 1000),
                Duration.ZERO,
                Duration.ZERO,
                List.of(
                        new Shape("large", new Amounts(8, 32 * GIB, 80 * GIB, 0, 1), 0.9),
                        new Shape("small", new Amounts(2, 4 * GIB, 20 * GIB, 0, 1), 1.0),
                        new Shape("medium", new Amounts(4, 8 * GIB, 40 * GIB, 0, 1), 1.0)));

        @Test
        void theSmallestThatIsEnoughComesFirst() {
            Decision decision =
                    world(cloud).asking(task(Range.of(3, 8), Range.OPEN)).decide();
            assertThat(decision.drafts())
                    .extracting(Draft::shape)
                    .containsExactlyInAnyOrder("medium", "large", "medium");
            assertThat(decision.drafts().get(0).granted()).isEqualTo(new Amounts(4, 8 * GIB, 40 * GIB, 0, 1));
            assertThat(decision.drafts().get(0).messages()).isEmpty();
        }

        @Test
        void aboveTheMostAskedOnlyWhenNoOtherFitsAndThenSaid() {
            Draft draft =
                    only(world(cloud).asking(task(Range.of(3, 3), Range.OPEN)).decide());
            assertThat(draft.shape()).isEqualTo("medium");
            assertThat(draft.task().compute().cores()).isEqualTo(Range.of(4, 4));
            assertThat(codes(draft.messages())).containsExactly("larger-than-asked");
            assertThat(draft.messages().get(0).text()).contains("medium", "4", "3");
        }

        @Test
        void noneIsLargeEnough() {
            Message why =
                    why(world(cloud).asking(task(Range.of(9, 16), Range.OPEN)).decide());
            assertThat(why.code()).isEqualTo("no-shape-fits");
            assertThat(why.text()).contains("9 cores", "large: 8 cores, 32 GiB");
        }
    }

    @Nested
    class Platforms {
        @Test
        void bothAreOfferedAndTheEarliestComesFirst() {
            PlatformDescription beta = platform("beta", amounts(4, 8, 100), Duration.ZERO, Duration.ZERO, List.of());
            Decision decision = world(platform(), beta)
                    .asking(task(Range.of(4, 4), Range.OPEN))
                    .taking(platform().account(), 0, 45, cores(8))
                    .decide();
            assertThat(decision.drafts())
                    .extracting(Draft::platform)
                    .startsWith("beta")
                    .contains("alpha");
        }

        @Test
        void whyTheOtherDoesNotIsANoteOnly() {
            PlatformDescription tiny = platform("tiny", amounts(1, 8, 100), Duration.ZERO, Duration.ZERO, List.of());
            Decision decision = world(tiny, platform())
                    .asking(task(Range.of(4, 4), Range.OPEN))
                    .decide();
            assertThat(decision.yes()).isTrue();
            assertThat(decision.messages()).hasSize(1);
            assertThat(decision.messages().get(0).level()).isEqualTo(Message.Level.INFO);
            assertThat(decision.messages().get(0).values()).containsEntry("platform", "tiny");
        }
    }

    @Nested
    class Refusing {
        private Message refused(Task task) {
            return why(world(platform()).asking(task).decide());
        }

        private Task asking(Executable executable) {
            return task(executable, Range.OPEN, Range.OPEN, List.of(), ScheduleRequest.ANY, List.of(), List.of());
        }

        private Task bounded(List<Bound> costs, List<Bound> metrics) {
            return task(process(), Range.OPEN, Range.OPEN, List.of(), new ScheduleRequest(HOUR, null), costs, metrics);
        }

        @Test
        void aKindThatNobodyKnows() {
            KindRef kind = new KindRef(null, "https://example.org/kinds/executable/quantum");
            Message why = refused(asking(new Executable.Unknown(kind, Label.NONE)));
            assertThat(why.code()).isEqualTo("kind-unknown");
            assertThat(why.text()).contains("https://example.org/kinds/executable/quantum");
        }

        @Test
        void aKindThatThisPlatformDoesNotRun() {
            Message why = refused(asking(
                    new Executable.SingularityContainer(KindRef.of(Kind.SINGULARITY_CONTAINER), Label.NONE, "x")));
            assertThat(why.code()).isEqualTo("kind-not-offered");
            assertThat(why.values())
                    .containsEntry("resource", "executable")
                    .containsEntry("asked", "singularity-container")
                    .containsEntry("limit", "process, python-program")
                    .containsEntry("platform", "alpha");
        }

        @Test
        void aKindOfStorageAndOfDataAndAScheme() {
            Task open = task(Range.OPEN, Range.OPEN);
            Task task = new Task(
                    open.executable(),
                    open.compute(),
                    List.of(new org.planisphere.planner.task.StorageRequest(
                            KindRef.of(Kind.PERSISTENT_STORAGE), Label.NONE, Range.OPEN, List.of(), null, null, true)),
                    List.of(
                            Worlds.data(Kind.S3_DATA, "s3://x"),
                            Worlds.data(Kind.SIMPLE_DATA, "FTP://example.org/x"),
                            Worlds.data(Kind.SIMPLE_DATA, "no scheme at all")),
                    open.schedule(),
                    open.costs(),
                    open.metrics());
            Decision decision = world(platform()).asking(task).decide();
            assertThat(codes(decision.messages()))
                    .containsExactly(
                            "storage-kind-not-offered",
                            "data-kind-not-offered",
                            "scheme-not-allowed",
                            "scheme-not-allowed");
            assertThat(decision.messages().get(2).values()).containsEntry("asked", "ftp");
        }

        @Test
        void aProgramFromAForbiddenScheme() {
            Message why = refused(asking(new Executable.PythonProgram(
                    KindRef.of(Kind.PYTHON_PROGRAM),
                    Label.NONE,
                    "http://example.org/x.py",
                    null,
                    null,
                    List.of(),
                    Map.of())));
            assertThat(why.code()).isEqualTo("scheme-not-allowed");
            assertThat(why.values()).containsEntry("resource", "executable").containsEntry("limit", "file, https");
        }

        @Test
        void whatTheEngineObjectsTo() {
            Decision decision = Worlds.world()
                    .objecting(
                            platform(), new Objection("volume-not-possible", "No ${path} here.", Map.of("path", "/x")))
                    .decide();
            assertThat(why(decision).text()).isEqualTo("No /x here.");
            assertThat(why(decision).values()).containsEntry("platform", "alpha");
        }

        @Test
        void tooManyCoresAndTooMuchMemoryAtOnce() {
            Decision decision = world(platform())
                    .asking(task(Range.of(9, 10), Range.of(33, 40)))
                    .decide();
            assertThat(codes(decision.messages())).containsExactly("too-many-cores", "not-enough-memory");
            assertThat(decision.messages().get(1).values())
                    .containsEntry("asked", "33")
                    .containsEntry("limit", "32")
                    .containsEntry("unit", "GiB")
                    .containsEntry("resource", "memory");
        }

        @Test
        void numbersThatCannotBeCounted() {
            Decision decision = world(platform())
                    .asking(task(Range.of(Long.MAX_VALUE, Long.MAX_VALUE), Range.of(Long.MAX_VALUE, Long.MAX_VALUE)))
                    .decide();
            assertThat(codes(decision.messages())).containsExactly("too-many-cores", "not-enough-memory");
        }

        @Test
        void aMostOfNothing() {
            assertThat(refused(task(Range.of(0, 0), Range.OPEN)).code()).isEqualTo("max-below-least");
        }

        @Test
        void aMostBelowWhatTheEngineKnowsItNeeds() {
            Worlds.World world = new Worlds.World().needing(platform(), new Amounts(3, 1500, 0, 0, 0));
            Decision decision = world.asking(task(Range.OPEN, Range.OPEN)).decide();
            assertThat(decision.drafts()).isNotEmpty().allSatisfy(draft -> {
                assertThat(draft.granted().cores()).isGreaterThanOrEqualTo(3);
                assertThat(draft.granted().memory()).isGreaterThanOrEqualTo(2048);
            });
            assertThat(codes(world.asking(task(Range.of(1, 2), Range.of(1, 1)))
                            .decide()
                            .messages()))
                    .containsExactly("max-below-least", "max-below-least");
        }

        @Test
        void moreThanTheAllowance() {
            Message why = why(world(platform())
                    .allowing(allowance(amounts(2, 100, 100)))
                    .asking(task(Range.of(3, 3), Range.OPEN))
                    .decide());
            assertThat(why.code()).isEqualTo("over-your-limit");
            assertThat(why.values()).containsEntry("holder", "you").containsEntry("limit", "2");
        }

        @Test
        void tooManyOpenOffers() {
            Worlds.World world = world(platform())
                    .allowing(allowance(amounts(9, 99, 99), 7, Duration.ofDays(1), Duration.ofDays(1)));
            world.held.put(YOU, 7);
            Message why = why(world.decide());
            assertThat(why.code()).isEqualTo("too-many-open-offers");
            assertThat(why.values()).containsEntry("used", "7").containsEntry("limit", "7");
            world.hold = false;
            assertThat(world.decide().yes()).isTrue();
        }

        @Test
        void anAlmostFullHandGetsFewerOffers() {
            Worlds.World world = world(platform())
                    .allowing(allowance(amounts(9, 99, 99), 7, Duration.ofDays(1), Duration.ofDays(1)));
            world.held.put(YOU, 6);
            assertThat(world.decide().drafts()).hasSize(1);
        }

        @Test
        void tooLongForThePlatform() {
            Message why = refused(task(Range.OPEN, Duration.ofDays(3), null));
            assertThat(why.code()).isEqualTo("too-long");
            assertThat(why.text()).contains("PT72H", "PT48H", "alpha");
        }

        @Test
        void tooLongForTheAllowance() {
            Message why = why(world(platform())
                    .allowing(allowance(amounts(9, 99, 99), 7, Duration.ofMinutes(30), Duration.ofDays(1)))
                    .asking(task(Range.OPEN, HOUR, null))
                    .decide());
            assertThat(why.code()).isEqualTo("too-long");
            assertThat(why.values()).containsEntry("holder", "you");
        }

        @Test
        void aStartThatIsOver() {
            Message why = refused(task(Range.OPEN, HOUR, new Interval(minute(-20), minute(-10))));
            assertThat(why.code()).isEqualTo("start-is-over");
        }

        @Test
        void aStartBeforeItCanBePrepared() {
            PlatformDescription slow =
                    platform("slow", amounts(8, 32, 100), Duration.ofMinutes(3), Duration.ZERO, List.of());
            Message why = why(world(slow)
                    .asking(task(Range.OPEN, HOUR, new Interval(NOW, minute(3))))
                    .decide());
            assertThat(why.code()).isEqualTo("start-too-soon");
            assertThat(why.values())
                    .containsEntry("earliest", minute(3).plusSeconds(5).toString());
        }

        @Test
        void aStartThatIsTooFarAhead() {
            Instant far = NOW.plus(Duration.ofDays(11));
            Message why = refused(task(Range.OPEN, HOUR, new Interval(far, far)));
            assertThat(why.code()).isEqualTo("start-too-far");
            assertThat(why.values())
                    .containsEntry("limit", NOW.plus(Duration.ofDays(10)).toString());
        }

        @Test
        void aStartWhenAllIsTaken() {
            Message why = why(world(platform())
                    .asking(task(Range.of(4, 4), HOUR, new Interval(NOW, minute(20))))
                    .taking(platform().account(), 0, 90, cores(6))
                    .decide());
            assertThat(why.code()).isEqualTo("busy-until");
            assertThat(why.values())
                    .containsEntry("resource", "cores")
                    .containsEntry("asked", "4")
                    .containsEntry("used", "6")
                    .containsEntry("limit", "8")
                    .containsEntry("earliest", minute(90).toString());
        }

        @Test
        void aStartWhenTheAllowanceIsTaken() {
            Message why = why(world(platform())
                    .allowing(allowance(amounts(4, 99, 99)))
                    .asking(task(Range.of(4, 4), HOUR, new Interval(NOW, minute(20))))
                    .taking(YOU, 0, 90, cores(1))
                    .decide());
            assertThat(why.code()).isEqualTo("over-your-limit");
            assertThat(why.values())
                    .containsEntry("holder", "you")
                    .containsEntry("used", "1")
                    .containsEntry("earliest", minute(90).toString());
        }

        @Test
        void takenAsFarAheadAsCanBeBooked() {
            Message why = why(world(platform())
                    .asking(task(Range.of(4, 4), HOUR, new Interval(NOW, minute(20))))
                    .taking(platform().account(), 0, 60 * 24 * 11, cores(6))
                    .decide());
            assertThat(why.code()).isEqualTo("busy");
            assertThat(why.values()).doesNotContainKey("earliest");
        }

        @Test
        void aCeilingBelowTheLeastCost() {
            Message why = refused(bounded(List.of(cost(EURO, 0.1)), List.of()));
            assertThat(why.code()).isEqualTo("too-expensive");
            assertThat(why.values())
                    .containsEntry("asked", "0.1")
                    .containsEntry("limit", "0.161")
                    .containsEntry("unit", "EUR");
        }

        @Test
        void aCeilingOnEnergy() {
            Message why = refused(bounded(List.of(cost(Quote.ENERGY, 0.01)), List.of()));
            assertThat(why.code()).isEqualTo("too-expensive");
            assertThat(why.values()).containsEntry("unit", "kWh");
        }

        @Test
        void aCeilingOnWhatIsNotQuoted() {
            assertThat(refused(bounded(List.of(cost("urn:carbon", 5)), List.of()))
                            .code())
                    .isEqualTo("cost-not-quoted");
        }

        @Test
        void aFloorThatIsNotReached() {
            Message why = refused(bounded(List.of(), List.of(metric(SPEED, 101))));
            assertThat(why.code()).isEqualTo("metric-not-reached");
            assertThat(why.values()).containsEntry("asked", "101").containsEntry("limit", "100");
        }

        @Test
        void aFloorOnWhatIsNotMeasured() {
            assertThat(refused(bounded(List.of(), List.of(metric("urn:joy", 1))))
                            .code())
                    .isEqualTo("metric-not-offered");
        }
    }

    @Test
    void aFloorThatIsJustReachedIsPromised() {
        Task task = task(
                process(),
                Range.OPEN,
                Range.OPEN,
                List.of(),
                ScheduleRequest.ANY,
                List.of(),
                List.of(metric(SPEED, 100)));
        Draft draft = only(world(platform()).asking(task).decide());
        assertThat(draft.metrics()).hasSize(1);
        assertThat(draft.metrics().get(0).min()).isEqualTo(100.0);
    }
}
