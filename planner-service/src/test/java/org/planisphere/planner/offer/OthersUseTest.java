package org.planisphere.planner.offer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.planisphere.planner.offer.Worlds.NOW;
import static org.planisphere.planner.offer.Worlds.minute;
import static org.planisphere.planner.offer.Worlds.platform;
import static org.planisphere.planner.offer.Worlds.task;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.ledger.Window;
import org.planisphere.planner.platform.Occupied;
import org.planisphere.planner.task.Interval;
import org.planisphere.planner.task.Range;

/** What others than the planner use of a platform is never offered. */
class OthersUseTest {
    private static Occupied cores(long cores, int from, int until) {
        return new Occupied(minute(from), minute(until), Worlds.cores(cores));
    }

    @Test
    void anOfferBeginsWhenOthersLeaveRoomForIt() {
        Decision decision = new Worlds.World()
                .shared(platform(), cores(5, 0, 30), cores(4, 30, 60))
                .asking(task(Range.of(4, 4), Duration.ofHours(1), null))
                .decide();
        assertThat(decision.drafts().get(0).schedule().start().start()).isEqualTo(minute(30));
    }

    @Test
    void whatIsFreeBesideOthersIsOfferedAtOnce() {
        Decision decision = new Worlds.World()
                .shared(platform(), cores(5, 0, 600))
                .asking(task(Range.of(1, 8), Duration.ofHours(1), null))
                .decide();
        Draft first = decision.drafts().get(0);
        assertThat(first.schedule().start().start()).isEqualTo(NOW);
        assertThat(first.granted().cores()).isEqualTo(3);
    }

    @Test
    void aNoTellsWhatOthersUse() {
        Decision decision = new Worlds.World()
                .shared(platform(), cores(8, 0, 100))
                .asking(task(Range.of(1, 1), Duration.ofMinutes(10), new Interval(NOW, minute(10))))
                .decide();
        assertThat(decision.yes()).isFalse();
        assertThat(decision.messages().get(0).values())
                .containsEntry("resource", "cores")
                .containsEntry("used", "8")
                .containsEntry("earliest", minute(100).toString());
    }

    @Test
    void othersDoNotCountAgainstTheCaller() {
        Decision decision = new Worlds.World()
                .allowing(Worlds.allowance(Worlds.amounts(3, 32, 100)))
                .shared(platform(), cores(5, 0, 600))
                .asking(task(Range.of(3, 3), Duration.ofHours(1), null))
                .decide();
        assertThat(decision.drafts().get(0).schedule().start().start()).isEqualTo(NOW);
    }

    /** The peak is what a count minute by minute gives. */
    @Property(tries = 300)
    void thePeakIsThatOfTheBusiestSlot(
            @ForAll @Size(max = 8) List<@IntRange(min = 0, max = 40) Integer> starts,
            @ForAll @IntRange(min = 1, max = 20) int length,
            @ForAll @IntRange(min = 0, max = 50) int from,
            @ForAll @IntRange(min = 1, max = 20) int until) {
        List<Occupied> occupied = new ArrayList<>();
        for (int i = 0; i < starts.size(); i++) {
            occupied.add(cores(i + 1, starts.get(i), starts.get(i) + length));
        }
        long busiest = 0;
        for (int at = from; at < from + until; at++) {
            Instant instant = minute(at);
            busiest = Math.max(
                    busiest,
                    occupied.stream()
                            .filter(one ->
                                    !one.from().isAfter(instant) && one.until().isAfter(instant))
                            .mapToLong(one -> one.amounts().cores())
                            .sum());
        }
        Amounts peak = new Occupation(occupied, new Slots(60)).peak(new Window(minute(from), minute(from + until)));
        assertThat(peak.cores()).isEqualTo(busiest);
    }
}
