package org.planisphere.planner.platform.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatusBuilder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.LiveConnector;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.PlatformException;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.staging.WorkFolders;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Label;

/** What is asked of a cluster, and what becomes of what it says. The tests play its controllers through its interface. */
class KubernetesWireTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String GROUP = "https://iam.example.org|lsst";

    @TempDir
    Path root;

    private Rbac rbac;
    private ApiServer server;
    private WorkFolders folders;
    private KubernetesPlatform platform;

    @BeforeEach
    void begin() throws IOException {
        rbac = Rbac.ofTheDocumentation();
        server = new ApiServer(rbac);
        folders = new WorkFolders(root.resolve("work"));
        server.admin().resource(PodmanNode.node("one", "4", "8Gi")).create();
    }

    private void open(Map<String, Object> more) throws IOException {
        Map<String, Object> own = new HashMap<>(Map.of(
                "groups",
                Map.of(GROUP, Map.of("namespace", "lsst")),
                "volume",
                Map.of("claim", "work", "path", "planner/work")));
        own.putAll(more);
        KubernetesSettings settings = KubernetesPlatformTest.own(server.kubeconfig(root), folders, own);
        platform = new KubernetesPlatform(
                KubernetesPlatformTest.common(Map.of("network", true)),
                settings,
                Cluster.of("pods", settings),
                folders);
    }

    @AfterEach
    void end() {
        if (platform != null) {
            platform.close();
        }
        server.close();
    }

    private static Work work(List<Executable.Port> ports) {
        return new Work(
                UUID.randomUUID(),
                new Executable.DockerContainer(
                        KindRef.of(Kind.DOCKER_CONTAINER),
                        Label.NONE,
                        new Executable.Image(
                                List.of("elsewhere/x", "localhost/astro/tool:2"),
                                "sha256:" + "ab".repeat(32),
                                "x86_64",
                                "linux"),
                        false,
                        List.of("serve", "$(HOME)"),
                        "/entry",
                        Map.of("A", "b"),
                        ports),
                new Amounts(2, 512, 16, 0, 1),
                Duration.ofMinutes(10),
                List.of(),
                List.of(),
                List.of(),
                true,
                List.of(GROUP));
    }

    private Job job(Work work) {
        return server.admin()
                .batch()
                .v1()
                .jobs()
                .inNamespace("lsst")
                .withName(Launch.name(work.session()))
                .get();
    }

    /** What the Job controller and a kubelet would make of it. */
    private Pod begins(Work work, String state) {
        jobBegins(work);
        return podBegins(work, state);
    }

    private void jobBegins(Work work) {
        server.admin().resource(job(work)).editStatus(seen -> {
            seen.setStatus(new JobStatusBuilder()
                    .withStartTime(Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
                    .build());
            return seen;
        });
    }

    private Pod podBegins(Work work, String state) {
        Job job = job(work);
        Pod pod = new PodBuilder()
                .withMetadata(job.getSpec().getTemplate().getMetadata())
                .editMetadata()
                .withName(job.getMetadata().getName() + "-abcde")
                .withNamespace("lsst")
                .endMetadata()
                .withSpec(job.getSpec().getTemplate().getSpec())
                .withStatus(status(state))
                .build();
        return server.admin().resource(pod).create();
    }

    private static PodStatus status(String state) {
        return new PodStatusBuilder()
                .withPhase("Running")
                .withContainerStatuses(new ContainerStatusBuilder()
                        .withName(Launch.CONTAINER)
                        .withState(io.fabric8.kubernetes.client.utils.Serialization.unmarshal(
                                state, io.fabric8.kubernetes.api.model.ContainerState.class))
                        .build())
                .build();
    }

    private static String running() {
        return "{\"running\":{\"startedAt\":\"" + Instant.now().truncatedTo(ChronoUnit.SECONDS) + "\"}}";
    }

    private void says(Pod pod, String state) {
        server.admin()
                .pods()
                .inNamespace("lsst")
                .withName(pod.getMetadata().getName())
                .editStatus(seen -> {
                    seen.setStatus(status(state));
                    return seen;
                });
    }

    private void launch(Work work) throws PlatformException {
        platform.prepare(work, said -> {});
        platform.start(work);
    }

    private void awaitRunning(Work work) {
        await().atMost(PATIENCE).until(() -> platform.observe(work.session()) instanceof Observation.Running);
    }

    private Observation.Ended ended(Work work) {
        await().atMost(PATIENCE).until(() -> platform.observe(work.session()) instanceof Observation.Ended);
        return (Observation.Ended) platform.observe(work.session());
    }

    @Test
    void theJobSaysEverythingThatBoundsIt() throws Exception {
        open(Map.of("queue", "astro", "runtime", "gvisor", "nodes", Map.of("disk", "quick")));
        Work work = work(List.of());
        launch(work);

        Job job = job(work);
        assertThat(job.getMetadata().getLabels()).containsEntry("kueue.x-k8s.io/queue-name", "astro");
        assertThat(job.getSpec().getSuspend()).isTrue();
        assertThat(job.getSpec().getBackoffLimit()).isZero();
        assertThat(job.getSpec().getActiveDeadlineSeconds()).isEqualTo(3600 + 600 + 1 + 5);
        PodSpec pod = job.getSpec().getTemplate().getSpec();
        assertThat(pod.getRestartPolicy()).isEqualTo("Never");
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(pod.getHostNetwork()).isNull();
        assertThat(pod.getRuntimeClassName()).isEqualTo("gvisor");
        assertThat(pod.getNodeSelector())
                .containsEntry("disk", "quick")
                .containsEntry("kubernetes.io/arch", "amd64")
                .containsEntry("kubernetes.io/os", "linux");
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getRunAsUser()).isPositive();
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        Container container = pod.getContainers().get(0);
        assertThat(container.getImage()).isEqualTo("localhost/astro/tool@sha256:" + "ab".repeat(32));
        assertThat(container.getCommand()).containsExactly("/entry");
        assertThat(container.getArgs()).containsExactly("serve", "$$(HOME)");
        assertThat(container.getResources().getLimits())
                .containsEntry("cpu", new Quantity("2"))
                .containsEntry("memory", new Quantity("512", "Mi"))
                .isEqualTo(container.getResources().getRequests());
        assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(pod.getVolumes().get(0).getPersistentVolumeClaim().getClaimName())
                .isEqualTo("work");
        assertThat(container.getVolumeMounts().get(0).getSubPath())
                .isEqualTo("planner/work/" + work.session() + "/work");
        await().atMost(PATIENCE)
                .until(() -> platform.observe(work.session())
                        .equals(new Observation.Pending("it waits in the cluster's queue")));
    }

    @Test
    void nobodyReachesARunOrIsReachedByItButWhereThatWasGranted() throws Exception {
        open(Map.of());
        String owner = "planisphere-pods-"
                + Integer.toHexString(folders.root().toString().hashCode());
        var shut = server.admin()
                .network()
                .v1()
                .networkPolicies()
                .inNamespace("lsst")
                .withName(owner + "-shut")
                .get();
        assertThat(shut.getSpec().getPolicyTypes()).containsExactly("Ingress", "Egress");
        assertThat(shut.getSpec().getIngress()).isEmpty();
        assertThat(shut.getSpec().getEgress()).isEmpty();
        var out = server.admin()
                .network()
                .v1()
                .networkPolicies()
                .inNamespace("lsst")
                .withName(owner + "-open")
                .get();
        assertThat(out.getSpec().getPodSelector().getMatchLabels()).containsEntry(Launch.NETWORK, "granted");
        assertThat(out.getSpec().getEgress().get(0).getTo().get(0).getIpBlock().getExcept())
                .containsExactly("169.254.0.0/16");
    }

    @Test
    void aRunWithPortsUsesEveryRuleOfTheManifest() throws Exception {
        open(Map.of());
        platform.close();
        open(Map.of());
        server.logs(pod -> "up\n");
        Work work = work(List.of(new Executable.Port(true, 8080, "HTTP", "/lab")));
        launch(work);
        Pod pod = begins(work, running());
        awaitRunning(work);
        await().atMost(PATIENCE)
                .until(() -> platform.connectors(work.session())
                        .equals(List.of(new LiveConnector("port", "HTTP", "http://10.96.0.7:8080/lab", 8080))));
        await().atMost(PATIENCE)
                .until(() ->
                        java.nio.file.Files.exists(folders.of(work.session()).stdout())
                                && java.nio.file.Files.readString(
                                                folders.of(work.session()).stdout())
                                        .equals("up\n"));
        // The cluster ends it by itself soon after its time, though the planner be gone.
        await().atMost(PATIENCE).until(() -> job(work).getSpec().getActiveDeadlineSeconds() < 700);

        try (RandomAccessFile file = new RandomAccessFile(
                folders.of(work.session()).work().resolve("big").toFile(), "rw")) {
            file.setLength(40L << 20);
        }
        Observation.Ended end = ended(work);
        assertThat(end.end()).as(end.detail()).isEqualTo(Observation.End.OUT_OF_STORAGE);
        platform.release(work);
        assertThat(server.admin().services().inNamespace("lsst").list().getItems())
                .isEmpty();
        assertThat(server.calls()).noneMatch(call -> call.contains("/secrets"));
        assertThat(rbac.unused()).isEmpty();
        assertThat(pod.getMetadata().getNamespace()).isEqualTo("lsst");
    }

    @Test
    void theClusterEndsItByItselfThoughThePodWasSeenToRunBeforeItsJob() throws Exception {
        open(Map.of());
        Work work = work(List.of());
        launch(work);
        podBegins(work, running());
        awaitRunning(work);
        assertThat(job(work).getSpec().getActiveDeadlineSeconds()).isGreaterThan(700);
        jobBegins(work);
        await().atMost(PATIENCE).until(() -> job(work).getSpec().getActiveDeadlineSeconds() < 700);
    }

    @Test
    void goesOnWhenWhatItWatchedIsForgotten() throws Exception {
        // 410 is a cluster's word for it, 503 that of one that restarts.
        server.fails("jobs?allowWatchBookmarks", 410);
        server.fails("pods?allowWatchBookmarks", 410);
        server.fails("pods?allowWatchBookmarks", 503);
        open(Map.of());
        Work work = work(List.of());
        launch(work);
        Pod pod = begins(work, running());
        awaitRunning(work);
        says(pod, "{\"terminated\":{\"exitCode\":5,\"reason\":\"Error\"}}");
        assertThat(ended(work).exitCode()).isEqualTo(5);
    }

    @Test
    void aJobThatSomebodyRemovedIsLost() throws Exception {
        open(Map.of());
        Work work = work(List.of());
        launch(work);
        server.admin().resource(job(work)).delete();
        assertThat(ended(work).end()).isEqualTo(Observation.End.LOST);
    }

    @Test
    void anImageThatCannotBeHadIsAnEnd() throws Exception {
        open(Map.of("patience", "0s"));
        Work work = work(List.of());
        launch(work);
        begins(work, "{\"waiting\":{\"reason\":\"ImagePullBackOff\",\"message\":\"manifest unknown\"}}");
        Observation.Ended end = ended(work);
        assertThat(end.end()).isEqualTo(Observation.End.FAILED);
        assertThat(end.detail()).contains("manifest unknown");
    }

    @Test
    void memoryIsTheClustersWord() throws Exception {
        open(Map.of());
        Work work = work(List.of());
        launch(work);
        Pod pod = begins(work, running());
        awaitRunning(work);
        says(pod, "{\"terminated\":{\"exitCode\":137,\"reason\":\"OOMKilled\"}}");
        assertThat(ended(work).end()).isEqualTo(Observation.End.OUT_OF_MEMORY);
    }

    @Test
    void tellsWhatTheClusterRefuses() throws Exception {
        open(Map.of());
        Work work = work(List.of());
        platform.prepare(work, said -> {});
        server.fails("POST /apis/batch", 422);
        assertThatThrownBy(() -> platform.start(work))
                .isInstanceOf(PlatformException.class)
                .hasMessage("the cluster refused it: as the test wanted");
        platform.release(work);
        assertThat(platform.observe(work.session())).isInstanceOf(Observation.Absent.class);
    }

    @Test
    void offersWhatNodesHaveAndOthersLeave() throws Exception {
        server.admin()
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName("database")
                        .withNamespace("others")
                        .endMetadata()
                        .withNewSpec()
                        .withNodeName("one")
                        .addNewContainer()
                        .withName("db")
                        .withNewResources()
                        .addToRequests("cpu", new Quantity("1500m"))
                        .addToRequests("memory", new Quantity("1Gi"))
                        .endResources()
                        .endContainer()
                        .endSpec()
                        .withNewStatus()
                        .withPhase("Running")
                        .endStatus()
                        .build())
                .create();
        open(Map.of());
        assertThat(platform.describe().capacity().cores()).isEqualTo(4);
        assertThat(platform.describe().largest().cores()).isEqualTo(2);
        assertThat(platform.occupied()).singleElement().satisfies(taken -> {
            assertThat(taken.amounts().cores()).isEqualTo(2);
            assertThat(taken.amounts().memory()).isEqualTo(1024);
        });
        assertThat(platform.enforced()).anyMatch(text -> text.contains("1 nodes take runs"));
    }

    @Test
    void aPlannerThatMayNotSaysSoAtItsStart() {
        server.fails("GET /api/v1/nodes", 403);
        assertThatThrownBy(() -> open(Map.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cannot be used: as the test wanted");
    }
}
