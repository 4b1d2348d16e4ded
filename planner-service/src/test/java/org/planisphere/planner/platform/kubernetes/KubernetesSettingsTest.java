package org.planisphere.planner.platform.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KubernetesSettingsTest {
    @Test
    void theGroupThatPaysChoosesNamespaceAndQueue() {
        KubernetesSettings settings = KubernetesSettings.usual(Map.of(
                "namespace",
                "guests",
                "queue",
                "shared",
                "volume",
                Map.of("claim", "work"),
                "groups",
                Map.of("https://iam.example.org|lsst", Map.of("namespace", "lsst"))));
        assertThat(settings.home(List.of("https://iam.example.org|lsst")))
                .isEqualTo(new KubernetesSettings.Home("lsst", "shared"));
        assertThat(settings.home(List.of())).isEqualTo(new KubernetesSettings.Home("guests", "shared"));
        assertThat(settings.namespaces()).containsExactly("guests", "lsst");
    }

    @Test
    void tellsAllFaultsAtOnce() {
        assertThatThrownBy(() -> KubernetesSettings.usual(Map.of(
                        "namespace", "A b",
                        "volume", Map.of("claim", "work", "host", "/srv"),
                        "expose", "NodePort",
                        "nodes", Map.of("a b", "c"),
                        "blocked", List.of("everything"),
                        "poll", "1ms",
                        "kubeconfig", "here",
                        "colour", "red")))
                .hasMessageContainingAll(
                        "kubernetes.namespace",
                        "kubernetes.volume",
                        "kubernetes.address: is missing",
                        "kubernetes.nodes.a b",
                        "kubernetes.blocked: everything is no network",
                        "kubernetes.poll: must be from 100ms to 10m",
                        "kubernetes.kubeconfig: must be a path from the root",
                        "kubernetes.colour: is not known here");
    }

    @Test
    void refusesAPathThatLeavesTheVolume() {
        assertThatThrownBy(
                        () -> KubernetesSettings.usual(Map.of("volume", Map.of("claim", "work", "path", "a/../../b"))))
                .hasMessageContaining("kubernetes.volume.path");
    }

    @Test
    void neverTellsWhatIsInAKubeconfig(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("kubeconfig"), "users: [{user: {token: s3cret-token, x: [}");
        KubernetesSettings settings =
                KubernetesSettings.usual(Map.of("kubeconfig", file.toString(), "volume", Map.of("claim", "work")));
        assertThatThrownBy(() -> Cluster.of("pods", settings))
                .isInstanceOf(IllegalStateException.class)
                .hasNoCause()
                .hasMessageContaining("cannot be used as kubeconfig")
                .message()
                .doesNotContain("s3cret");
    }
}
