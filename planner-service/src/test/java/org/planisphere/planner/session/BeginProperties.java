package org.planisphere.planner.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.planisphere.planner.ledger.Reservation;
import org.planisphere.planner.task.Interval;

/** When a run begins that is prepared sooner than was quoted. */
class BeginProperties {
    /** Wherever its time lies and however wide it is, and whether or not the planner dies before it. */
    @Property(tries = 100)
    void noRunBeginsBeforeANamedStartAndEveryRunKeepsToWhatIsReserved(
            @ForAll @IntRange(min = 1, max = 7200) int seconds,
            @ForAll @IntRange(max = 600) int width,
            @ForAll boolean named,
            @ForAll boolean dies) {
        try (Planner planner = Planner.onH2()) {
            Instant from = Planner.BEGIN.plusSeconds(seconds);
            Interval start = new Interval(from, from.plusSeconds(width));
            UUID id = planner.offer(Planner.ALICE, 1, start, 1, named)
                    .offers()
                    .get(0)
                    .id();
            assertThat(planner.sessions.accept(id, Planner.ALICE)).isInstanceOf(Answer.Done.class);
            planner.settle();
            if (dies) {
                planner.restart();
            }
            Reservation reserved = planner.ledger.reservations().stream()
                    .filter(one -> one.id().equals(id))
                    .findFirst()
                    .orElseThrow();
            planner.advance(Duration.between(planner.time.now(), from));
            planner.settle();
            Session session = planner.session(id);
            assertThat(session.phase()).isEqualTo(Phase.RUNNING);
            Instant began = session.began();
            assertThat(began).isNotNull();
            if (named) {
                assertThat(start.contains(began)).isTrue();
            } else {
                assertThat(began).isBeforeOrEqualTo(start.end()).isAfterOrEqualTo(from.minusSeconds(10));
            }
            assertThat(began).isAfterOrEqualTo(reserved.window().from());
            assertThat(began.plus(session.schedule().duration()))
                    .isBeforeOrEqualTo(reserved.window().until());
            assertThat(session.schedule().start().contains(began)).isTrue();
        }
    }
}
