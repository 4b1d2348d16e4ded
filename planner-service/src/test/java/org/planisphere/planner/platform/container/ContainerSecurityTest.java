package org.planisphere.planner.platform.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.Estimate;
import org.planisphere.planner.platform.LiveConnector;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.PlatformException;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.staging.ResultFile;
import org.planisphere.planner.staging.WorkFolders;
import org.planisphere.planner.task.ComputeRequest;
import org.planisphere.planner.task.DataRequest;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Label;
import org.planisphere.planner.task.Range;
import org.planisphere.planner.task.ScheduleRequest;
import org.planisphere.planner.task.Task;
import org.planisphere.planner.task.Volume;

/** Images, ports and data of containers; and what a hostile container cannot do. With a real podman and a real registry. */
class ContainerSecurityTest {
    @TempDir
    Path root;

    private final Podman podman = Podman.needed();
    private WorkFolders folders;
    private Path data;
    private ContainerPlatform platform;

    @BeforeEach
    void open() throws Exception {
        folders = new WorkFolders(root.resolve("work"));
        data = Files.createDirectories(root.resolve("data"));
        Files.writeString(data.resolve("stars.csv"), "Sirius,-1.46\n");
        platform = platform(Map.of(), Map.of());
    }

    private ContainerPlatform platform(Map<String, Object> common, Map<String, Object> own) {
        Map<String, Object> all = new java.util.HashMap<>(Map.of("files", List.of(data.toString())));
        all.putAll(common);
        return new ContainerPlatform(
                ContainerPlatformTest.common(all), ContainerPlatformTest.own(podman, own), folders);
    }

    private void reopen(Map<String, Object> common, Map<String, Object> own) {
        platform.close();
        platform = platform(common, own);
    }

    @AfterEach
    void close() {
        platform.close();
    }

    private static Executable.DockerContainer container(
            List<String> locations, String digest, List<String> command, List<Executable.Port> ports) {
        return new Executable.DockerContainer(
                KindRef.of(Kind.DOCKER_CONTAINER),
                Label.NONE,
                new Executable.Image(locations, digest, "amd64", "linux"),
                false,
                command,
                null,
                Map.of("GREETING", "hello; $(id) `id`\n../"),
                ports);
    }

    private static Executable.DockerContainer shell(String script) {
        return container(List.of(Podman.IMAGE), null, List.of("sh", "-c", script), List.of());
    }

    private static Work work(Executable executable, List<DataRequest> data, List<Volume> volumes) {
        return new Work(
                UUID.randomUUID(),
                executable,
                new Amounts(1, 64, 16, 0, 1),
                Duration.ofMinutes(1),
                List.of(),
                data,
                volumes,
                true);
    }

    private static Work work(Executable executable) {
        return work(executable, List.of(), List.of());
    }

    private static Task task(Work work) {
        ComputeRequest compute = new ComputeRequest(
                KindRef.of(Kind.SIMPLE_COMPUTE), Label.NONE, Range.OPEN, Range.OPEN, List.of(), work.volumes());
        return new Task(
                work.executable(), compute, work.storage(), work.data(), ScheduleRequest.ANY, List.of(), List.of());
    }

    private List<String> objections(Executable executable) {
        return platform.examine(task(work(executable))).stream()
                .map(Objection::code)
                .toList();
    }

    private Observation.Ended run(Work work) throws PlatformException {
        platform.prepare(work, step -> {});
        platform.start(work);
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> platform.observe(work.session()) instanceof Observation.Ended);
        return (Observation.Ended) platform.observe(work.session());
    }

    private String out(Work work) throws Exception {
        return Files.readString(folders.of(work.session()).stdout());
    }

    // Images

    @Test
    void pullsByDigestAfterLocationsThatHaveNoSuchImageAndLearnsHowLongItTakes() throws Exception {
        String digest = podman.publish(Podman.IMAGE, "test/pulled");
        String good = podman.registry() + "/test/pulled";
        reopen(Map.of(), Map.of("images", List.of(podman.registry() + "/test/*"), "pulling", "77s"));
        Executable task = container(
                List.of(podman.registry() + "/test/none", good), digest, List.of("echo", "pulled"), List.of());
        assertThat(objections(task)).isEmpty();
        assertThat(platform.estimate(task(work(task))).preparing()).isEqualTo(Duration.ofSeconds(78));

        Work work = work(task);
        List<String> steps = new ArrayList<>();
        platform.prepare(work, steps::add);
        assertThat(run(work).end()).isEqualTo(Observation.End.SUCCEEDED);
        assertThat(out(work)).isEqualTo("pulled\n");
        assertThat(steps).anyMatch(step -> step.startsWith("Pulling " + good)).anyMatch(step -> step.contains(digest));
        assertThat(platform.estimate(task(work))).as("it is here now").isEqualTo(Estimate.usual(platform.describe()));

        podman.run("rmi", "--force", good + "@" + digest);
        reopen(Map.of(), Map.of("images", List.of(podman.registry() + "/test/*"), "pulling", "77s"));
        assertThat(platform.estimate(task(work)).preparing())
                .as("what was measured is quoted next time")
                .isLessThan(Duration.ofSeconds(70))
                .isGreaterThan(Duration.ofSeconds(1));
    }

    @Test
    void anImageThatCannotBeHadFailsWithEveryReason() throws Exception {
        String registry = podman.registry();
        reopen(Map.of(), Map.of("images", List.of(registry + "/*")));
        Work work = work(container(
                List.of(registry + "/test/none:1", registry + "/test/nil:2"), null, List.of("true"), List.of()));
        assertThatThrownBy(() -> platform.prepare(work, step -> {}))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("none:1")
                .hasMessageContaining("nil:2");
        assertThat(platform.observe(work.session())).isInstanceOf(Observation.Absent.class);
    }

    @Test
    void refusesImagesTheOperatorDoesNotAllow() {
        assertThat(objections(container(List.of("docker.io/evil/miner"), null, List.of(), List.of())))
                .containsExactly("image-not-allowed");
        assertThat(objections(container(List.of("-v/:/host"), null, List.of(), List.of())))
                .containsExactly("image-not-allowed");
        assertThat(objections(container(List.of("localhost/../etc"), null, List.of(), List.of())))
                .containsExactly("image-not-allowed");
        reopen(Map.of(), Map.of("pinned", true));
        assertThat(objections(shell("true"))).containsExactly("image-not-allowed");
    }

    @Test
    void refusesPrivilegedContainersAndOtherMachines() {
        Executable.DockerContainer plain = shell("true");
        assertThat(objections(new Executable.DockerContainer(
                        plain.kind(), plain.label(), plain.image(), true, plain.command(), null, Map.of(), List.of())))
                .containsExactly("privileged-not-possible");
        Executable.Image arm = new Executable.Image(List.of(Podman.IMAGE), null, "s390x", "linux");
        assertThat(objections(new Executable.DockerContainer(
                        plain.kind(), plain.label(), arm, false, plain.command(), null, Map.of(), List.of())))
                .containsExactly("image-not-possible");
    }

    // Ports

    @Test
    void publishesPortsOnLoopbackAndTellsWhere() throws Exception {
        reopen(Map.of("network", true), Map.of());
        Work work = work(container(
                List.of(Podman.IMAGE),
                null,
                List.of("sh", "-c", "echo star > index.html; echo up; httpd -f -p 8080 -h /work"),
                List.of(new Executable.Port(true, 8080, "HTTP", "/index.html"))));
        platform.prepare(work, step -> {});
        platform.start(work);
        LiveConnector port = platform.connectors(work.session()).get(0);
        assertThat(port.kind()).isEqualTo("port");
        assertThat(port.internal()).isEqualTo(8080);
        assertThat(port.location()).startsWith("http://127.0.0.1:").endsWith("/index.html");
        HttpClient client = HttpClient.newHttpClient();
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(client.send(
                                        HttpRequest.newBuilder(URI.create(port.location()))
                                                .build(),
                                        HttpResponse.BodyHandlers.ofString())
                                .body())
                        .isEqualTo("star\n"));
        platform.cancel(work.session());
        assertThat(platform.connectors(work.session())).isEmpty();
    }

    // Escapes

    @Test
    void aContainerSeesNothingOfTheHostAndHasNoRights() throws Exception {
        Work work = work(shell("""
                id -u; grep -E 'CapEff|CapBnd|NoNewPrivs|Seccomp:' /proc/self/status
                touch /etc/x 2>/dev/null && echo 'wrote the root'; touch /x 2>/dev/null && echo 'wrote the root'
                ls /sys/class/net; mount -t tmpfs x /work 2>/dev/null && echo mounted
                mknod /work/sda b 8 0 2>/dev/null && echo 'made a device'
                ls /dev | grep -E 'sd|vd|nvme|mem|kmsg|fuse'; ls /run /var/run 2>/dev/null | grep -E 'sock|podman|docker'
                cat /proc/1/environ | tr '\\0' '\\n' | grep -i -E 'secret|token|CONTAINERS_CONF'; chroot / true 2>/dev/null && echo chrooted
                ps | grep -c java; echo "$GREETING"; echo 1 > /proc/sys/kernel/panic 2>/dev/null && echo 'set the kernel'
                cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null; true
                """));
        assertThat(run(work).end()).isEqualTo(Observation.End.SUCCEEDED);
        List<String> lines = out(work).lines().toList();
        assertThat(lines.get(0)).as("its user").matches("7\\d{8}");
        assertThat(lines)
                .contains(
                        "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2", "lo")
                .contains("hello; $(id) `id`", "../")
                .contains(String.valueOf(64 << 20))
                .noneMatch(line ->
                        line.matches("wrote.*|mounted|made.*|chrooted|set the.*|eth0|.*sock.*|sd.*|vd.*|kmsg|mem"));
    }

    @Test
    void linksOutOfTheWorkFolderAreNoResults() throws Exception {
        Work work =
                work(shell("ln -s /etc/passwd stolen; ln -s / root; mkdir d; ln -s ../../secret d/s; echo 1 > mine"));
        Files.writeString(root.resolve("secret"), "secret");
        run(work);
        platform.release(work);
        assertThat(folders.of(work.session()).results())
                .extracting(ResultFile::name)
                .containsExactly("mine");
    }

    @Test
    void processesAreBounded() throws Exception {
        Work work = work(shell("i=0; while [ $i -lt 200 ]; do sleep 30 & i=$((i+1)); done; echo all"));
        Observation.Ended end = run(work);
        assertThat(end.end()).isEqualTo(Observation.End.FAILED);
        assertThat(Files.readString(folders.of(work.session()).stderr())).contains("fork");
    }

    @Test
    void volumesCannotReachTheHost() {
        for (String path : List.of("/etc", "/proc/sys", "/work/../..", "../up", "/a:/etc", "/dev/x")) {
            Work work = work(shell("true"), List.of(stars()), List.of(volume(path)));
            assertThat(platform.examine(task(work)))
                    .as(path)
                    .extracting(Objection::code)
                    .contains("volume-not-possible");
        }
    }

    private DataRequest stars() {
        return new DataRequest(
                KindRef.of(Kind.SIMPLE_DATA),
                Label.named("stars"),
                null,
                data.resolve("stars.csv").toUri().toString(),
                Map.of());
    }

    private static Volume volume(String path) {
        return new Volume(KindRef.of(Kind.SIMPLE_VOLUME), Label.NONE, path, Volume.Mode.READONLY, "stars");
    }

    @Test
    void dataAppearsReadOnlyWhereItIsMounted() throws Exception {
        Work work = work(
                shell("cat /sky/stars.csv; echo x >> /sky/stars.csv && echo wrote; cp /sky/stars.csv copy.csv"),
                List.of(stars()),
                List.of(volume("/sky/stars.csv")));
        run(work);
        assertThat(out(work)).isEqualTo("Sirius,-1.46\n");
        platform.release(work);
        assertThat(folders.of(work.session()).results())
                .extracting(ResultFile::name)
                .containsExactly("copy.csv");
    }

    @Test
    void addressesOutsideOfWhatMayBeReadAreRefused() {
        for (String location : List.of("file:///etc/passwd", "http://127.0.0.1:1/", "http://169.254.169.254/latest")) {
            DataRequest secret = new DataRequest(KindRef.of(Kind.SIMPLE_DATA), Label.NONE, null, location, Map.of());
            assertThat(platform.examine(task(work(shell("true"), List.of(secret), List.of()))))
                    .as(location)
                    .extracting(Objection::code)
                    .containsExactly("data-not-reachable");
        }
    }

    @Test
    void moreOutputThanMayBeIsAnEnd() throws Exception {
        Work work = work(shell("head -c 9000000 /dev/zero; sleep 30"));
        Observation.Ended end = run(work);
        assertThat(end.end()).as(end.detail()).isEqualTo(Observation.End.OUT_OF_STORAGE);
        assertThat(Files.size(folders.of(work.session()).stdout())).isLessThanOrEqualTo(4 << 20);
    }
}
