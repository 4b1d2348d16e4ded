package org.planisphere.planner.offer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.planisphere.planner.offer.Worlds.amounts;
import static org.planisphere.planner.offer.Worlds.codes;
import static org.planisphere.planner.offer.Worlds.platform;
import static org.planisphere.planner.offer.Worlds.task;
import static org.planisphere.planner.offer.Worlds.world;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.platform.Shape;
import org.planisphere.planner.task.Range;

/** A platform of 40 cores, of which one run can have 8: five machines. */
class LargestRunTest {
    private static PlatformDescription spread(List<Shape> shapes) {
        PlatformDescription p = platform("cluster", amounts(40, 160, 1000), Duration.ZERO, Duration.ZERO, shapes);
        return new PlatformDescription(
                p.id(),
                p.name(),
                p.description(),
                p.capacity(),
                amounts(8, 32, 1000),
                p.executables(),
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
                p.network(),
                p.metrics(),
                p.unenforced());
    }

    @Test
    void refusesWhatNoMachineHas() {
        Decision decision = world(spread(List.of()))
                .asking(task(Range.of(9, 20), Range.OPEN))
                .decide();
        assertThat(decision.yes()).isFalse();
        assertThat(decision.messages().get(0).text()).contains("one run on Platform cluster");
        assertThat(codes(decision.messages())).doesNotHaveDuplicates();
    }

    @Test
    void growsToAMachineAndNoFurther() {
        Decision decision = world(spread(List.of()))
                .asking(task(Range.of(1, 20), Range.of(1, 100)))
                .decide();
        assertThat(decision.drafts()).isNotEmpty().allSatisfy(draft -> {
            assertThat(draft.granted().cores()).isLessThanOrEqualTo(8);
            assertThat(draft.granted().memory()).isLessThanOrEqualTo(32 * 1024);
        });
        assertThat(decision.drafts())
                .anySatisfy(draft -> assertThat(draft.granted().cores()).isEqualTo(8));
    }

    @Test
    void offersNoShapeThatNoMachineHolds() {
        List<Shape> shapes =
                List.of(new Shape("small", amounts(4, 16, 0), 1), new Shape("huge", amounts(16, 64, 0), 1));
        assertThat(world(spread(shapes))
                        .asking(task(Range.of(2, 16), Range.OPEN))
                        .decide()
                        .drafts())
                .isNotEmpty()
                .allSatisfy(draft -> assertThat(draft.shape()).isEqualTo("small"));
        assertThat(world(spread(shapes))
                        .asking(task(Range.of(8, 16), Range.OPEN))
                        .decide()
                        .yes())
                .isFalse();
    }
}
