package org.planisphere.planner.platform.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.planisphere.planner.ledger.Amounts;

class RoomTest {
    private static final Node ONE = PodmanNode.node("one", "3920m", "16Gi");
    private static final Node TWO = PodmanNode.node("two", "8", "8Gi");

    private static Pod pod(String node, String owner, String cores, String memory) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("runs")
                .addToLabels(Launch.PLATFORM, owner)
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .addNewContainer()
                .withNewResources()
                .addToRequests("cpu", new Quantity(cores))
                .addToRequests("memory", new Quantity(memory))
                .endResources()
                .endContainer()
                .endSpec()
                .build();
    }

    private static ResourceQuota quota(String cores, String used) {
        return new ResourceQuotaBuilder()
                .withNewStatus()
                .addToHard("limits.cpu", new Quantity(cores))
                .addToUsed("limits.cpu", new Quantity(used))
                .endStatus()
                .build();
    }

    private static Room of(List<Node> nodes, List<Pod> pods, List<ResourceQuota> quotas) {
        return Room.of(nodes, pods, Map.of("runs", quotas), Map.of(), "nvidia.com/gpu", "me");
    }

    @Test
    void countsWholeCoresOfEachNode() {
        Room room = of(List.of(ONE, TWO), List.of(), List.of());
        assertThat(room.total()).isEqualTo(new Amounts(11, 24 << 10, 0, 0, 220));
        assertThat(room.largest()).isEqualTo(new Amounts(8, 8 << 10, 0, 0, 110));
        assertThat(room.free()).isEqualTo(room.total());
        assertThat(room.machines()).containsExactly("amd64");
    }

    @Test
    void whatOthersHaveIsNotFreeAndWhatIsOursIs() {
        Room room = of(
                List.of(ONE, TWO),
                List.of(pod("one", "me", "2", "1Gi"), pod("two", "other", "500m", "1Gi")),
                List.of());
        assertThat(room.free().cores()).isEqualTo(3 + 7);
        assertThat(room.free().memory()).isEqualTo(23 << 10);
        assertThat(room.free().sessions()).isEqualTo(219);
        assertThat(room.largest().cores()).isEqualTo(7);
    }

    @Test
    void nodesThatTakeNobodyDoNotCount() {
        Node shut = new NodeBuilder(ONE)
                .editSpec()
                .withUnschedulable(true)
                .endSpec()
                .build();
        Node tainted = new NodeBuilder(TWO)
                .editSpec()
                .addNewTaint()
                .withKey("control")
                .withEffect("NoSchedule")
                .endTaint()
                .endSpec()
                .build();
        Node ill = new NodeBuilder(TWO)
                .editStatus()
                .editFirstCondition()
                .withStatus("Unknown")
                .endCondition()
                .endStatus()
                .build();
        assertThat(of(List.of(shut, tainted, ill), List.of(), List.of())).isEqualTo(Room.NONE);
        assertThat(Room.of(List.of(ONE, TWO), List.of(), Map.of(), Map.of("disk", "quick"), "nvidia.com/gpu", "me")
                        .nodes())
                .isZero();
    }

    @Test
    void aQuotaBoundsWhatThereIsAndOthersUseOfItWhatIsFree() {
        Room room = of(List.of(ONE, TWO), List.of(pod("one", "me", "2", "1Gi")), List.of(quota("6", "3")));
        assertThat(room.total().cores()).isEqualTo(6);
        assertThat(room.free().cores()).isEqualTo(5);
        assertThat(room.total().memory()).isEqualTo(24 << 10);
        assertThat(of(List.of(TWO), List.of(), List.of(quota("6", "4"))).free().cores())
                .isEqualTo(2);
    }
}
