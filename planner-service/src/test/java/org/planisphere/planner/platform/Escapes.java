package org.planisphere.planner.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.staging.ResultFile;
import org.planisphere.planner.staging.TinyServer;
import org.planisphere.planner.staging.WorkFolder;
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

/**
 * The ways out of a run, and the ways in by its document, each tried on the real engine: host mounts, privileges, device
 * files, links, the environment, names, and every field that holds an address. A subclass gives the engine.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
public abstract class Escapes {
    private static final String SECRET = "what-only-the-planner-may-know";
    private static final String HOSTILE = "$(id)`id`;id>x|id&\n#SBATCH --uid=0\n'\"\\ -- %j {{x}} $HOME ../";

    private Path root;
    private Path data;
    private TinyServer open;
    private TinyServer shut;
    private Platform platform;

    /**
     * Begins the engine.
     *
     * @param root a folder that runs can pass
     * @param common settings of the platform: what it may read, and from which host
     */
    protected abstract Platform open(Path root, Map<String, Object> common) throws Exception;

    protected abstract WorkFolders folders();

    /** Ends what {@link #open} began beside the platform. */
    protected void end() {}

    /** Why runs are not shut in on this host; empty when they are. */
    private Optional<String> withoutWalls() {
        return platform.describe().unenforced().stream()
                .filter(text -> text.contains("file system"))
                .findFirst();
    }

    @BeforeAll
    void begin() throws Exception {
        root = Files.createTempDirectory("escapes");
        Files.setPosixFilePermissions(root, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        data = Files.createDirectories(root.resolve("data"));
        Files.writeString(data.resolve("stars.csv"), "Sirius,-1.46\n");
        Files.createSymbolicLink(data.resolve("link"), Path.of("/etc/hostname"));
        Files.writeString(root.resolve("secret"), SECRET);
        shut = new TinyServer(
                (request, out) -> TinyServer.send(out, "200 OK", "", SECRET.getBytes(StandardCharsets.UTF_8)));
        open = new TinyServer((request, out) ->
                TinyServer.send(out, "302 Found", "Location: " + shut.url(request.target()) + "\r\n", new byte[0]));
        platform = open(
                root, Map.of("files", List.of(data.toString()), "http", Map.of("allow", List.of(open.authority()))));
    }

    @AfterAll
    void close() throws IOException {
        if (platform != null) {
            platform.close();
        }
        end();
        if (open != null) {
            open.close();
            shut.close();
        }
        WorkFolder.delete(root);
    }

    // What is asked -------------------------------------------------------------------------------------------------

    private static Executable shell(String script) {
        return process(Map.of(), "sh", "-c", script);
    }

    private static Executable process(Map<String, String> environment, String... command) {
        return new Executable.Process(KindRef.of(Kind.PROCESS), Label.NONE, List.of(command), environment, ".");
    }

    private static Work work(Executable executable, List<DataRequest> data, List<Volume> volumes) {
        return new Work(
                UUID.randomUUID(),
                executable,
                new Amounts(1, 64, 16, 0, 1),
                Duration.ofMinutes(2),
                List.of(),
                data,
                volumes,
                false);
    }

    private static DataRequest data(String location) {
        return new DataRequest(KindRef.of(Kind.SIMPLE_DATA), Label.named("stars"), null, location, Map.of());
    }

    private static Volume volume(String path, Volume.Mode mode) {
        return new Volume(KindRef.of(Kind.SIMPLE_VOLUME), Label.NONE, path, mode, "stars");
    }

    private List<Objection> objections(Work work) {
        ComputeRequest compute = new ComputeRequest(
                KindRef.of(Kind.SIMPLE_COMPUTE), Label.NONE, Range.OPEN, Range.OPEN, List.of(), work.volumes());
        return platform.examine(new Task(
                work.executable(), compute, work.storage(), work.data(), ScheduleRequest.ANY, List.of(), List.of()));
    }

    /** Runs it to its end; what it printed. */
    private String run(Work work) throws Exception {
        platform.prepare(work, step -> {});
        platform.start(work);
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> platform.observe(work.session()) instanceof Observation.Ended);
        Observation.Ended ended = (Observation.Ended) platform.observe(work.session());
        assertThat(ended.end()).as(ended.detail()).isEqualTo(Observation.End.SUCCEEDED);
        platform.release(work);
        return Files.readString(folders().of(work.session()).stdout());
    }

    private List<String> results(Work work) throws IOException {
        return folders().of(work.session()).results().stream()
                .map(ResultFile::name)
                .toList();
    }

    private void needsWalls() {
        assumeTrue(withoutWalls().isEmpty(), () -> withoutWalls().orElse(""));
    }

    // The host ------------------------------------------------------------------------------------------------------

    @Test
    void theHostIsNotMounted() {
        for (String path : List.of(
                "/etc",
                "/proc/sys",
                "/dev/x",
                "/usr/lib/x",
                "/work/../..",
                "../up",
                "a/../../x",
                "/run/x",
                "/sys/fs")) {
            for (Volume.Mode mode : Volume.Mode.values()) {
                Work work = work(
                        shell("true"),
                        List.of(data(data.resolve("stars.csv").toUri().toString())),
                        List.of(volume(path, mode)));
                assertThat(objections(work))
                        .as(path)
                        .extracting(Objection::code)
                        .contains("volume-not-possible");
            }
        }
    }

    @Test
    void theHostIsNeitherSeenNorChanged() throws Exception {
        needsWalls();
        String mark = "planisphere-" + UUID.randomUUID();
        Work other = work(shell("echo theirs > theirs"), List.of(), List.of());
        run(other);
        String said = run(work(
                shell("exec 2>/dev/null; for d in / /etc /usr /var /home /root /opt /run /sys /proc/sys/kernel " + root
                        + " " + data + "; do echo x > $d/" + mark + " && case $d in /run) ;; *) [ -w $d/" + mark
                        + " ] && rm $d/" + mark + " ;; esac; done;"
                        + " cat " + root + "/secret; ls " + root + "; ls "
                        + folders().root() + "/" + other.session()
                        + "/work; cat /etc/shadow; cat /proc/*/environ | tr '\\0' '\\n' | grep -E 'MAVEN|SECRET';"
                        + " ls /proc | grep -c '^[0-9]'; echo over"),
                List.of(),
                List.of()));
        assertThat(said).doesNotContain(SECRET, "secret", "theirs", "root:", "MAVEN");
        assertThat(said.lines().toList()).endsWith("over");
        int processes = Integer.parseInt(
                said.lines().filter(line -> line.matches("\\d+")).findFirst().orElseThrow());
        assertThat(processes).as("processes it sees").isLessThan(15);
        for (Path place : List.of(Path.of("/"), Path.of("/etc"), Path.of("/usr"), Path.of("/run"), root, data)) {
            assertThat(place.resolve(mark)).doesNotExist();
        }
    }

    @Test
    void thereIsNoWayToTheNetworkOrTheHostsServices() throws Exception {
        needsWalls();
        int port = Integer.parseInt(shut.authority().replaceFirst(".*:", ""));
        String said = run(work(
                shell("exec 2>/dev/null; (wget -T 2 -q -O - http://127.0.0.1:" + port
                        + "/ || busybox wget -T 2 -q -O - http://127.0.0.1:" + port + "/);"
                        + " ls /sys/class/net /run /var/run | grep -E '^eth|^ens|[.]sock|dbus|munge|slurm';"
                        + " cat /proc/net/route | tail -n +2; echo over"),
                List.of(),
                List.of()));
        assertThat(said).isEqualTo("over\n");
    }

    // Privileges ----------------------------------------------------------------------------------------------------

    @Test
    void aRunHasNoPrivilegesAndGainsNone() throws Exception {
        needsWalls();
        String said = run(work(
                shell("exec 2>/dev/null; grep -E '^(CapEff|CapPrm|NoNewPrivs)' /proc/self/status | tr '\\t' ' ';"
                        + " mount -t tmpfs x /work && echo escaped by mount; chroot / true && echo escaped by chroot;"
                        + " echo 1 > /proc/sys/kernel/panic && echo escaped by sysctl; su -c id && echo escaped by su;"
                        + " chown 0 . && [ \"$(stat -c %u .)\" = 0 ] && id -u | grep -qx 0 && echo escaped by chown;"
                        + " id -u"),
                List.of(),
                List.of()));
        assertThat(said)
                .contains("CapEff: 0000000000000000", "CapPrm: 0000000000000000", "NoNewPrivs: 1")
                .doesNotContain("escaped");
        assertThat(said.strip()).as("its user").doesNotEndWith("\n0");
    }

    @Test
    void privilegedIsRefused() {
        Executable privileged = new Executable.DockerContainer(
                KindRef.of(Kind.DOCKER_CONTAINER),
                Label.NONE,
                new Executable.Image(List.of("localhost/planisphere-test/busybox:1"), null, "amd64", "linux"),
                true,
                List.of("true"),
                null,
                Map.of(),
                List.of());
        if (!platform.describe().executables().contains(Kind.DOCKER_CONTAINER)) {
            // Then no container is offered here at all.
            return;
        }
        assertThat(objections(work(privileged, List.of(), List.of())))
                .extracting(Objection::code)
                .contains("privileged-not-possible");
    }

    // Devices and links ---------------------------------------------------------------------------------------------

    @Test
    void thereAreNoDevicesButHarmlessOnes() throws Exception {
        needsWalls();
        String said = run(work(
                shell("exec 2>/dev/null; mknod /work/disk b 8 0 && echo escaped: made; [ -b /work/disk ] && echo"
                        + " escaped; ls /dev | grep -E '^(sd|vd|nvme|xvd|loop|dm|mem|kmsg|kvm|fuse|port)' && echo"
                        + " escaped: seen; for d in /dev/*; do [ -b $d ] && echo escaped: $d; done; echo over"),
                List.of(),
                List.of()));
        assertThat(said).isEqualTo("over\n");
    }

    @Test
    void linksPipesAndSocketsAreNoResults() throws Exception {
        Work work = work(
                shell("ln -s /etc/passwd stolen; ln -s / root; mkdir d; ln -s ../../plan.json d/plan; ln -s "
                        + root.resolve("secret") + " secret; ln -s nowhere nothing; mkfifo pipe; echo 1 > mine"),
                List.of(),
                List.of());
        run(work);
        assertThat(results(work)).containsExactly("mine");
        WorkFolder folder = folders().of(work.session());
        assertThatThrownBy(() -> folder.open("stolen").close()).isInstanceOf(IOException.class);
    }

    @Test
    void aLinkInWhatMayBeReadLeadsNowhere() {
        Work work = work(
                shell("cat link"), List.of(data(data.resolve("link").toUri().toString())), List.of());
        assertThatThrownBy(() -> platform.prepare(work, step -> {})).isInstanceOf(PlatformException.class);
    }

    // Environment and names -----------------------------------------------------------------------------------------

    @Test
    void anEnvironmentReachesTheRunAndNothingElse() throws Exception {
        Map<String, String> hostile = new LinkedHashMap<>();
        hostile.put("LD_PRELOAD", "/nonexistent-library.so");
        hostile.put("LD_LIBRARY_PATH", "/work");
        hostile.put("BASH_ENV", "/work/x");
        hostile.put("PYTHONSTARTUP", "/etc/passwd");
        hostile.put("SBATCH_UID", "0");
        hostile.put("PLANISPHERE_CORES", "64");
        hostile.put("PLANISPHERE_SESSION", "another");
        hostile.put("MINE", HOSTILE);
        Work work = work(
                process(
                        hostile,
                        "sh",
                        "-c",
                        "printf '%s|' \"$MINE\" \"$PLANISPHERE_CORES\" \"$PLANISPHERE_SESSION\" \"$SBATCH_UID\""),
                List.of(),
                List.of());
        assertThat(run(work)).endsWith(HOSTILE + "|1|" + work.session() + "|0|");
        for (String name : List.of("", "A=B", "A B", "LD\nX", "1X", "A;id", "$(id)")) {
            assertThat(objections(work(process(Map.of(name, "x"), "true"), List.of(), List.of())))
                    .as(name)
                    .isNotEmpty();
        }
    }

    @Test
    void namesAreReadByNoShell() throws Exception {
        String name = "a $(id) `id`;id&'\"\\ %j\nb";
        Work work = work(
                process(Map.of(), "sh", "-c", "printf '%s' \"$1\"; echo 1 > \"$2\"", HOSTILE, HOSTILE, name),
                List.of(),
                List.of());
        assertThat(run(work)).isEqualTo(HOSTILE);
        assertThat(results(work)).containsExactly(name);
        for (String directory : List.of("..", "/etc", "a/../../b", "a\nb")) {
            Executable elsewhere =
                    new Executable.Process(KindRef.of(Kind.PROCESS), Label.NONE, List.of("true"), Map.of(), directory);
            assertThat(objections(work(elsewhere, List.of(), List.of())))
                    .as(directory)
                    .isNotEmpty();
        }
    }

    // Addresses -----------------------------------------------------------------------------------------------------

    /** Every field of a document that holds an address, with that address in it. */
    private Map<String, Work> fields(String address) {
        Map<String, Work> fields = new LinkedHashMap<>();
        fields.put("data", work(shell("true"), List.of(data(address)), List.of()));
        fields.put("program", work(python(address, null, null), List.of(), List.of()));
        fields.put(
                "repository",
                work(python(null, new Executable.Repository(address, null, "x.py"), null), List.of(), List.of()));
        fields.put(
                "jar",
                work(
                        new Executable.JavaProgram(
                                KindRef.of(Kind.JAVA_PROGRAM), Label.NONE, address, null, null, List.of(), List.of()),
                        List.of(),
                        List.of()));
        fields.put(
                "notebook",
                work(
                        new Executable.JupyterNotebook(KindRef.of(Kind.JUPYTER_NOTEBOOK), Label.NONE, address, false),
                        List.of(),
                        List.of()));
        fields.put(
                "requirements",
                work(python(data.resolve("stars.csv").toUri().toString(), null, address), List.of(), List.of()));
        fields.put(
                "output",
                work(
                        shell("true"),
                        List.of(new DataRequest(
                                KindRef.of(Kind.OUTPUT), Label.NONE, null, address, Map.of("path", "x"))),
                        List.of()));
        return fields;
    }

    private static Executable python(
            @Nullable String location, Executable.@Nullable Repository repository, @Nullable String requirements) {
        return new Executable.PythonProgram(
                KindRef.of(Kind.PYTHON_PROGRAM), Label.NONE, location, repository, requirements, List.of(), Map.of());
    }

    @Test
    void noFieldLeadsToAnAddressThatIsNotOpened() {
        for (String address : List.of(
                shut.url("/x"),
                "http://169.254.169.254/latest/meta-data/",
                "http://[::1]:1/x",
                "http://localhost:1/x",
                "http://0x7f000001/x",
                "http://2130706433/x",
                "https://" + open.authority() + "@127.0.0.1:1/x",
                "file:///etc/passwd",
                "file:///proc/self/environ",
                "file:" + data + "/../secret",
                "gopher://127.0.0.1:25/x",
                "jar:file:///etc/passwd!/x",
                "ext::sh -c id")) {
            fields(address).forEach((field, work) -> {
                assertThat(objections(work)).as(field + " " + address).isNotEmpty();
                assertThatThrownBy(() -> platform.prepare(work, step -> {}))
                        .as(field + " " + address)
                        .isInstanceOf(PlatformException.class);
                platform.forget(work.session());
            });
        }
        assertThat(shut.seen()).isEmpty();
    }

    @Test
    void noRedirectLeadsThere() throws Exception {
        for (Map.Entry<String, Work> field : fields(open.url("/x")).entrySet()) {
            if (field.getKey().equals("output")) {
                continue;
            }
            Work work = field.getValue();
            CompletableFuture<String> said = CompletableFuture.supplyAsync(() -> {
                try {
                    platform.prepare(work, step -> {});
                    return "it was fetched";
                } catch (PlatformException refused) {
                    return "";
                }
            });
            assertThat(said.get(1, TimeUnit.MINUTES)).as(field.getKey()).isEmpty();
            platform.forget(work.session());
        }
        assertThat(open.seen()).as("the question that was redirected").isNotEmpty();
        assertThat(shut.seen()).isEmpty();
    }
}
