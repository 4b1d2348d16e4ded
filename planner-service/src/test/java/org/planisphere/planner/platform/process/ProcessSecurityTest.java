package org.planisphere.planner.platform.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.Objection;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.PlatformException;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.staging.ResultFile;
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
import org.planisphere.planner.task.StorageRequest;
import org.planisphere.planner.task.Task;
import org.planisphere.planner.task.Volume;

/** What a hostile task cannot do; and what programs, data, volumes and limits look like from inside. */
class ProcessSecurityTest {
    @TempDir
    Path root;

    private Path data;
    WorkFolders folders;
    ProcessPlatform platform;

    /** What is done to the folder that all others are in; the usual one lets no other user pass. */
    void folder(Path root) throws Exception {}

    @BeforeEach
    void open() throws Exception {
        folder(root);
        data = Files.createDirectories(root.resolve("data"));
        Files.writeString(data.resolve("stars.csv"), "Sirius,-1.46\nVega,0.03\n");
        Files.writeString(data.resolve("count.py"), """
                import os, sys
                lines = open(sys.argv[1]).read().splitlines()
                print(len(lines), "stars with", os.environ["PLANISPHERE_CORES"], "cores", sys.argv[2:])
                open("out.json", "w").write("{}")
                """);
        Files.writeString(root.resolve("secret"), "secret");
        folders = new WorkFolders(root.resolve("work"));
        platform = new ProcessPlatform(ProcessPlatformTest.settings(data), ProcessSettings.USUAL, folders);
    }

    @AfterEach
    void close() throws Exception {
        platform.close();
        // Of the links in its copy of /etc JUnit would warn one by one.
        WorkFolder.delete(folders.root());
    }

    private void needsWalls() {
        assumeTrue(
                platform.describe().unenforced().stream().noneMatch(text -> text.startsWith("Runs see")),
                "neither bubblewrap nor kernel namespaces work on this host");
    }

    private static Executable.Process process(String directory, Map<String, String> environment, String... command) {
        return new Executable.Process(KindRef.of(Kind.PROCESS), Label.NONE, List.of(command), environment, directory);
    }

    private static Work work(
            Executable executable, List<StorageRequest> storage, List<DataRequest> data, List<Volume> volumes) {
        return new Work(
                UUID.randomUUID(),
                executable,
                new Amounts(1, 128, 16, 0, 1),
                Duration.ofMinutes(1),
                storage,
                data,
                volumes,
                false);
    }

    static Work shell(String script) {
        return work(process(".", Map.of(), "sh", "-c", script), List.of(), List.of(), List.of());
    }

    Observation.Ended run(Work work) throws PlatformException {
        platform.prepare(work, step -> {});
        platform.start(work);
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> platform.observe(work.session()) instanceof Observation.Ended);
        return (Observation.Ended) platform.observe(work.session());
    }

    String out(Work work) throws Exception {
        return Files.readString(folders.of(work.session()).stdout());
    }

    private String err(Work work) throws Exception {
        return Files.readString(folders.of(work.session()).stderr());
    }

    private DataRequest stars(String name) {
        return new DataRequest(
                KindRef.of(Kind.SIMPLE_DATA),
                name == null ? Label.NONE : Label.named(name),
                null,
                data.resolve("stars.csv").toUri().toString(),
                Map.of());
    }

    private static Volume volume(String path, Volume.Mode mode, String resource) {
        return new Volume(KindRef.of(Kind.SIMPLE_VOLUME), Label.NONE, path, mode, resource);
    }

    private static Task task(Work work) {
        ComputeRequest compute = new ComputeRequest(
                KindRef.of(Kind.SIMPLE_COMPUTE), Label.NONE, Range.OPEN, Range.OPEN, List.of(), work.volumes());
        return new Task(
                work.executable(), compute, work.storage(), work.data(), ScheduleRequest.ANY, List.of(), List.of());
    }

    private List<String> objections(Work work) {
        return platform.examine(task(work)).stream().map(Objection::code).toList();
    }

    // Programs and data

    @Test
    void runsAPythonProgramOnItsData() throws Exception {
        Executable program = new Executable.PythonProgram(
                KindRef.of(Kind.PYTHON_PROGRAM),
                Label.NONE,
                data.resolve("count.py").toUri().toString(),
                null,
                null,
                List.of("stars.csv", "; $(id) `id` \n ../"),
                Map.of());
        Work work = work(program, List.of(), List.of(stars(null)), List.of());
        List<String> steps = new ArrayList<>();
        platform.prepare(work, steps::add);
        assertThat(run(work).end()).as(err(work)).isEqualTo(Observation.End.SUCCEEDED);
        assertThat(out(work)).isEqualTo("2 stars with 1 cores ['; $(id) `id` \\n ../']\n");
        assertThat(steps).anyMatch(step -> step.contains("SHA-256"));
        platform.release(work);
        assertThat(folders.of(work.session()).results())
                .extracting(ResultFile::name)
                .containsExactly("out.json");
    }

    @Test
    void refusesProgramsItCannotMakeReady() {
        Executable.PythonProgram outside = new Executable.PythonProgram(
                KindRef.of(Kind.PYTHON_PROGRAM), Label.NONE, "file:///etc/passwd", null, null, List.of(), Map.of());
        Executable.PythonProgram packages = new Executable.PythonProgram(
                KindRef.of(Kind.PYTHON_PROGRAM),
                Label.NONE,
                data.resolve("count.py").toUri().toString(),
                null,
                "numpy",
                List.of(),
                Map.of());
        assertThat(objections(work(outside, List.of(), List.of(), List.of()))).containsExactly("data-not-reachable");
        assertThat(objections(work(packages, List.of(), List.of(), List.of())))
                .containsExactly("requirements-not-possible");
        assertThatThrownBy(() -> platform.prepare(work(outside, List.of(), List.of(), List.of()), step -> {}))
                .isInstanceOf(PlatformException.class);
    }

    @Test
    void mountsStorageAndDataWhereAsked() throws Exception {
        StorageRequest room = new StorageRequest(
                KindRef.of(Kind.SIMPLE_STORAGE), Label.named("room"), Range.of(1, 1), List.of(), null, null, true);
        Work work = work(
                process("deep/er", Map.of(), "sh", "-c", "pwd; cat ../../in/cat.csv; echo x > ../../scratch/file"),
                List.of(room),
                List.of(stars("stars")),
                List.of(
                        volume("scratch", Volume.Mode.READWRITE, "room"),
                        volume("in/cat.csv", Volume.Mode.READONLY, "stars")));
        assertThat(objections(work)).isEmpty();
        assertThat(run(work).end()).as(err(work)).isEqualTo(Observation.End.SUCCEEDED);
        assertThat(out(work)).contains("/deep/er\n").contains("Vega");
        platform.release(work);
        assertThat(folders.of(work.session()).results())
                .extracting(ResultFile::name)
                .containsExactly("scratch/file");
    }

    @Test
    void keepsReadOnlyVolumesAsTheyWere() throws Exception {
        needsWalls();
        Work work = work(
                process(
                        ".",
                        Map.of(),
                        "sh",
                        "-c",
                        "chmod u+w in/cat.csv; echo x >> in/cat.csv; rm -f in/cat.csv; cat in/cat.csv"),
                List.of(),
                List.of(stars("stars")),
                List.of(volume("in/cat.csv", Volume.Mode.READONLY, "stars")));
        run(work);
        assertThat(out(work)).isEqualTo("Sirius,-1.46\nVega,0.03\n");
    }

    @Test
    void mountsAtAbsolutePathsWhereThereIsBubblewrap() throws Exception {
        Work work = work(
                process(".", Map.of(), "cat", "/data/catalogue/stars.csv"),
                List.of(),
                List.of(stars("stars")),
                List.of(volume("/data/catalogue/stars.csv", Volume.Mode.READONLY, "stars")));
        assumeTrue(objections(work).isEmpty(), "this host has no bubblewrap");
        assertThat(run(work).end()).as(err(work)).isEqualTo(Observation.End.SUCCEEDED);
        assertThat(out(work)).contains("Sirius");
    }

    @Test
    void refusesPathsThatLeaveTheWorkFolder() {
        for (String path : List.of("../x", "a/../../x", "/etc/x", "/proc", "/usr/lib/x", "a\nb", "/work/../etc")) {
            Work work = work(
                    process(".", Map.of(), "true"),
                    List.of(),
                    List.of(stars("stars")),
                    List.of(volume(path, Volume.Mode.READWRITE, "stars")));
            assertThat(objections(work)).as(path).contains("volume-not-possible");
        }
        for (String path : List.of("..", "/etc", "a/../../b")) {
            assertThat(objections(work(process(path, Map.of(), "true"), List.of(), List.of(), List.of())))
                    .as(path)
                    .isNotEmpty();
        }
    }

    // Environment

    @Test
    void givesACleanEnvironment() throws Exception {
        Map<String, String> asked = new LinkedHashMap<>();
        asked.put("MINE", "a b;$(id)\nc");
        asked.put("PLANISPHERE_CORES", "64");
        asked.put("HOME", "/elsewhere");
        Work work = work(process(".", asked, "env", "-0"), List.of(), List.of(), List.of());
        run(work);
        Map<String, String> seen = new LinkedHashMap<>();
        for (String line : out(work).split("\0")) {
            seen.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
        }
        seen.remove("PWD");
        assertThat(seen)
                .containsEntry("MINE", "a b;$(id)\nc")
                .containsEntry("PLANISPHERE_CORES", "1")
                .containsEntry("PLANISPHERE_MEMORY_MIB", "128")
                .containsEntry("PLANISPHERE_SESSION", work.session().toString())
                .containsEntry("OMP_NUM_THREADS", "1")
                .containsEntry("PATH", "/usr/bin:/bin")
                .containsEntry("LANG", "C.UTF-8");
        assertThat(seen.get("HOME")).isNotEqualTo("/elsewhere");
        assertThat(seen.keySet())
                .isSubsetOf(
                        "MINE",
                        "PLANISPHERE_CORES",
                        "PLANISPHERE_MEMORY_MIB",
                        "PLANISPHERE_SESSION",
                        "OMP_NUM_THREADS",
                        "PATH",
                        "LANG",
                        "HOME",
                        "TMPDIR",
                        "PYTHONUNBUFFERED",
                        "PYTHONDONTWRITEBYTECODE",
                        "USER",
                        "LOGNAME");
    }

    @Test
    void refusesVariablesThatAreNone() {
        for (String name : List.of("", "A=B", "A B", "LD\nX", "1X")) {
            assertThat(objections(work(process(".", Map.of(name, "x"), "true"), List.of(), List.of(), List.of())))
                    .as(name)
                    .isNotEmpty();
        }
    }

    @Test
    void aPreloadedLibraryIsNotLoadedOutside() throws Exception {
        Work work = work(
                process(".", Map.of("LD_PRELOAD", "/nonexistent-library.so"), "true"), List.of(), List.of(), List.of());
        assertThat(run(work).end()).isEqualTo(Observation.End.SUCCEEDED);
        // The loader complains once for the program, and not for the sandbox around it.
        assertThat(err(work).lines().count()).isLessThanOrEqualTo(1);
    }

    @Test
    void aVariableThatLooksLikeTheSupervisorsOwnIsTheTasksOwn() throws Exception {
        Work work = work(
                process(".", Map.of("WORD", "a @LIVE@ one"), "sh", "-c", "echo $WORD"),
                List.of(),
                List.of(),
                List.of());
        assertThat(run(work).end()).isEqualTo(Observation.End.SUCCEEDED);
        assertThat(out(work)).isEqualTo("a @LIVE@ one\n");
    }

    // Walls

    @Test
    void runsWithoutRightsAndWithoutGainingAny() throws Exception {
        Work work = shell("grep -E '^(CapEff|CapPrm|NoNewPrivs)' /proc/self/status; id -u");
        run(work);
        assertThat(out(work))
                .contains("CapEff:\t0000000000000000")
                .contains("CapPrm:\t0000000000000000")
                .contains("NoNewPrivs:\t1");
        assertThat(out(work).strip()).doesNotEndWith("\n0");
    }

    @Test
    void writesNowhereElse() throws Exception {
        needsWalls();
        String mark = "planisphere-" + UUID.randomUUID();
        Work work = shell("for d in / /usr /etc /var /var/tmp /home /root /opt /tmp /dev/shm /run " + root + "; do"
                + " echo x > $d/" + mark + " 2>/dev/null; done; echo x > kept; exit 0");
        run(work);
        for (String place : List.of("/", "/usr", "/etc", "/var", "/home", "/root", "/opt", "/tmp", "/run")) {
            assertThat(Files.exists(Path.of(place, mark))).as(place).isFalse();
        }
        assertThat(root.resolve(mark)).doesNotExist();
    }

    @Test
    void cannotReadWhatIsThePlanners() throws Exception {
        Work work = shell("cat " + root + "/secret ../plan.json ../claim.json " + folders.root()
                + "/.process-alpha/config.json; ln " + root + "/secret hard; ln -s " + root + "/secret soft; exit 0");
        assumeTrue(
                platform.describe().unenforced().stream().noneMatch(text -> text.contains("planner's own user")),
                "runs are the planner's own user on this host");
        run(work);
        assertThat(out(work)).isEmpty();
        platform.release(work);
        assertThat(folders.of(work.session()).results()).isEmpty();
    }

    @Test
    void seesNoOtherProcesses() throws Exception {
        needsWalls();
        Work work = shell("ls -d /proc/[0-9]* | wc -l; kill -9 -1 2>/dev/null; exit 0");
        run(work);
        assertThat(Integer.parseInt(out(work).strip())).isLessThan(8);
        assertThat(ProcessHandle.current().isAlive()).isTrue();
        assertThat(run(shell("true")).end()).isEqualTo(Observation.End.SUCCEEDED);
    }

    @Test
    void reachesNoNetwork() throws Exception {
        needsWalls();
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout(200);
            Work work = work(
                    process(
                            ".",
                            Map.of(),
                            "/usr/bin/python3",
                            "-c",
                            "import socket\n"
                                    + "for a in [('127.0.0.1'," + server.getLocalPort() + "),('8.8.8.8',53)]:\n"
                                    + "  try:\n    socket.create_connection(a,1); print('reached',a)\n"
                                    + "  except OSError as e: print('no')\n"),
                    List.of(),
                    List.of(),
                    List.of());
            run(work);
            assertThat(out(work)).isEqualTo("no\nno\n");
        }
    }

    // Limits

    @Test
    void aForkBombStaysInItsBounds() throws Exception {
        assumeTrue(
                platform.describe().unenforced().stream().noneMatch(text -> text.contains("number of processes")),
                "this host cannot count the processes of a run");
        Work work = new Work(
                UUID.randomUUID(),
                process(
                        ".",
                        Map.of(),
                        "/usr/bin/python3",
                        "-c",
                        "import os\nwhile True:\n  try: os.fork()\n  except OSError: pass"),
                new Amounts(1, 512, 16, 0, 1),
                Duration.ofSeconds(2),
                List.of(),
                List.of(),
                List.of(),
                false);
        Observation.Ended end = run(work);
        assertThat(end.end()).isIn(Observation.End.OUT_OF_TIME, Observation.End.OUT_OF_MEMORY);
        assertThat(run(shell("true")).end()).isEqualTo(Observation.End.SUCCEEDED);
    }

    @Test
    void endlessOutputEnds() throws Exception {
        Work work = shell("exec yes");
        assertThat(run(work).end()).isEqualTo(Observation.End.OUT_OF_STORAGE);
        assertThat(Files.size(folders.of(work.session()).stdout())).isLessThanOrEqualTo(4L << 20);
    }

    @Test
    void coresAreReallyBounded() throws Exception {
        assumeTrue(
                platform.describe().unenforced().stream().noneMatch(text -> text.startsWith("Cores")),
                "this host gives us no control groups");
        Work work = shell("for i in 1 2 3 4; do (while :; do :; done) & done; sleep 2; kill 0");
        Observation.Ended end = run(work);
        double wall = Duration.between(end.since(), end.until()).toMillis() / 1000.0;
        assertThat(end.usage().cpuSeconds()).isLessThan(wall * 1.25 + 0.2);
    }

    // The supervisor

    @Test
    void aRunWhoseSupervisorIsKilledIsLostAndEnded() throws Exception {
        String mark = "5" + Math.abs(UUID.randomUUID().getMostSignificantBits() % 1_000_000_000L);
        Work work = shell("(setsid sleep " + mark + " &); echo up; sleep " + mark);
        platform.prepare(work, step -> {});
        platform.start(work);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> Files.exists(folders.of(work.session()).stdout())
                        && out(work).contains("up"));
        long supervisor = ((Number) org.planisphere.planner.staging.JsonFile.read(
                                folders.of(work.session()).file("claim.json"))
                        .orElseThrow()
                        .get("pid"))
                .longValue();
        var told = java.util.concurrent.ConcurrentHashMap.<UUID>newKeySet();
        platform.onChange(told::add);
        ProcessHandle.of(supervisor).orElseThrow().destroyForcibly();
        await().atMost(Duration.ofSeconds(30)).until(() -> told.contains(work.session()));
        assertThat(platform.observe(work.session()))
                .isInstanceOfSatisfying(
                        Observation.Ended.class,
                        ended -> assertThat(ended.end()).isEqualTo(Observation.End.LOST));
        assertThat(ProcessHandle.allProcesses()
                        .filter(p -> p.info().commandLine().orElse("").contains(mark)))
                .isEmpty();
        platform.release(work);
    }

    @Test
    void aKilledKeeperIsReplacedAndItsRunsGoOn() throws Exception {
        Work first = shell("echo up; sleep 1.5; echo done");
        platform.prepare(first, step -> {});
        platform.start(first);
        platform.killKeeper();
        assertThat(run(shell("exit 4")).exitCode()).isEqualTo(4);
        assertThat(run(first).end()).isEqualTo(Observation.End.SUCCEEDED);
        assertThat(out(first)).isEqualTo("up\ndone\n");
    }

    @Test
    void aCrashBetweenTheClaimAndTheStartIsStartedAnew() throws Exception {
        Work work = shell("echo ran");
        platform.prepare(work, step -> {});
        Files.writeString(
                folders.of(work.session()).file("claim.json"),
                "{\"pid\": 999999999, \"born\": 1, \"boot\": \""
                        + Files.readString(Path.of("/proc/sys/kernel/random/boot_id"))
                                .strip() + "\"}");
        assertThat(platform.observe(work.session())).isInstanceOf(Observation.Prepared.class);
        assertThat(run(work).end()).isEqualTo(Observation.End.SUCCEEDED);
        assertThat(out(work)).isEqualTo("ran\n");
    }

    @Test
    void aRunFromBeforeARebootIsLostAndNotStartedAgain() throws Exception {
        Work work = shell("echo ran");
        platform.prepare(work, step -> {});
        for (String name : List.of("claim.json", "task.json")) {
            Files.writeString(
                    folders.of(work.session()).file(name),
                    "{\"pid\": 1, \"born\": 1, \"boot\": \"another\", \"since\": 1000}");
        }
        platform.start(work);
        assertThat(run(work).end()).isEqualTo(Observation.End.LOST);
        assertThat(folders.of(work.session()).stdout()).doesNotExist();
    }
}
