package org.planisphere.planner.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.planisphere.planner.offer.Message;
import org.planisphere.planner.session.Phase;
import org.planisphere.planner.session.SessionEvent;

class TellingTest {
    private static final UUID SESSION = UUID.fromString("00000000-0000-4000-8000-000000000001");
    private static final int BATCH = 2;

    private final Deque<List<SessionEvent>> looks = new ArrayDeque<>();
    private final List<Phase> told = new ArrayList<>();
    private boolean ended;

    @Test
    void theLastEventIsToldOfASessionThatEndsBetweenTheTwoLooks() {
        looks.add(List.of());
        looks.add(List.of(event(6, Phase.COMPLETED)));
        ended = true;

        assertThat(all()).isTrue();
        assertThat(told).containsExactly(Phase.COMPLETED);
    }

    @Test
    void aSessionThatIsGoneHasNothingMoreToSay() {
        ended = true;

        assertThat(all()).isTrue();
        assertThat(told).isEmpty();
    }

    @Test
    void whatGoesOnIsToldOfLater() {
        assertThat(all()).isFalse();

        looks.add(List.of(event(4, Phase.RUNNING)));
        assertThat(all()).isFalse();
        assertThat(told).containsExactly(Phase.RUNNING);
    }

    @Test
    void aLongPastIsToldToItsEnd() {
        looks.add(List.of(event(1, Phase.ACCEPTED), event(2, Phase.PREPARING)));
        looks.add(List.of(event(3, Phase.AVAILABLE), event(4, Phase.RUNNING)));
        looks.add(List.of(event(5, Phase.RELEASING), event(6, Phase.COMPLETED)));

        assertThat(all()).isTrue();
        assertThat(told)
                .containsExactly(
                        Phase.ACCEPTED,
                        Phase.PREPARING,
                        Phase.AVAILABLE,
                        Phase.RUNNING,
                        Phase.RELEASING,
                        Phase.COMPLETED);
    }

    private boolean all() {
        return Telling.all(() -> looks.isEmpty() ? List.of() : looks.remove(), BATCH, () -> ended, event -> {
            told.add(event.phase());
            return event.phase().terminal();
        });
    }

    private static SessionEvent event(long number, Phase phase) {
        Instant at = Instant.parse("2026-11-21T06:00:00Z");
        return new SessionEvent(
                SESSION, number, at, "phase", phase, new Message("moved", Message.Level.INFO, "On.", Map.of(), at));
    }
}
