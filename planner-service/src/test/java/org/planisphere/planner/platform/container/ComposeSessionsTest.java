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
import org.planisphere.planner.platform.LiveConnector;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.PlatformException;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.staging.ResultFile;
import org.planisphere.planner.staging.WorkFolders;
import org.planisphere.planner.task.ComputeRequest;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Label;
import org.planisphere.planner.task.Range;
import org.planisphere.planner.task.ScheduleRequest;
import org.planisphere.planner.task.Task;

/** The services of a Compose file as one session, with a real podman. */
class ComposeSessionsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

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
        platform = platform(Map.of());
    }

    private ContainerPlatform platform(Map<String, Object> common) {
        Map<String, Object> all = new java.util.HashMap<>(Map.of("files", List.of(data.toString())));
        all.putAll(common);
        return new ContainerPlatform(
                ContainerPlatformTest.common(all),
                ContainerPlatformTest.own(podman, Map.of("internal", true)),
                folders);
    }

    @AfterEach
    void close() {
        platform.close();
    }

    private static Executable.DockerCompose compose(String content) {
        return new Executable.DockerCompose(
                KindRef.of(Kind.DOCKER_COMPOSE),
                Label.NONE,
                null,
                content.replace("IMAGE", Podman.IMAGE),
                Map.of("GREETING", "hello"));
    }

    private static Work work(Executable executable) {
        return new Work(
                UUID.randomUUID(),
                executable,
                new Amounts(1, 96, 16, 0, 1),
                Duration.ofMinutes(2),
                List.of(),
                List.of(),
                List.of(),
                true);
    }

    private static Work work(String content) {
        return work(compose(content));
    }

    private List<Objection> objections(Executable executable) {
        ComputeRequest compute = new ComputeRequest(
                KindRef.of(Kind.SIMPLE_COMPUTE), Label.NONE, Range.OPEN, Range.OPEN, List.of(), List.of());
        return platform.examine(
                new Task(executable, compute, List.of(), List.of(), ScheduleRequest.ANY, List.of(), List.of()));
    }

    private void launch(Work work) throws PlatformException {
        platform.prepare(work, step -> {});
        platform.start(work);
    }

    private Observation.Ended run(Work work) throws PlatformException {
        launch(work);
        return end(work);
    }

    private Observation.Ended end(Work work) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> platform.observe(work.session()) instanceof Observation.Ended);
        return (Observation.Ended) platform.observe(work.session());
    }

    private String out(Work work) throws Exception {
        Path file = folders.of(work.session()).stdout();
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private void awaitOut(Work work, String line) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> out(work).lines().toList().contains(line));
    }

    private void awaitNothingIsLeft(Work work) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(podman.run("ps", "-a", "--format", "{{.Names}}"))
                    .doesNotContain(work.session().toString());
            assertThat(podman.run("network", "ls", "--format", "{{.Name}}"))
                    .doesNotContain(work.session().toString());
        });
    }

    @Test
    void aServiceWaitsForTheHealthOfAnotherAndFetchesFromItByName() throws Exception {
        Work work = work("""
                services:
                  web:
                    image: IMAGE
                    command: [sh, -c, "wget -q -O- http://sky:8080/stars.csv > got; cat got; echo $$PLANISPHERE_SERVICE $HELLO"]
                    environment: {HELLO: "${GREETING}"}
                    depends_on: {sky: {condition: service_healthy}, first: {condition: service_completed_successfully}}
                  first:
                    image: IMAGE
                    command: sh -c 'echo Sirius > /sky/stars.csv; echo made'
                    network_mode: none
                    volumes: [sky:/sky]
                  sky:
                    image: IMAGE
                    command: [sh, -c, "while [ ! -e /sky/stars.csv ]; do sleep 0.1; done; httpd -f -p 8080 -h /sky"]
                    healthcheck: {test: "wget -q -O /dev/null http://127.0.0.1:8080/stars.csv", interval: 200ms, retries: 400}
                    volumes: [{type: volume, source: sky, target: /sky, read_only: true}]
                volumes: {sky: }
                """.replace("$HELLO", "$$HELLO"));
        assertThat(objections(work.executable())).isEmpty();
        Observation.Ended end = run(work);
        assertThat(end.detail()).isEqualTo("It ended by itself.");
        assertThat(end.end()).isEqualTo(Observation.End.SUCCEEDED);
        assertThat(out(work).lines()).containsExactlyInAnyOrder("first | made", "web | Sirius", "web | web hello");
        awaitNothingIsLeft(work);
        platform.release(work);
        assertThat(folders.of(work.session()).results())
                .extracting(ResultFile::name)
                .containsExactly("got");
        assertThat(folders.of(work.session()).temporary()).doesNotExist();
    }

    @Test
    void theFirstServiceThatFailsEndsAllAndIsNamed() throws Exception {
        Work work = work("""
                services:
                  good: {image: IMAGE, command: [sh, -c, "echo up; touch up; sleep 1000"], network_mode: none}
                  bad: {image: IMAGE, command: [sh, -c, "while [ ! -e up ]; do sleep 0.05; done; printf last >&2; exit 7"], network_mode: none}
                """);
        Observation.Ended end = run(work);
        assertThat(end.end()).isEqualTo(Observation.End.FAILED);
        assertThat(end.exitCode()).isEqualTo(7);
        assertThat(end.detail()).isEqualTo("Service bad ended with exit code 7.");
        assertThat(out(work)).isEqualTo("good | up\n");
        assertThat(Files.readString(folders.of(work.session()).stderr())).isEqualTo("bad | last\n");
        awaitNothingIsLeft(work);
    }

    @Test
    void aServiceThatRunsOutOfMemoryIsNamed() throws Exception {
        Work work = work("""
                services:
                  small: {image: IMAGE, command: [sleep, "1000"], network_mode: none}
                  hungry:
                    image: IMAGE
                    command: [sh, -c, "x=$$(head -c 100000000 /dev/zero | tr '\\\\0' x); sleep 1; echo $${#x}"]
                    network_mode: none
                    deploy: {resources: {limits: {memory: 32m, cpus: "0.5"}}}
                """);
        Observation.Ended end = run(work);
        assertThat(end.end()).as(end.detail()).isEqualTo(Observation.End.OUT_OF_MEMORY);
        assertThat(end.detail()).isEqualTo("Service hungry used more memory than it was granted.");
    }

    @Test
    void whatCannotBeStartedIsNamed() throws Exception {
        Observation.Ended end = run(work("services: {lost: {image: IMAGE, command: [/no/such/program]}}"));
        assertThat(end.end()).isEqualTo(Observation.End.FAILED);
        assertThat(end.exitCode()).isEqualTo(127);
        assertThat(end.detail()).isEqualTo("Service lost: its program could not be started.");
    }

    @Test
    void aServiceThatDoesNotBecomeHealthyEndsTheSession() throws Exception {
        Work work = work("""
                services:
                  ill:
                    image: IMAGE
                    command: [sleep, "1000"]
                    healthcheck: {test: [CMD, "false"], interval: 100ms, retries: 2}
                  patient: {image: IMAGE, command: [echo, never], depends_on: {ill: {condition: service_healthy}}}
                """);
        Observation.Ended end = run(work);
        assertThat(end.end()).isEqualTo(Observation.End.FAILED);
        assertThat(end.detail()).startsWith("Service ill did not become healthy");
        assertThat(out(work)).isEmpty();
    }

    @Test
    void cancelLeavesNothing() throws Exception {
        Work work = work("""
                services:
                  web: {image: IMAGE, command: [sh, -c, "echo up; sleep 1000"], depends_on: [sky]}
                  sky: {image: IMAGE, command: [sleep, "1000"]}
                  never: {image: IMAGE, command: [echo, never], depends_on: {sky: {condition: service_completed_successfully}}}
                """);
        launch(work);
        awaitOut(work, "web | up");
        platform.cancel(work.session());
        assertThat(platform.observe(work.session())).isInstanceOf(Observation.Ended.class);
        assertThat(end(work).end()).isEqualTo(Observation.End.CANCELLED);
        awaitNothingIsLeft(work);
        assertThat(out(work)).isEqualTo("web | up\n");
    }

    @Test
    void anotherPlannerGoesOnWhereOneWasKilled() throws Exception {
        Work work = work("""
                services:
                  first: {image: IMAGE, command: [sh, -c, "echo one; while [ ! -e go ]; do sleep 0.05; done; echo two"]}
                  second: {image: IMAGE, command: [sh, -c, "echo three"], depends_on: {first: {condition: service_completed_successfully}}}
                """);
        launch(work);
        awaitOut(work, "first | one");
        platform.close();
        Files.createFile(folders.of(work.session()).work().resolve("go"));
        platform = platform(Map.of());
        assertThat(end(work).end()).isEqualTo(Observation.End.SUCCEEDED);
        assertThat(out(work)).isEqualTo("first | one\nfirst | two\nsecond | three\n");
        awaitNothingIsLeft(work);
    }

    @Test
    void whatBelongsToNoSessionIsRemovedWhenThePlannerStarts() throws Exception {
        Work work = work("""
                services:
                  web: {image: IMAGE, command: [sh, -c, "echo up; sleep 1000"]}
                  sky: {image: IMAGE, command: [sleep, "1000"]}
                """);
        launch(work);
        awaitOut(work, "web | up");
        platform.close();
        folders.of(work.session()).delete();
        platform = platform(Map.of());
        awaitNothingIsLeft(work);
        assertThat(platform.observe(work.session())).isInstanceOf(Observation.Absent.class);
    }

    @Test
    void publishedPortsAreConnectors() throws Exception {
        platform.close();
        platform = platform(Map.of("network", true));
        Work work = work("""
                services:
                  web:
                    image: IMAGE
                    command: [sh, -c, "echo star > index.html; exec httpd -f -p 8080 -h /work"]
                    ports: [{target: 8080, published: 80, app_protocol: http}]
                """);
        assertThat(objections(work.executable())).isEmpty();
        launch(work);
        await().atMost(PATIENCE)
                .until(() -> !platform.connectors(work.session()).isEmpty());
        LiveConnector port = platform.connectors(work.session()).get(0);
        assertThat(port.internal()).isEqualTo(8080);
        assertThat(port.location()).startsWith("http://127.0.0.1:");
        HttpClient client = HttpClient.newHttpClient();
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(client.send(
                                        HttpRequest.newBuilder(URI.create(port.location()))
                                                .build(),
                                        HttpResponse.BodyHandlers.ofString())
                                .body())
                        .isEqualTo("star\n"));
        platform.cancel(work.session());
        assertThat(platform.connectors(work.session())).isEmpty();
        awaitNothingIsLeft(work);
    }

    @Test
    void aFileAtAnAddressIsReadWhenTheSessionIsPrepared() throws Exception {
        Path file = data.resolve("compose.yaml");
        Files.writeString(file, "services: {one: {image: " + Podman.IMAGE + ", command: [ls]}}");
        Work good = work(new Executable.DockerCompose(
                KindRef.of(Kind.DOCKER_COMPOSE), Label.NONE, file.toUri().toString(), null, Map.of()));
        assertThat(objections(good.executable())).isEmpty();
        assertThat(run(good).end()).isEqualTo(Observation.End.SUCCEEDED);
        assertThat(out(good)).isEqualTo("one | compose.yaml\n");

        Files.writeString(file, "services: {one: {image: evil.example.org/miner, privileged: true}}");
        Work bad = work(good.executable());
        assertThatThrownBy(() -> platform.prepare(bad, step -> {}))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("services.one.privileged");
        Files.writeString(file, "services: {one: {image: evil.example.org/miner}}");
        Work alien = work(good.executable());
        assertThatThrownBy(() -> platform.prepare(alien, step -> {}))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("evil.example.org/miner");
        Work secret = work(new Executable.DockerCompose(
                KindRef.of(Kind.DOCKER_COMPOSE), Label.NONE, "file:///etc/passwd", null, Map.of()));
        assertThat(objections(secret.executable())).extracting(Objection::code).containsExactly("data-not-reachable");
    }

    // Refusals and escapes

    @Test
    void everyImageMustBeAllowed() {
        assertThat(objections(
                        compose("services: {a: {image: IMAGE}, b: {image: docker.io/evil/miner}, c: {image: b}}")))
                .extracting(Objection::code)
                .containsExactly("image-not-allowed", "image-not-allowed");
    }

    @Test
    void whatWouldTalkIsRefusedWhereThereIsNoNetworkForIt() {
        platform.close();
        platform = new ContainerPlatform(
                ContainerPlatformTest.common(Map.of()), ContainerPlatformTest.own(podman, Map.of()), folders);
        assertThat(objections(compose("services: {a: {image: IMAGE}, b: {image: IMAGE}}")))
                .extracting(Objection::code)
                .containsExactly("compose-not-possible");
        assertThat(objections(compose("services: {a: {image: IMAGE}, b: {image: IMAGE, network_mode: none}}")))
                .isEmpty();
        assertThat(objections(compose("services: {a: {image: IMAGE, ports: [80]}}")))
                .extracting(Objection::code)
                .containsExactly("network-not-offered");
    }

    @Test
    void allThatWouldReachTheHostIsRefusedAtOnce() {
        assertThat(objections(compose("""
                        services:
                          a:
                            image: IMAGE
                            privileged: true
                            network_mode: host
                            pid: host
                            cap_add: [SYS_ADMIN]
                            devices: [/dev/kmsg]
                            security_opt: ["seccomp:unconfined"]
                            volumes: ["/etc:/host", "./x:/x", "name:/work/../etc", "name:/proc/x"]
                            working_dir: /work/../etc
                        volumes: {name: {driver_opts: {type: none, o: bind, device: /}}}
                        """)))
                .extracting(Objection::text)
                .hasSize(12)
                .anyMatch(text -> text.startsWith("services.a.privileged of the Compose file: "))
                .anyMatch(text -> text.startsWith("services.a.volumes[2] of the Compose file: "));
    }

    @Test
    void aServiceSeesNothingOfTheHostAndHasNoRights() throws Exception {
        Work work = work("""
                services:
                  probe:
                    image: IMAGE
                    command:
                      - sh
                      - -c
                      - |
                        id -u; grep -E 'CapEff|CapBnd|NoNewPrivs|Seccomp:' /proc/self/status
                        touch /etc/x 2>/dev/null && echo wrote; touch /x 2>/dev/null && echo wrote
                        mount -t tmpfs x /work 2>/dev/null && echo mounted
                        mknod /work/sda b 8 0 2>/dev/null && echo made
                        ip route | grep -c default; ls /run /var/run 2>/dev/null | grep -E 'sock|podman|docker'
                        cat /proc/1/environ | tr '\\0' '\\n' | grep -i -E 'secret|token|CONTAINERS_CONF'
                        cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null
                        echo x > /vol/file && ls /vol; true
                    volumes: [own:/vol]
                    deploy: {resources: {limits: {memory: 64m}}}
                  other: {image: IMAGE, command: ["true"]}
                volumes: {own: }
                """);
        assertThat(run(work).end()).isEqualTo(Observation.End.SUCCEEDED);
        List<String> lines = new ArrayList<>(out(work).lines().toList());
        assertThat(lines.get(0)).as("its user").matches("probe [|] 7\\d{8}");
        assertThat(lines)
                .contains(
                        "probe | CapEff:\t0000000000000000",
                        "probe | CapBnd:\t0000000000000000",
                        "probe | NoNewPrivs:\t1",
                        "probe | Seccomp:\t2",
                        "probe | 0",
                        "probe | " + (64 << 20),
                        "probe | file")
                .noneMatch(line -> line.matches("probe [|] (wrote|mounted|made|.*sock.*|.*CONTAINERS.*)"));
    }
}
