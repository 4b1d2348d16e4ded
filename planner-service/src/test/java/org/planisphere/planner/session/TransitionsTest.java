package org.planisphere.planner.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TransitionsTest {
    /** The table as the standard's phases mean it, written a second time. */
    private static final Set<String> ALLOWED = Set.of(
            "INITIAL OFFERED",
            "OFFERED ACCEPTED",
            "OFFERED REJECTED",
            "OFFERED EXPIRED",
            "ACCEPTED WAITING",
            "ACCEPTED PREPARING",
            "ACCEPTED CANCELLED",
            "ACCEPTED FAILED",
            "WAITING PREPARING",
            "WAITING CANCELLED",
            "WAITING FAILED",
            "PREPARING AVAILABLE",
            "PREPARING CANCELLED",
            "PREPARING FAILED",
            "AVAILABLE RUNNING",
            "AVAILABLE CANCELLED",
            "AVAILABLE FAILED",
            "RUNNING RELEASING",
            "RELEASING COMPLETED",
            "RELEASING FAILED",
            "RELEASING CANCELLED");

    static Stream<Arguments> everyPair() {
        return Arrays.stream(Phase.values())
                .flatMap(from -> Arrays.stream(Phase.values()).map(to -> Arguments.of(from, to)));
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("everyPair")
    void allowsExactlyTheTable(Phase from, Phase to) {
        assertThat(Transitions.allowed(from, to)).isEqualTo(ALLOWED.contains(from + " " + to));
    }

    @ParameterizedTest(name = "{0} to {1}")
    @MethodSource("everyPair")
    void whatHasEndedNeverChanges(Phase from, Phase to) { // I5
        if (from.terminal()) {
            assertThat(Transitions.allowed(from, to)).isFalse();
        }
    }

    @Test
    void everyPhaseThatHasNotEndedCanEnd() {
        for (Phase phase : Phase.values()) {
            assertThat(endsFrom(phase)).as(phase.name()).isTrue();
        }
    }

    private static boolean endsFrom(Phase phase) {
        return phase.terminal()
                || Arrays.stream(Phase.values()).anyMatch(to -> Transitions.allowed(phase, to) && endsFrom(to));
    }
}
