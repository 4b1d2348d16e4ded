package org.planisphere.planner.platform.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.planisphere.foundation.http.GuardedHttp;
import org.planisphere.foundation.http.HttpRules;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.PlatformDescription;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.Section;
import org.planisphere.planner.staging.Staging;

class ClusterTest {
    private static final Cluster CLUSTER = new Cluster(
            "work",
            true,
            java.time.Duration.ofHours(1),
            0,
            0,
            List.of(
                    new Cluster.Node("a", true, 8, 2, 8192, 0),
                    new Cluster.Node("b", true, 8, 2, 16384, 2),
                    new Cluster.Node("c", false, 4, 2, 65536, 0)));

    @Test
    void eachCoreLeavesRoomForASupervisor() {
        assertThat(CLUSTER.all(32)).isEqualTo(new Amounts(20, 8192 + 16384 + 65536 - 20 * 32, 0, 2, 0));
        assertThat(CLUSTER.down(32)).isEqualTo(new Amounts(4, 65536 - 4 * 32, 0, 0, 0));
    }

    @Test
    void oneRunFitsOneNode() {
        assertThat(CLUSTER.largest(32)).isEqualTo(new Amounts(8, 16384 - 8 * 32, 0, 2, 0));
    }

    @Test
    void aJobIsAskedInProcessorsOfWholeCores() {
        assertThat(CLUSTER.processors(3)).isEqualTo(6);
    }

    @Test
    void thePartitionsBoundsCountForOneRun() {
        Cluster bounded = new Cluster("work", true, null, 4096, 6, CLUSTER.nodes());
        assertThat(bounded.largest(32)).isEqualTo(new Amounts(3, 4096 - 32, 0, 2, 0));
    }

    @Test
    void theOperatorsWordOnlyLowersWhatSlurmHas() {
        Section item = new Section(
                "platforms[0]",
                Map.of("id", "alpha", "capacity", Map.of("cores", 12, "memory", "1000GiB"), "slurm", Map.of()));
        PlatformSettings common = PlatformSettings.of(item, PlatformSettings.Defaults.USUAL);
        SlurmSettings own = SlurmSettings.of(item.section("slurm"));
        PlatformDescription description = SlurmDescription.of(
                common, own, CLUSTER, null, false, new Staging(List.of(), new GuardedHttp(HttpRules.NONE)));
        assertThat(description.capacity().cores()).isEqualTo(12);
        assertThat(description.capacity().memory()).isEqualTo(CLUSTER.all(32).memory());
        assertThat(description.capacity().accelerators()).isEqualTo(2);
        assertThat(description.largest().cores()).isEqualTo(8);
        assertThat(description.longest()).isEqualTo(java.time.Duration.ofMinutes(58));
    }
}
