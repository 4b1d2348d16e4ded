package org.planisphere.planner.platform.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.planner.platform.Archive;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.PlatformContract;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.Section;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.platform.container.Podman;
import org.planisphere.planner.staging.Delegations;
import org.planisphere.planner.staging.WorkFolders;

/**
 * The contract on the client library's test server, which knows no controllers, with a node of podman's behind it: see
 * {@link PodmanNode} for what is played. The planner has the rights of the documentation's manifest and no others.
 */
class KubernetesPlatformTest extends PlatformContract {
    @TempDir
    Path root;

    private final Podman podman = Podman.needed();
    private ApiServer server;
    private PodmanNode node;

    static PlatformSettings common(Map<String, Object> more) {
        Map<String, Object> tree = new HashMap<>(Map.of(
                "id",
                "pods",
                "engine",
                "kubernetes",
                "capacity",
                Map.of("storage", "10GiB"),
                "limits",
                Map.of("output", "4MiB", "scratch", "64MiB", "grace", "1s")));
        tree.putAll(more);
        return PlatformSettings.of(new Section("platforms[0]", tree), PlatformSettings.Defaults.USUAL);
    }

    static KubernetesSettings own(Path kubeconfig, WorkFolders folders, Map<String, Object> more) {
        Map<String, Object> tree = new HashMap<>(Map.of(
                "kubeconfig",
                kubeconfig.toString(),
                "volume",
                Map.of("host", folders.root().toString()),
                "image",
                PodmanNode.IMAGE,
                "images",
                List.of("localhost/*"),
                "poll",
                "200ms"));
        tree.putAll(more);
        return KubernetesSettings.usual(tree);
    }

    @Override
    @BeforeEach
    protected void openIt() {
        if (server == null) {
            try {
                server = new ApiServer(Rbac.ofTheDocumentation());
                node = new PodmanNode(server, podman, root);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        super.openIt();
    }

    @AfterEach
    void end() {
        node.close();
        server.close();
    }

    @Override
    protected Platform open() {
        try {
            KubernetesSettings own = own(server.kubeconfig(root), folders(), Map.of());
            return new KubernetesPlatform(common(Map.of()), own, Cluster.of("pods", own), folders());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected WorkFolders folders() {
        return new WorkFolders(root.resolve("work"), Delegations.NONE, Archive.depot());
    }

    @Override
    protected Optional<String> withoutUsage() {
        return Optional.of("a cluster's metrics are not read");
    }

    @Override
    protected Optional<String> withoutMemoryLimit() {
        return Optional.of(
                "podman play kube does not tell its pods' ends by memory; StateTest has the cluster's words");
    }

    @Override
    protected Optional<String> withoutFileLimit() {
        return Optional.of("Kubernetes has no limit for one file");
    }

    @Override
    protected boolean keepsOneStream() {
        return true;
    }

    @Test
    void leavesNothingInTheClusterAfterwards() throws Exception {
        Work work = work(Duration.ofMinutes(1), "true");
        run(work);
        platform().release(work);
        await().atMost(PATIENCE)
                .until(() -> server.admin()
                                .batch()
                                .v1()
                                .jobs()
                                .inAnyNamespace()
                                .list()
                                .getItems()
                                .isEmpty()
                        && server.admin()
                                .pods()
                                .inAnyNamespace()
                                .list()
                                .getItems()
                                .isEmpty());
    }

    @Test
    void removesJobsThatBelongToNoSession() throws Exception {
        Work work = work(Duration.ofMinutes(5), "echo up; sleep 1000");
        launch(work);
        awaitOut(work, "up");
        kill(platform());
        folders().of(work.session()).delete();
        openIt();
        await().atMost(PATIENCE)
                .until(() ->
                        server.admin().pods().inAnyNamespace().list().getItems().isEmpty());
        assertThat(platform().observe(work.session())).isInstanceOf(Observation.Absent.class);
    }

    @Test
    void theRunIsAnOrdinaryUserWithNothingButItsFolder() throws Exception {
        Work work = work(
                Duration.ofMinutes(1),
                "grep -E '^(CapBnd|NoNewPrivs|Seccomp):' /proc/self/status; id -u; touch /x || echo shut;"
                        + " ls /var/run/secrets 2>/dev/null; echo left > /work/result;"
                        + " echo $((20 + 1)) '$(HOME) $$ $HOME' $(echo sub)");
        Observation.Ended end = run(work);
        assertThat(end.end()).as(end.detail() + out(work)).isEqualTo(Observation.End.SUCCEEDED);
        assertThat(out(work).lines().map(line -> line.replaceAll("\\s+", " ")))
                .contains("CapBnd: 0000000000000000", "NoNewPrivs: 1", "Seccomp: 2", "shut")
                .contains("21 $(HOME) $$ $HOME sub")
                .doesNotContain("0");
        platform().release(work);
        assertThat(results(work)).extracting(result -> result.name()).containsExactly("result");
    }

    @Test
    void theLimitsAreInThePodsControlGroup() throws Exception {
        Work work = work(
                Duration.ofMinutes(1),
                "cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null;"
                        + " cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/cpu.max 2>/dev/null");
        run(work);
        assertThat(out(work).lines()).anyMatch(line -> line.equals("67108864"));
        assertThat(out(work).lines()).anyMatch(line -> line.startsWith("100000"));
    }
}
