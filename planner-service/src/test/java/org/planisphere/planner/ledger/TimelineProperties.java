package org.planisphere.planner.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The timeline says what an array of slots would say. */
class TimelineProperties {
    private static final SlotAxis AXIS = SlotAxis.MINUTES;
    private static final Instant ORIGIN = Instant.parse("2026-11-21T00:00:00Z");
    /** Slots in the array; windows lie within it. */
    private static final int SLOTS = 96;

    record Change(boolean plus, Window window, Amounts amounts) {}

    /** An amount of every resource in every slot. */
    private static final class Slots {
        private final long[][] used = new long[SLOTS][5];

        void add(Window window, Amounts amounts, int sign) {
            for (int slot = first(window); slot < after(window); slot++) {
                for (Resource resource : Resource.values()) {
                    used[slot][resource.ordinal()] += sign * amounts.of(resource);
                }
            }
        }

        boolean fits(Window window, Amounts amounts, Amounts limit) {
            return peak(window).plus(amounts).within(limit);
        }

        Amounts at(int slot) {
            long[] u = used[slot];
            return new Amounts(u[0], u[1], u[2], u[3], u[4]);
        }

        Amounts peak(Window window) {
            long[] most = new long[5];
            for (int slot = first(window); slot < after(window); slot++) {
                for (int i = 0; i < 5; i++) {
                    most[i] = Math.max(most[i], used[slot][i]);
                }
            }
            return new Amounts(most[0], most[1], most[2], most[3], most[4]);
        }

        void forget(Instant before) {
            for (int slot = 0;
                    slot
                            < Math.min(SLOTS, (int)
                                    Duration.between(ORIGIN, before).toMinutes());
                    slot++) {
                used[slot] = new long[5];
            }
        }

        static int first(Window window) {
            return (int) (Duration.between(ORIGIN, window.from()).toSeconds() / 60);
        }

        static int after(Window window) {
            return (int) ((Duration.between(ORIGIN, window.until()).toSeconds() + 59) / 60);
        }
    }

    @Provide
    static Arbitrary<Window> windows() {
        return Combinators.combine(Arbitraries.integers().between(0, 60 * (SLOTS - 34)), lengths())
                .as((from, length) -> new Window(
                        ORIGIN.plusSeconds(from), ORIGIN.plusSeconds(from).plus(length)));
    }

    @Provide
    static Arbitrary<Duration> lengths() {
        return Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(1, Arbitraries.integers().between(1, 60 * 33)),
                        net.jqwik.api.Tuple.of(
                                1, Arbitraries.integers().between(1, 33).map(minutes -> minutes * 60)))
                .map(Duration::ofSeconds);
    }

    @Provide
    static Arbitrary<Amounts> amounts() {
        Arbitrary<Long> some = Arbitraries.longs().between(0, 4);
        return Combinators.combine(some, some, some, some, some).as(Amounts::new);
    }

    @Provide
    static Arbitrary<Amounts> limits() {
        Arbitrary<Long> some = Arbitraries.longs().between(0, 12);
        return Combinators.combine(some, some, some, some, some).as(Amounts::new);
    }

    @Provide
    static Arbitrary<List<Change>> changes() {
        return Combinators.combine(Arbitraries.of(true, true, false), windows(), amounts())
                .as(Change::new)
                .list()
                .ofMaxSize(24);
    }

    /** Both after the changes; a change that takes away takes back an earlier one. */
    private record Both(SegmentTimeline timeline, Slots slots) {
        static Both after(List<Change> changes) {
            SegmentTimeline timeline = SegmentTimeline.empty(AXIS);
            Slots slots = new Slots();
            List<Change> standing = new ArrayList<>();
            for (Change change : changes) {
                if (change.plus() || standing.isEmpty()) {
                    timeline = timeline.plus(change.window(), change.amounts());
                    slots.add(change.window(), change.amounts(), 1);
                    standing.add(change);
                } else {
                    Change old = standing.remove(Math.floorMod(change.window().hashCode(), standing.size()));
                    timeline = timeline.minus(old.window(), old.amounts());
                    slots.add(old.window(), old.amounts(), -1);
                }
            }
            return new Both(timeline, slots);
        }
    }

    @Property
    void peakIsTheLargestUseOfEachResourceInTheWindow(
            @ForAll("changes") List<Change> changes, @ForAll("windows") Window window) {
        Both both = Both.after(changes);
        assertThat(both.timeline().peak(window)).isEqualTo(both.slots().peak(window));
    }

    @Property
    void fitsWhenEverySlotHasRoom(
            @ForAll("changes") List<Change> changes,
            @ForAll("windows") Window window,
            @ForAll("amounts") Amounts amounts,
            @ForAll("limits") Amounts limit) {
        Both both = Both.after(changes);
        assertThat(both.timeline().fits(window, amounts, limit))
                .isEqualTo(both.slots().fits(window, amounts, limit));
    }

    @Property(tries = 3000)
    void firstFitIsTheEarliestStartThatFits(
            @ForAll("changes") List<Change> changes,
            @ForAll("windows") Window between,
            @ForAll("lengths") Duration length,
            @ForAll("amounts") Amounts amounts,
            @ForAll("limits") Amounts limit) {
        Both both = Both.after(changes);
        Instant earliest = between.from();
        // The array ends: windows that would leave it are not asked for.
        Instant end = ORIGIN.plusSeconds(60L * (SLOTS - 1)).minus(length);
        Instant latest = between.until().isBefore(end) ? between.until() : end;
        Optional<Instant> expected = Optional.empty();
        if (!latest.isBefore(earliest)) {
            List<Instant> starts = new ArrayList<>(List.of(earliest));
            for (int slot = 0; slot < SLOTS; slot++) {
                Instant start = ORIGIN.plusSeconds(60L * slot);
                if (start.isAfter(earliest) && !start.isAfter(latest)) {
                    starts.add(start);
                }
            }
            expected = starts.stream()
                    .filter(start -> both.slots().fits(new Window(start, start.plus(length)), amounts, limit))
                    .findFirst();
        }
        assertThat(both.timeline().firstFit(earliest, latest, length, amounts, limit))
                .isEqualTo(expected);
    }

    @Property
    void spansCoverTheWindowAndSayTheUseOfEverySlot(
            @ForAll("changes") List<Change> changes, @ForAll("windows") Window window) {
        Both both = Both.after(changes);
        List<Timeline.Span> spans = both.timeline().spans(window);
        Instant at = window.from();
        Amounts before = null;
        for (Timeline.Span span : spans) {
            assertThat(span.window().from()).isEqualTo(at);
            assertThat(span.used()).isNotEqualTo(before);
            for (int slot = Slots.first(span.window()); slot < Slots.after(span.window()); slot++) {
                assertThat(both.slots().at(slot)).isEqualTo(span.used());
            }
            at = span.window().until();
            before = span.used();
        }
        assertThat(at).isEqualTo(window.until());
    }

    @Property
    void nothingIsLeftWhenEverythingIsTakenBack(@ForAll("changes") List<Change> changes) {
        SegmentTimeline timeline = SegmentTimeline.empty(AXIS);
        for (Change change : changes) {
            timeline = timeline.plus(change.window(), change.amounts());
        }
        for (Change change : changes) {
            timeline = timeline.minus(change.window(), change.amounts());
        }
        assertThat(timeline.unused()).isTrue();
    }

    @Property
    void whatIsForgottenIsUnusedAndStaysSo(
            @ForAll("changes") List<Change> changes,
            @ForAll("windows") Window horizon,
            @ForAll("windows") Window window,
            @ForAll("amounts") Amounts amounts,
            @ForAll("limits") Amounts limit) {
        Both both = Both.after(changes);
        SegmentTimeline timeline = both.timeline().forgetBefore(horizon.from());
        both.slots().forget(horizon.from());
        assertThat(timeline.peak(window)).isEqualTo(both.slots().peak(window));
        assertThat(timeline.fits(window, amounts, limit)).isEqualTo(both.slots().fits(window, amounts, limit));
        SegmentTimeline more = timeline.plus(window, amounts);
        both.slots().add(window, amounts, 1);
        both.slots().forget(horizon.from());
        assertThat(more.peak(window)).isEqualTo(both.slots().peak(window));
        assertThat(more.minus(window, amounts).peak(window)).isEqualTo(timeline.peak(window));
    }
}
