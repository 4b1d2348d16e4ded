package org.planisphere.planner.platform.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.planisphere.planner.ledger.Amounts;

class EndsTest {
    private static final Instant BEGAN = Instant.parse("2026-11-21T12:00:00Z");
    private static final Instant NOW = BEGAN.plusSeconds(60);

    private static Job job(String state, int code, int signal) {
        return new Job(1, "", "", state, "None", BEGAN, NOW, Amounts.NONE, code, signal);
    }

    private static String end(Map<String, Object> record) {
        return record.get("end") + " " + record.get("code");
    }

    @ParameterizedTest(name = "{0} {1} without a word of the supervisor is {2}")
    @CsvSource({
        "TIMEOUT, true, OUT_OF_TIME -1",
        "OUT_OF_MEMORY, true, OUT_OF_MEMORY -1",
        "OUT_OF_MEMORY, false, OUT_OF_MEMORY -1",
        "CANCELLED, true, LOST -1",
        "PREEMPTED, true, LOST -1",
        "NODE_FAIL, false, LOST -1",
        "BOOT_FAIL, false, LOST -1",
        "DEADLINE, true, LOST -1",
        "COMPLETED, true, LOST -1",
        "FAILED, true, LOST -1",
        "FAILED, false, FAILED 127"
    })
    void isWhatSlurmSays(String state, boolean begun, String expected) {
        assertThat(end(Ends.of(null, job(state, 127, 0), false, begun, BEGAN, NOW)))
                .isEqualTo(expected);
    }

    @Test
    void theSupervisorsWordCountsWhereItKnows() {
        Map<String, Object> word = Map.of("end", "FAILED", "code", 5, "detail", "It ended with exit code 5.");
        assertThat(Ends.whole(word)).isTrue();
        assertThat(end(Ends.of(word, job("FAILED", 5, 0), false, true, BEGAN, NOW)))
                .isEqualTo("FAILED 5");
    }

    @Test
    void aKilledProgramIsOutOfMemoryWhenSlurmSaysSo() {
        Map<String, Object> word = Map.of("end", "FAILED", "code", 137, "detail", "It was ended by signal 9.");
        assertThat(Ends.whole(word)).isFalse();
        assertThat(end(Ends.of(word, job("OUT_OF_MEMORY", 0, 125), false, true, BEGAN, NOW)))
                .isEqualTo("OUT_OF_MEMORY 137");
        assertThat(end(Ends.of(word, job("FAILED", 137, 0), false, true, BEGAN, NOW)))
                .isEqualTo("FAILED 137");
    }

    @Test
    void whatEndedTheSupervisorIsToldBySlurm() {
        Map<String, Object> word = Map.of("end", "LOST", "code", 143, "detail", "The host ended it.");
        assertThat(end(Ends.of(word, job("TIMEOUT", 0, 0), false, true, BEGAN, NOW)))
                .isEqualTo("OUT_OF_TIME 143");
        assertThat(end(Ends.of(word, job("CANCELLED", 0, 15), true, true, BEGAN, NOW)))
                .isEqualTo("CANCELLED 143");
    }

    @Test
    void whatWeCancelledIsCancelledThoughNobodyKnowsItsJob() {
        assertThat(end(Ends.of(null, null, true, false, BEGAN, NOW))).isEqualTo("CANCELLED -1");
        assertThat(end(Ends.of(null, null, false, true, BEGAN, NOW))).isEqualTo("LOST -1");
    }

    @Test
    void itNeverEndsBeforeItBegan() {
        Job early = new Job(1, "", "", "CANCELLED", "None", NOW, BEGAN, Amounts.NONE, 0, 0);
        Map<String, Object> end = Ends.of(null, early, true, false, NOW, NOW);
        assertThat((Double) end.get("until")).isGreaterThanOrEqualTo((Double) end.get("since"));
    }
}
