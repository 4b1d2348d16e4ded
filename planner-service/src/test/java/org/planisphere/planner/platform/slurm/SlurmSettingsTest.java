package org.planisphere.planner.platform.slurm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SlurmSettingsTest {
    @Test
    void theGroupThatPaysChoosesAccountAndQos() {
        SlurmSettings settings = SlurmSettings.usual(Map.of(
                "account",
                "guests",
                "accounts",
                Map.of("https://iam.example.org|lsst", Map.of("account", "lsst", "qos", "high"))));
        assertThat(settings.bill(List.of("https://iam.example.org|lsst")))
                .isEqualTo(new SlurmSettings.Bill("lsst", "high"));
        assertThat(settings.bill(List.of("https://elsewhere|lsst"))).isEqualTo(new SlurmSettings.Bill("guests", ""));
        assertThat(settings.bill(List.of())).isEqualTo(new SlurmSettings.Bill("guests", ""));
    }

    @Test
    void tellsAllFaultsAtOnce() {
        assertThatThrownBy(() -> SlurmSettings.usual(Map.of(
                        "partition", "a b",
                        "account", "--uid=0",
                        "poll", "1ms",
                        "python", "python3",
                        "rest", Map.of("url", "ftp://x"),
                        "colour", "red")))
                .hasMessageContainingAll(
                        "slurm.partition",
                        "slurm.account",
                        "slurm.poll: must be from 100ms to 10m",
                        "slurm.python: must be a path from the root",
                        "slurm.rest.url",
                        "slurm.rest.user: is missing",
                        "slurm.rest.token: is missing",
                        "slurm.colour: is not known here");
    }
}
