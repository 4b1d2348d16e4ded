package org.planisphere.planner.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
    private static final Amounts FOUR = cores(4);

    private static Amounts cores(long cores) {
        return new Amounts(cores, 0, 0, 0, 0);
    }

    private static Window minutes(long from, long until) {
        return new Window(START.plus(Duration.ofMinutes(from)), START.plus(Duration.ofMinutes(until)));
    }

    private static SegmentTimeline empty() {
        return SegmentTimeline.empty(SlotAxis.MINUTES);
    }

    @Test
    void aWindowIsWidenedToWholeSlots() {
        Window odd = new Window(START.plusSeconds(59), START.plusSeconds(61));
        SegmentTimeline timeline = empty().plus(odd, cores(1));
        assertThat(timeline.spans(minutes(-1, 4)))
                .containsExactly(
                        new Timeline.Span(minutes(-1, 0), Amounts.NONE),
                        new Timeline.Span(minutes(0, 2), cores(1)),
                        new Timeline.Span(minutes(2, 4), Amounts.NONE));
        assertThat(empty().plus(new Window(START, START.plusNanos(1)), cores(1)).peak(minutes(1, 2)))
                .isEqualTo(Amounts.NONE);
    }

    @Test
    void theFirstFitIsTheInstantAskedForWhenItFits() {
        Instant odd = START.plusSeconds(17);
        assertThat(empty().firstFit(odd, odd, Duration.ofMinutes(5), FOUR, FOUR))
                .contains(odd);
    }

    @Test
    void theFirstFitAfterwardsBeginsWithASlot() {
        SegmentTimeline timeline = empty().plus(minutes(0, 10), cores(1));
        assertThat(timeline.firstFit(START.plusSeconds(17), START.plusSeconds(3600), Duration.ofMinutes(5), FOUR, FOUR))
                .contains(START.plusSeconds(600));
        assertThat(timeline.firstFit(START, START.plusSeconds(600), Duration.ofMinutes(5), FOUR, FOUR))
                .contains(START.plusSeconds(600));
        assertThat(timeline.firstFit(START, START.plusSeconds(599), Duration.ofMinutes(5), FOUR, FOUR))
                .isEmpty();
    }

    @Test
    void whatIsMoreThanTheLimitNeverFits() {
        assertThat(empty().firstFit(START, START.plusSeconds(9), Duration.ofMinutes(1), cores(5), FOUR))
                .isEmpty();
        assertThat(empty().fits(minutes(0, 1), cores(5), FOUR)).isFalse();
    }

    @Test
    void whatBeginsTooLateOrEndsAfterTheAxisDoesNotFit() {
        assertThat(empty().firstFit(START, START.minusNanos(1), Duration.ofMinutes(1), FOUR, FOUR))
                .isEmpty();
        assertThat(empty().firstFit(START, START, Duration.ofDays(365 * 300), FOUR, FOUR))
                .isEmpty();
        Instant far = Instant.parse("9999-01-01T00:00:00Z");
        Window never = new Window(far, far.plusSeconds(60));
        assertThat(empty().fits(never, FOUR, FOUR)).isFalse();
        assertThat(empty().firstFit(far, far.plusSeconds(3600), Duration.ofMinutes(1), FOUR, FOUR))
                .isEmpty();
        assertThatThrownBy(() -> empty().plus(never, FOUR)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theWholeAxisCanBeUsed() {
        SlotAxis axis = new SlotAxis(Duration.ofDays(1));
        Window all = new Window(Instant.EPOCH, axis.start(axis.size()));
        SegmentTimeline timeline = SegmentTimeline.empty(axis).plus(all, FOUR);
        assertThat(timeline.peak(all)).isEqualTo(FOUR);
        assertThat(timeline.fits(all, Amounts.NONE, FOUR)).isTrue();
        assertThat(timeline.firstFit(Instant.EPOCH, all.until(), Duration.ofDays(1), cores(1), FOUR))
                .isEmpty();
        assertThat(timeline.minus(all, FOUR).unused()).isTrue();
        Window lastDay = new Window(axis.start(axis.size() - 1), all.until());
        assertThat(timeline.minus(lastDay, FOUR)
                        .firstFit(Instant.EPOCH, all.until(), Duration.ofDays(1), cores(1), FOUR))
                .contains(lastDay.from());
        assertThat(timeline.minus(lastDay, FOUR)
                        .firstFit(Instant.EPOCH, all.until(), Duration.ofDays(2), cores(1), FOUR))
                .isEmpty();
    }

    @Test
    void aLengthIsAsked() {
        for (Duration length : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
            assertThatThrownBy(() -> empty().firstFit(START, START, length, FOUR, FOUR))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void forgettingTwiceOrBackwardsChangesNothing() {
        SegmentTimeline timeline = empty().plus(minutes(0, 10), FOUR).forgetBefore(START.plusSeconds(300));
        assertThat(timeline.forgetBefore(START.plusSeconds(300))).isSameAs(timeline);
        assertThat(timeline.forgetBefore(START)).isSameAs(timeline);
        assertThat(timeline.peak(minutes(0, 5))).isEqualTo(Amounts.NONE);
        assertThat(timeline.peak(minutes(4, 6))).isEqualTo(FOUR);
        assertThat(timeline.minus(minutes(0, 10), FOUR).unused()).isTrue();
        assertThat(timeline.plus(minutes(0, 5), FOUR)).isSameAs(timeline);
    }

    @Test
    void usingNothingChangesNothing() {
        SegmentTimeline timeline = empty().plus(minutes(0, 10), FOUR);
        assertThat(timeline.plus(minutes(2, 3), Amounts.NONE)).isSameAs(timeline);
    }

    @Test
    void aSlotIsWholeSecondsOfADayAtMost() {
        for (Duration wrong :
                List.of(Duration.ZERO, Duration.ofMillis(1500), Duration.ofSeconds(86_401), Duration.ofSeconds(-60))) {
            assertThatThrownBy(() -> new SlotAxis(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(new SlotAxis(Duration.ofSeconds(1)).slot()).hasSeconds(1);
        assertThat(new SlotAxis(Duration.ofDays(1)).slot()).hasDays(1);
    }

    @Test
    void theAxisReachesBeyondTheYear2200() {
        for (int seconds : List.of(1, 60, 86_400)) {
            SlotAxis axis = new SlotAxis(Duration.ofSeconds(seconds));
            assertThat(axis.start(axis.size())).isAfter(Instant.parse("2200-01-01T00:00:00Z"));
            assertThat(axis.start(axis.size() / 2)).isBefore(Instant.parse("2203-01-01T00:00:00Z"));
            assertThat(axis.from(axis.start(5))).isEqualTo(5);
            assertThat(axis.from(axis.start(5).plusNanos(1))).isEqualTo(6);
            assertThat(axis.at(axis.start(5).minusNanos(1))).isEqualTo(4);
        }
    }
}
