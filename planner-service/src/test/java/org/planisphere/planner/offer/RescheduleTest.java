package org.planisphere.planner.offer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.planisphere.planner.offer.Worlds.EURO;
import static org.planisphere.planner.offer.Worlds.amounts;
import static org.planisphere.planner.offer.Worlds.cost;
import static org.planisphere.planner.offer.Worlds.platform;
import static org.planisphere.planner.offer.Worlds.process;
import static org.planisphere.planner.offer.Worlds.task;
import static org.planisphere.planner.offer.Worlds.world;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.platform.Shape;
import org.planisphere.planner.task.Bound;
import org.planisphere.planner.task.Range;
import org.planisphere.planner.task.ScheduleRequest;

class RescheduleTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private static Offer offer(PlatformDescription platform, List<Bound> ceilings) {
        Draft draft = world(platform)
                .asking(task(
                        process(),
                        Range.of(1, 1),
                        Range.OPEN,
                        List.of(),
                        new ScheduleRequest(HOUR, null),
                        ceilings,
                        List.of()))
                .decide()
                .drafts()
                .get(0);
        return new Offer(
                UUID.randomUUID(),
                draft.platform(),
                draft.task(),
                draft.granted(),
                draft.shape(),
                draft.schedule(),
                draft.expires(),
                draft.costs(),
                draft.metrics(),
                draft.claims(),
                Map.of(),
                draft.network(),
                draft.messages());
    }

    @Test
    void theSameDurationCostsTheSame() {
        Offer offer = offer(platform(), List.of());
        assertThat(Reschedule.costs(offer, platform(), HOUR)).isEqualTo(offer.costs());
    }

    @Test
    void anHourMoreCostsAnHourMore() {
        Offer offer = offer(platform(), List.of());
        assertThat(Reschedule.costs(offer, platform(), HOUR.multipliedBy(2))
                        .get(0)
                        .max())
                .isEqualTo(0.272);
    }

    @Test
    void aFixedSizeKeepsItsFactor() {
        Shape shape = new Shape("small", new Amounts(1, 1024, 1024, 0, 1), 2.0);
        PlatformDescription cloud = platform("cloud", amounts(9, 9, 9), Duration.ZERO, Duration.ZERO, List.of(shape));
        Offer offer = offer(cloud, List.of());
        assertThat(Reschedule.costs(offer, cloud, HOUR)).isEqualTo(offer.costs());
        assertThat(offer.costs().get(0).max()).isEqualTo(0.272);
    }

    @Test
    void withoutACeilingEveryDurationIsAffordable() {
        Offer offer = offer(platform(), List.of());
        assertThat(Reschedule.affordable(offer, platform(), Duration.ofDays(2))).isEqualTo(Duration.ofDays(2));
    }

    @Test
    void aCeilingEndsTheDurationToTheSecond() {
        Offer offer = offer(platform(), List.of(cost(EURO, 0.272)));
        Duration longest = Reschedule.affordable(offer, platform(), Duration.ofDays(2));
        assertThat(longest).isEqualTo(Duration.ofHours(2));
        assertThat(Quote.within(offer.task().costs(), Reschedule.costs(offer, platform(), longest.plusSeconds(1))))
                .isFalse();
    }
}
