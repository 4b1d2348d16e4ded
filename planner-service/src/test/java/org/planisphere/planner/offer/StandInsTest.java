package org.planisphere.planner.offer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.planisphere.planner.offer.Worlds.NOW;
import static org.planisphere.planner.offer.Worlds.YOU;
import static org.planisphere.planner.offer.Worlds.allowance;
import static org.planisphere.planner.offer.Worlds.amounts;
import static org.planisphere.planner.offer.Worlds.platform;
import static org.planisphere.planner.offer.Worlds.process;
import static org.planisphere.planner.offer.Worlds.task;
import static org.planisphere.planner.offer.Worlds.world;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.planisphere.planner.quota.Allowance;
import org.planisphere.planner.quota.Standing;
import org.planisphere.planner.task.Range;

/** Offers of other planners for which the caller's own limits have no room: each says which limit, and how far it is used. */
class StandInsTest {
    private static final Duration DAY = Duration.ofDays(1);
    private final Worlds.World world = world(platform());
    private final List<Draft> offered = world(platform())
            .asking(task(Range.of(2, 2), Duration.ofHours(2), null))
            .decide()
            .drafts()
            .subList(0, 1);

    private StandIns under(Allowance... limits) {
        return new StandIns(
                platform(),
                process(),
                Standing.of(List.of(limits)),
                world,
                NOW,
                Slots.of(world.settings.slot()),
                Duration.ofMinutes(5),
                true);
    }

    private Message why(Allowance limit) {
        StandIns standIns = under(limit);
        assertThat(standIns.fitting(offered, 9)).isEmpty();
        assertThat(standIns.reasons()).hasSize(1);
        Message why = standIns.reasons().get(0);
        assertThat(why.text()).doesNotContain("${");
        return why;
    }

    @Test
    void whatFitsIsHeldAndNothingIsSaid() {
        StandIns standIns = under(allowance(amounts(9, 99, 99)));
        assertThat(standIns.fitting(offered, 9)).hasSize(1);
        assertThat(standIns.reasons()).isEmpty();
    }

    @Test
    void aFullHandSaysUntilWhen() {
        world.held.put(YOU, 7);
        Message why = why(allowance(amounts(9, 99, 99), 7, DAY, DAY));
        assertThat(why.code()).isEqualTo("too-many-open-offers");
        assertThat(why.values())
                .containsEntry("used", "7")
                .containsEntry("limit", "7")
                .containsEntry("earliest", NOW.plus(Duration.ofMinutes(5)).toString());
    }

    @Test
    void aRunThatIsTooLongSaysHowLongItMayBe() {
        Message why = why(allowance(amounts(9, 99, 99), 7, Duration.ofHours(1), DAY));
        assertThat(why.code()).isEqualTo("too-long");
        assertThat(why.values()).containsEntry("asked", "PT2H").containsEntry("limit", "PT1H");
    }

    @Test
    void whatIsTakenInItsTimeSaysHowMuch() {
        world.taking(YOU, -60, 600, amounts(3, 3, 3));
        Message why = why(allowance(amounts(4, 99, 99)));
        assertThat(why.code()).isEqualTo("over-your-limit");
        assertThat(why.values())
                .containsEntry("resource", "cores")
                .containsEntry("asked", "2")
                .containsEntry("used", "3")
                .containsEntry("limit", "4")
                .containsEntry("holder", "you");
    }
}
