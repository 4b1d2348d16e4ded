package org.planisphere.planner.platform.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.planisphere.planner.ledger.Amounts;

class WordsTest {
    @ParameterizedTest
    @CsvSource({
        "7-00:00:00, P7D",
        "1-12, PT36H",
        "1-12:30, PT36H30M",
        "30, PT30M",
        "2:30, PT2M30S",
        "01:02:03, PT1H2M3S",
        "1-01:02:03, PT25H2M3S"
    })
    void readsLengthsOfTime(String text, Duration expected) {
        assertThat(Words.length(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"UNLIMITED", "Partition_Limit", "NONE", "-1"})
    void whatIsNoLengthIsNoLimit(String text) {
        assertThat(Words.length(text)).isNull();
    }

    @Test
    void readsInstantsAndLeavesOutWhatIsUnknown() {
        assertThat(Words.instant("2026-11-21T14:21:20")).isEqualTo(Instant.parse("2026-11-21T14:21:20Z"));
        assertThat(Words.instant("Unknown")).isNull();
        assertThat(Words.instant("N/A")).isNull();
    }

    @Test
    void theFirstOfTwoTokensCounts() {
        assertThat(Words.tokens("JobId=1 JobState=RUNNING Comment=x JobState=FAILED"))
                .containsEntry("JobState", "RUNNING");
    }

    @Test
    void readsResources() {
        assertThat(Words.amounts("cpu=2,mem=1.50G,node=1,billing=2,gres/gpu=3,gres/gpu:a100=1", "gpu"))
                .isEqualTo(new Amounts(2, 1536, 0, 3, 0));
        assertThat(Words.amounts("cpu=2,gres/gpu:a100=1", "gpu:a100")).isEqualTo(new Amounts(2, 0, 0, 1, 0));
        assertThat(Words.amounts("", "gpu")).isEqualTo(Amounts.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            value = {"gpu:a100:4(S:0-1),gpu:2;gpu;6", "gpu:a100:4(S:0-1),gpu:2;gpu:a100;4", "gpu;gpu;1", "(null);gpu;0"
            },
            delimiter = ';')
    void countsAccelerators(String gres, String wanted, long expected) {
        assertThat(Words.accelerators(gres, wanted)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "IDLE, true",
        "MIXED, true",
        "ALLOCATED+COMPLETING, true",
        "IDLE+CLOUD+POWERED_DOWN, true",
        "IDLE+DRAIN, false",
        "DOWN*, false",
        "IDLE*, false",
        "MIXED+MAINT, false",
        "UNKNOWN, false"
    })
    void knowsWhichNodesCanRunJobs(String state, boolean up) {
        assertThat(Words.up(state)).isEqualTo(up);
    }
}
