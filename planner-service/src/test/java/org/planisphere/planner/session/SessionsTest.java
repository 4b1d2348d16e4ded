package org.planisphere.planner.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.planisphere.planner.session.Planner.ALICE;
import static org.planisphere.planner.session.Planner.BOB;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.identity.Caller;
import org.planisphere.planner.offer.OfferSet;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.PlatformException;
import org.planisphere.planner.task.Interval;

class SessionsTest {
    private Planner planner;

    @BeforeEach
    void start() {
        planner = Planner.onH2();
    }

    @AfterEach
    void end() {
        planner.close();
    }

    private UUID accepted() {
        UUID id = planner.offer(ALICE, 1).offers().get(0).id();
        assertThat(planner.sessions.accept(id, ALICE)).isInstanceOf(Answer.Done.class);
        return id;
    }

    private UUID running() {
        UUID id = accepted();
        planner.settle();
        assertThat(planner.phase(id)).isEqualTo(Phase.RUNNING);
        return id;
    }

    private static String refusal(Answer answer) {
        assertThat(answer).isInstanceOf(Answer.Refused.class);
        return ((Answer.Refused) answer).why().code();
    }

    private static Session done(Answer answer) {
        assertThat(answer).isInstanceOf(Answer.Done.class);
        return ((Answer.Done) answer).session();
    }

    @Nested
    class Accept {
        @Test
        void isOnDiskBeforeTheAnswer() { // I3
            UUID id = accepted();
            assertThat(planner.phase(id)).isEqualTo(Phase.ACCEPTED);
            assertThat(planner.session(id).accepted()).isEqualTo(Planner.BEGIN);
        }

        @Test
        void rejectsTheSiblingsAndFreesWhatTheyHeld() { // EB: accepting one rejects its siblings
            OfferSet set = planner.offer(ALICE, 3);
            UUID id = set.offers().get(1).id();
            planner.sessions.accept(id, ALICE);
            assertThat(planner.phase(set.offers().get(0).id())).isEqualTo(Phase.REJECTED);
            assertThat(planner.phase(set.offers().get(2).id())).isEqualTo(Phase.REJECTED);
            assertThat(planner.ledger.reservations())
                    .extracting(one -> one.id())
                    .containsExactly(id);
            assertThat(refusal(planner.sessions.accept(set.offers().get(0).id(), ALICE)))
                    .isEqualTo("offer-rejected");
        }

        @Test
        void twiceIsDoneOnce() { // I2
            UUID id = accepted();
            Session again = done(planner.sessions.accept(id, ALICE));
            assertThat(again.version()).isEqualTo(1);
            assertThat(planner.phases(id)).containsExactly(Phase.ACCEPTED);
        }

        @Test
        void isRefusedAfterExpiryEvenBeforeAnybodyNoticed() { // I2
            UUID id = planner.offer(ALICE, 1).offers().get(0).id();
            planner.time.advance(Duration.ofSeconds(300));
            assertThat(refusal(planner.sessions.accept(id, ALICE))).isEqualTo("offer-expired");
            planner.ledger.expire();
            assertThat(planner.phase(id)).isEqualTo(Phase.EXPIRED);
            assertThat(planner.phases(id)).containsExactly(Phase.EXPIRED);
            assertThat(refusal(planner.sessions.accept(id, ALICE))).isEqualTo("offer-expired");
        }

        @Test
        void succeedsUntilTheLastMoment() { // I2
            UUID id = planner.offer(ALICE, 1).offers().get(0).id();
            planner.time.advance(Duration.ofMillis(299_999));
            done(planner.sessions.accept(id, ALICE));
        }

        @Test
        void ofAnothersOfferFindsNothing() { // I7
            UUID id = planner.offer(ALICE, 1).offers().get(0).id();
            assertThat(planner.sessions.accept(id, BOB)).isInstanceOf(Answer.NotFound.class);
            assertThat(planner.sessions.accept(id, Caller.ANONYMOUS)).isInstanceOf(Answer.NotFound.class);
            assertThat(planner.sessions.find(id, BOB)).isEmpty();
            Caller operator = new Caller("iss|op", "Op", Set.of(), Set.of(Caller.Role.OPERATOR));
            assertThat(planner.sessions.find(id, operator)).isPresent();
        }

        @Test
        void ofAnAnonymousOfferIsForWhoeverKnowsIt() {
            UUID id = planner.offer(Caller.ANONYMOUS, 1).offers().get(0).id();
            done(planner.sessions.accept(id, BOB));
            assertThat(planner.sessions.list(Caller.ANONYMOUS, Filter.ALL).items())
                    .isEmpty();
        }
    }

    @Nested
    class InAQueue {
        private UUID waiting() {
            planner.platform.queue();
            UUID id = accepted();
            planner.settle();
            assertThat(planner.phase(id)).isEqualTo(Phase.PREPARING);
            assertThat(planner.platform.history(id)).containsExactly("prepare", "start");
            return id;
        }

        @Test
        void keepsItsPhaseUntilItsTurnComes() {
            UUID id = waiting();
            assertThat(planner.store.events(id, 0, 100))
                    .extracting(event -> event.message().text())
                    .containsOnlyOnce("It waits for its turn at the platform: waiting for its turn.");
            planner.platform.begin(id);
            planner.settle();
            assertThat(planner.phase(id)).isEqualTo(Phase.RUNNING);
            planner.platform.end(id, Observation.End.SUCCEEDED, 0);
            planner.settle();
            assertThat(planner.phases(id))
                    .containsExactly(
                            Phase.ACCEPTED,
                            Phase.PREPARING,
                            Phase.AVAILABLE,
                            Phase.RUNNING,
                            Phase.RELEASING,
                            Phase.COMPLETED);
            assertThat(planner.platform.history(id)).containsExactly("prepare", "start", "release");
        }

        @Test
        void isNotStartedAgainByTheNextPlanner() {
            UUID id = waiting();
            planner.restart();
            planner.settle();
            planner.platform.begin(id);
            planner.settle();
            assertThat(planner.phase(id)).isEqualTo(Phase.RUNNING);
            assertThat(planner.platform.history(id)).containsOnlyOnce("start");
        }

        @Test
        void isSeenToRunThoughNobodyTold() {
            UUID id = waiting();
            planner.restart();
            planner.settle();
            planner.platform.deaf();
            planner.platform.begin(id);
            planner.advance(Duration.ofSeconds(61));
            assertThat(planner.phase(id)).isEqualTo(Phase.RUNNING);
        }

        @Test
        void runsForWhatIsLeftWhenItsTurnComesLate() {
            UUID id = waiting();
            planner.advance(Duration.ofSeconds(700));
            planner.platform.begin(id);
            planner.settle();
            assertThat(planner.phase(id)).isEqualTo(Phase.RUNNING);
            assertThat(planner.session(id).schedule().releasing()).isEqualTo(Planner.BEGIN.plusSeconds(1200));
            assertThat(planner.platform.duration(id)).isEqualTo(Duration.ofSeconds(500));
            assertThat(planner.session(id).messages())
                    .extracting(message -> message.code())
                    .containsExactly("started-late");
        }

        @Test
        void isFailedWhenNothingIsLeft() {
            UUID id = waiting();
            planner.advance(Duration.ofSeconds(1203));
            assertThat(planner.phase(id)).isEqualTo(Phase.FAILED);
            assertThat(planner.session(id).messages())
                    .extracting(message -> message.code())
                    .containsExactly("start-missed");
            assertThat(planner.platform.history(id)).contains("cancel");
            assertThat(planner.ledger.reservations()).isEmpty();
        }

        @Test
        void isCancelledWhileItWaits() {
            UUID id = waiting();
            planner.sessions.cancel(id, ALICE);
            planner.settle();
            assertThat(planner.phase(id)).isEqualTo(Phase.CANCELLED);
            assertThat(planner.ledger.reservations()).isEmpty();
        }
    }

    @Nested
    class Life {
        @Test
        void runsAtOnceWhenItsIntervalHasBegun() {
            UUID id = running();
            planner.platform.end(id, Observation.End.SUCCEEDED, 0);
            planner.settle();
            assertThat(planner.phases(id))
                    .containsExactly(
                            Phase.ACCEPTED,
                            Phase.PREPARING,
                            Phase.AVAILABLE,
                            Phase.RUNNING,
                            Phase.RELEASING,
                            Phase.COMPLETED);
            assertThat(planner.session(id).exitCode()).isZero();
            assertThat(planner.platform.history(id)).containsExactly("prepare", "start", "release");
            assertThat(planner.ledger.reservations()).isEmpty(); // I6
            assertThat(planner.store.events(id, 0, 100))
                    .extracting(SessionEvent::number)
                    .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
            assertThat(planner.told)
                    .filteredOn(event -> event.session().equals(id))
                    .isEqualTo(planner.store.events(id, 0, 100));
        }

        @Test
        void waitsForItsTimePreparesBeforeAndStartsInIt() {
            Interval later = new Interval(Planner.BEGIN.plusSeconds(3600), Planner.BEGIN.plusSeconds(3660));
            UUID id = planner.offer(ALICE, 1, later, 1).offers().get(0).id();
            planner.sessions.accept(id, ALICE);
            planner.settle();
            assertThat(planner.phase(id)).isEqualTo(Phase.WAITING);
            planner.advance(Duration.ofSeconds(3589));
            assertThat(planner.phase(id)).isEqualTo(Phase.WAITING);
            planner.advance(Duration.ofSeconds(2));
            assertThat(planner.phase(id)).isEqualTo(Phase.AVAILABLE);
            planner.advance(Duration.ofSeconds(10));
            assertThat(planner.phase(id)).isEqualTo(Phase.RUNNING);
            assertThat(later.contains(planner.session(id).began())).isTrue();
        }

        @Test
        void beginsAsSoonAsItIsPreparedWhereNobodyNamedAStart() {
            Interval found = new Interval(Planner.BEGIN.plusSeconds(3600), Planner.BEGIN.plusSeconds(3660));
            UUID id = planner.offer(ALICE, 1, found, 1, false).offers().get(0).id();
            planner.sessions.accept(id, ALICE);
            planner.advance(Duration.ofSeconds(3589));
            assertThat(planner.phase(id)).isEqualTo(Phase.WAITING);
            planner.advance(Duration.ofSeconds(2));
            assertThat(planner.phase(id)).isEqualTo(Phase.RUNNING);
            Session session = planner.session(id);
            assertThat(session.schedule().start().start()).isEqualTo(session.began());
            assertThat(session.schedule().releasing())
                    .isEqualTo(session.offer().schedule().releasing());
        }

        @Test
        void aFailedRunIsReleasedAndThenFailed() {
            UUID id = running();
            planner.platform.end(id, Observation.End.OUT_OF_MEMORY, 137);
            planner.settle();
            assertThat(planner.phases(id)).endsWith(Phase.RUNNING, Phase.RELEASING, Phase.FAILED);
            assertThat(planner.session(id).exitCode()).isEqualTo(137);
            assertThat(planner.session(id).messages())
                    .extracting(message -> message.text())
                    .containsExactly("The run needed more memory than the 1024 MiB it was granted and was ended.");
        }

        @Test
        void aRunThatPrintedTooMuchIsNotSaidToHaveFilledItsStorage() {
            UUID id = running();
            planner.platform.end(id, Observation.End.OUT_OF_STORAGE, 143, "It printed more than 4 MiB.");
            planner.settle();
            assertThat(planner.session(id).messages())
                    .filteredOn(message -> message.code().equals("out-of-storage"))
                    .singleElement()
                    .satisfies(message -> {
                        assertThat(message.text()).isEqualTo("The run printed more than 4 MiB and was ended.");
                        assertThat(message.values()).containsEntry("resource", "output");
                    });
        }

        @Test
        void isFailedWhenItsResultsCannotBeStored() { // EB: a failure while releasing is a failed session
            UUID id = running();
            planner.platform.fault((step, session) -> {
                if (step.equals("release")) {
                    throw new PlatformException("the disk is full");
                }
            });
            planner.platform.end(id, Observation.End.SUCCEEDED, 0);
            planner.settle();
            assertThat(planner.phase(id)).isEqualTo(Phase.FAILED);
            assertThat(planner.session(id).messages())
                    .extracting(message -> message.code())
                    .containsExactly("run-succeeded", "results-not-stored");
            assertThat(planner.ledger.reservations()).isEmpty();
        }

        @Test
        void isFailedWhenItCannotBePrepared() {
            planner.platform.fault((step, session) -> {
                if (step.equals("prepare")) {
                    throw new PlatformException("no such file");
                }
            });
            UUID id = accepted();
            planner.settle();
            assertThat(planner.phases(id)).containsExactly(Phase.ACCEPTED, Phase.PREPARING, Phase.FAILED);
            assertThat(planner.session(id).messages().get(0).text())
                    .isEqualTo("It could not be prepared: no such file");
            assertThat(planner.ledger.reservations()).isEmpty();
        }

        @Test
        void isStoppedAtTheEndOfItsDurationWhenTheEngineForgets() {
            UUID id = running();
            planner.advance(Duration.ofSeconds(604));
            assertThat(planner.phase(id)).isEqualTo(Phase.RUNNING);
            planner.advance(Duration.ofSeconds(2));
            assertThat(planner.phase(id)).isEqualTo(Phase.FAILED);
            assertThat(planner.session(id).messages())
                    .extracting(message -> message.code())
                    .containsExactly("out-of-time");
            assertThat(planner.platform.running()).isZero();
        }

        @Test
        void goesOnWhenTheDatabaseIsBack() {
            UUID id = running();
            planner.ledger.fault(() -> {
                throw new org.planisphere.planner.ledger.LedgerUnavailable("down", new IllegalStateException());
            });
            planner.platform.end(id, Observation.End.SUCCEEDED, 0);
            planner.advance(Duration.ofSeconds(20));
            assertThat(planner.phase(id)).isEqualTo(Phase.RUNNING);
            planner.ledger.fault(() -> {});
            planner.advance(Duration.ofSeconds(60));
            assertThat(planner.phase(id)).isEqualTo(Phase.COMPLETED);
        }

        @Test
        void survivesTheEndOfItsPlanner() {
            UUID id = running();
            planner.restart();
            planner.settle();
            assertThat(planner.phase(id)).isEqualTo(Phase.RUNNING);
            planner.platform.end(id, Observation.End.SUCCEEDED, 0);
            planner.settle();
            assertThat(planner.phase(id)).isEqualTo(Phase.COMPLETED);
            assertThat(planner.platform.history(id)).containsOnlyOnce("start");
        }

        @Test
        void aRunThatItsEngineHasLostIsFailed() {
            UUID id = running();
            planner.platform.lose(id);
            planner.restart();
            planner.settle();
            assertThat(planner.phase(id)).isEqualTo(Phase.FAILED);
            assertThat(planner.session(id).messages())
                    .extracting(message -> message.code())
                    .containsExactly("run-lost");
        }
    }

    @Nested
    class Cancel {
        @Test
        void ofAnOfferRejectsIt() {
            UUID id = planner.offer(ALICE, 1).offers().get(0).id();
            assertThat(done(planner.sessions.cancel(id, ALICE)).phase()).isEqualTo(Phase.REJECTED);
            assertThat(planner.ledger.reservations()).isEmpty();
        }

        @Test
        void beforeAnythingWasPreparedIsDoneAtOnce() {
            UUID id = accepted();
            assertThat(done(planner.sessions.cancel(id, ALICE)).phase()).isEqualTo(Phase.CANCELLED);
            planner.settle();
            assertThat(planner.phase(id)).isEqualTo(Phase.CANCELLED);
            assertThat(planner.platform.history(id)).isEmpty();
            assertThat(planner.ledger.reservations()).isEmpty();
            assertThat(planner.conductor.size()).isZero();
        }

        @Test
        void stopsTheRunBeforeItGivesAnythingBack() {
            UUID id = running();
            done(planner.sessions.cancel(id, ALICE));
            assertThat(planner.session(id).outcome()).isEqualTo(Phase.CANCELLED);
            assertThat(planner.ledger.reservations()).hasSize(1);
            planner.settle();
            assertThat(planner.phase(id)).isEqualTo(Phase.CANCELLED);
            assertThat(planner.platform.runs(id)).isFalse();
            assertThat(planner.platform.history(id)).containsExactly("prepare", "start", "cancel", "release");
            assertThat(planner.ledger.reservations()).isEmpty();
            assertThat(done(planner.sessions.cancel(id, ALICE)).phase()).isEqualTo(Phase.CANCELLED);
        }

        @Test
        void isFinishedByTheNextPlannerWhenThisOneDies() {
            UUID id = running();
            planner.sessions.cancel(id, ALICE);
            planner.restart();
            planner.settle();
            assertThat(planner.phase(id)).isEqualTo(Phase.CANCELLED);
            assertThat(planner.platform.running()).isZero();
        }

        @Test
        void ofAnEndedSessionIsRefused() {
            UUID id = running();
            planner.platform.end(id, Observation.End.SUCCEEDED, 0);
            planner.settle();
            assertThat(refusal(planner.sessions.cancel(id, ALICE))).isEqualTo("session-ended");
        }
    }

    @Nested
    class Delete {
        @Test
        void isRefusedWhileItRuns() {
            assertThat(refusal(planner.sessions.delete(running(), ALICE))).isEqualTo("session-active");
        }

        @Test
        void removesSessionEventsAndResults() {
            UUID id = running();
            planner.platform.end(id, Observation.End.SUCCEEDED, 0);
            planner.settle();
            done(planner.sessions.delete(id, ALICE));
            assertThat(planner.sessions.find(id)).isEmpty();
            assertThat(planner.sessions.events(id, 0, 10)).isEmpty();
            assertThat(planner.platform.history(id)).endsWith("forget");
        }

        @Test
        void isDoneByTheSweeperWhenItsTimeHasCome() {
            UUID id = running();
            UUID refused = planner.offer(ALICE, 1).offers().get(0).id();
            planner.sessions.reject(refused, ALICE);
            planner.platform.end(id, Observation.End.SUCCEEDED, 0);
            planner.settle();
            assertThat(planner.sessions.sweep(Planner.BEGIN.plus(Duration.ofHours(1))))
                    .isZero();
            assertThat(planner.sessions.sweep(Planner.BEGIN.plus(Duration.ofDays(2))))
                    .isEqualTo(2);
            assertThat(planner.sessions.find(id)).isPresent();
            assertThat(planner.sessions.sweep(Planner.BEGIN.plus(Duration.ofDays(31))))
                    .isEqualTo(2);
            assertThat(planner.sessions.find(id)).isEmpty();
        }
    }

    @Nested
    class Update {
        private static final String DURATION = "schedule/available/duration";

        @Test
        void theOptionsOfAnOfferAreToTakeItOrToLeaveIt() {
            UUID id = planner.offer(ALICE, 1).offers().get(0).id();
            assertThat(planner.sessions.options(planner.session(id), ALICE))
                    .containsExactly(new Option.EnumOption("phase", List.of("ACCEPTED", "REJECTED")));
            assertThat(planner.sessions.options(planner.session(id), BOB)).isEmpty();
        }

        @Test
        void thePhaseIsAnOptionLikeAnyOther() {
            UUID id = planner.offer(ALICE, 1).offers().get(0).id();
            done(planner.sessions.update(id, ALICE, new Change.EnumChange("/phase", "ACCEPTED")));
            assertThat(refusal(planner.sessions.update(id, ALICE, new Change.EnumChange("phase", "RUNNING"))))
                    .isEqualTo("not-an-option");
            done(planner.sessions.update(id, ALICE, new Change.EnumChange("phase", "CANCELLED")));
            assertThat(planner.phase(id)).isEqualTo(Phase.CANCELLED);
            assertThat(planner.sessions.options(planner.session(id), ALICE)).isEmpty();
        }

        @Test
        void lengthensARunAsFarAsTheCallersLimit() {
            UUID id = running();
            assertThat(planner.sessions.options(planner.session(id), ALICE))
                    .filteredOn(option -> option instanceof Option.IntegerOption)
                    .singleElement()
                    .satisfies(option ->
                            assertThat(((Option.IntegerOption) option).max()).isBetween(4 * 3600L - 60, 4 * 3600L));
            done(planner.sessions.update(id, ALICE, new Change.IntegerChange(DURATION, 20, "min")));
            planner.settle();
            assertThat(planner.platform.duration(id)).isEqualTo(Duration.ofMinutes(20));
            done(planner.sessions.update(id, ALICE, new Change.DeltaChange(DURATION, -300, "s")));
            planner.settle();
            assertThat(planner.platform.duration(id)).isEqualTo(Duration.ofMinutes(15));
            assertThat(refusal(planner.sessions.update(id, ALICE, new Change.IntegerChange(DURATION, 5, "h"))))
                    .isEqualTo("out-of-range");
            assertThat(refusal(planner.sessions.update(id, ALICE, new Change.StringChange(DURATION, "PT1H"))))
                    .isEqualTo("not-an-option");
        }

        @Test
        void anotherDurationHasAnotherPrice() {
            UUID id = running();
            done(planner.sessions.update(id, ALICE, new Change.IntegerChange(DURATION, 20, "min")));
            double twenty = planner.session(id).offer().costs().get(0).max();
            done(planner.sessions.update(id, ALICE, new Change.IntegerChange(DURATION, 40, "min")));
            double forty = planner.session(id).offer().costs().get(0).max();
            assertThat(forty).isGreaterThan(1.9 * twenty);
        }

        @Test
        void doesNotLengthenIntoWhatIsAnothers() {
            UUID id = running();
            Interval later = new Interval(Planner.BEGIN.plusSeconds(3600), Planner.BEGIN.plusSeconds(3600));
            planner.offer(BOB, 1, later, 8);
            Option.IntegerOption option = (Option.IntegerOption)
                    planner.sessions.options(planner.session(id), ALICE).get(1);
            // It may begin up to ten minutes after the hour began, and Bob's preparation begins before the next.
            assertThat(option.max()).isBetween(2900 - 120L, 2990L);
            assertThat(refusal(planner.sessions.update(
                            id, ALICE, new Change.IntegerChange(DURATION, option.max() + 1, "s"))))
                    .isEqualTo("out-of-range");
            done(planner.sessions.update(id, ALICE, new Change.IntegerChange(DURATION, option.max(), "s")));
        }

        @Test
        void movesTheStartOfASessionThatWaits() {
            Interval later = new Interval(Planner.BEGIN.plusSeconds(3600), Planner.BEGIN.plusSeconds(3660));
            UUID id = planner.offer(ALICE, 1, later, 1).offers().get(0).id();
            planner.sessions.accept(id, ALICE);
            planner.settle();
            Session moved = done(planner.sessions.update(
                    id,
                    ALICE,
                    new Change.StringChange("schedule/available/start", "2026-11-21T06:30:00Z/2026-11-21T06:31:00Z")));
            assertThat(moved.schedule().start().start()).isEqualTo(Planner.BEGIN.plusSeconds(1800));
            assertThat(planner.sessions.update(
                            id, ALICE, new Change.StringChange("schedule/available/start", "2020-01-01T00:00:00Z")))
                    .isInstanceOfSatisfying(
                            Answer.Refused.class,
                            refused -> assertThat(refused.why().text())
                                    .doesNotContain("  ")
                                    .matches(".* can be [^.]*Z to [^.]*Z now; 2020-01-01T00:00:00Z was asked[.]"));
            planner.advance(Duration.ofSeconds(1801));
            assertThat(planner.phase(id)).isEqualTo(Phase.RUNNING);
            assertThat(refusal(planner.sessions.update(
                            id, ALICE, new Change.StringChange("schedule/available/start", "2026-11-21T07:30:00Z"))))
                    .isEqualTo("not-an-option");
        }
    }
}
