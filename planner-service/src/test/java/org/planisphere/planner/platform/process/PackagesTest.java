package org.planisphere.planner.platform.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.LiveConnector;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.PlatformException;
import org.planisphere.planner.platform.Section;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.staging.ResultFile;
import org.planisphere.planner.staging.TinyServer;
import org.planisphere.planner.staging.WorkFolder;
import org.planisphere.planner.staging.WorkFolders;
import org.planisphere.planner.task.ComputeRequest;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Label;
import org.planisphere.planner.task.ScheduleRequest;
import org.planisphere.planner.task.Task;

/** What programs and notebooks require, really built by pip of a small index on this machine, and really used. */
@Timeout(300)
class PackagesTest {
    private static final String WHEEL = "constellations-1.0-py3-none-any.whl";
    private static final String NOTEBOOK = """
            {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "python3",
             "display_name": "Python 3", "language": "python"}}, "cells": [
             {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "execution_count": null,
              "source": ["import constellations; print(constellations.NAME); _ = open('star.txt', 'w').write('Vega')"]}]}
            """;

    @TempDir
    Path root;

    private final List<String> steps = new CopyOnWriteArrayList<>();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CompletableFuture<Void> hold = new CompletableFuture<>();
    private volatile boolean slow;
    private TinyServer index;
    private Path repository;
    private WorkFolders folders;

    @BeforeEach
    void anIndexAndARepository() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/git")), "/usr/bin/git is missing (Debian: git)");
        byte[] wheel = wheel("Lyra");
        index = new TinyServer((request, out) -> answer(request.target(), wheel, out));
        repository = Files.createDirectories(root.resolve("data/stars.git"));
        git("init", "--quiet", "--initial-branch=main");
        commit("notebooks/sky.ipynb", NOTEBOOK.getBytes(StandardCharsets.UTF_8));
        commit("requirements.txt", "constellations==1.0  # which of them\n".getBytes(StandardCharsets.UTF_8));
        folders = new WorkFolders(root.resolve("work"));
    }

    @AfterEach
    void close() throws IOException {
        hold.complete(null);
        if (index != null) {
            index.close();
            // JUnit would warn of each link in it.
            try (DirectoryStream<Path> copies = Files.newDirectoryStream(folders.root(), ".etc-*")) {
                for (Path copy : copies) {
                    WorkFolder.delete(copy);
                }
            }
        }
    }

    private void answer(String target, byte[] wheel, OutputStream out) throws IOException {
        asked.countDown();
        if (slow) {
            hold.join();
        }
        if (target.equals("/simple/constellations/")) {
            byte[] page = ("<a href=\"/files/" + WHEEL + "\">" + WHEEL + "</a>").getBytes(StandardCharsets.UTF_8);
            TinyServer.send(out, "200 OK", "Content-Type: text/html\r\n", page);
        } else if (target.equals("/files/" + WHEEL)) {
            TinyServer.send(out, "200 OK", "", wheel);
        } else {
            TinyServer.send(out, "404 Not Found", "", new byte[0]);
        }
    }

    /** A package with one module and a program. */
    private static byte[] wheel(String name) throws IOException {
        String info = "constellations-1.0.dist-info/";
        Map<String, String> files = Map.of(
                "constellations.py",
                "NAME = '" + name + "'\n\n\ndef main():\n    print('says', NAME)\n",
                info + "METADATA",
                "Metadata-Version: 2.1\nName: constellations\nVersion: 1.0\n",
                info + "WHEEL",
                "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
                info + "entry_points.txt",
                "[console_scripts]\nconstellations = constellations:main\n",
                info + "RECORD",
                "constellations.py,,\n" + info + "METADATA,,\n" + info + "WHEEL,,\n" + info + "entry_points.txt,,\n"
                        + info + "RECORD,,\n");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    private void commit(String name, byte[] content) throws Exception {
        Path file = repository.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, content);
        git("add", ".");
        git("commit", "--quiet", "-m", name);
    }

    private void git(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "/usr/bin/git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"));
        command.addAll(List.of(words));
        Process git = new ProcessBuilder(command)
                .directory(repository.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(git.waitFor()).as(said).isZero();
    }

    /** A platform whose packages come from the test's index. */
    private ProcessPlatform open() {
        return open(Map.of("index", index.url("/simple/"), "building", "40s"));
    }

    private ProcessPlatform open(Map<String, ?> packages) {
        ProcessPlatform platform = new ProcessPlatform(
                ProcessPlatformTest.settings(root.resolve("data")),
                ProcessSettings.of(new Section("process", Map.of("packages", packages))),
                folders);
        boolean can = platform.describe().executables().contains(Kind.BINDER_NOTEBOOK);
        if (!can) {
            platform.close();
        }
        assumeTrue(
                can,
                "this host lacks bubblewrap, or /usr/bin/python3 lacks pip, nbclient or ipykernel"
                        + " (Debian: bubblewrap python3-pip python3-nbclient python3-ipykernel)");
        return platform;
    }

    private Executable binder(@Nullable String path, boolean interactive) {
        return new Executable.BinderNotebook(
                KindRef.of(Kind.BINDER_NOTEBOOK),
                Label.NONE,
                new Executable.Repository(repository.toUri().toString(), "main", null),
                path,
                interactive);
    }

    private static Executable program(String location, String requirements) {
        return new Executable.PythonProgram(
                KindRef.of(Kind.PYTHON_PROGRAM), Label.NONE, location, null, requirements, List.of(), Map.of());
    }

    private static Work work(Executable executable) {
        return new Work(
                UUID.randomUUID(),
                executable,
                new Amounts(1, 1024, 64, 0, 1),
                Duration.ofMinutes(4),
                List.of(),
                List.of(),
                List.of(),
                false);
    }

    /** Runs it to its end; what it printed. */
    private String run(ProcessPlatform platform, Work work) throws Exception {
        platform.prepare(work, steps::add);
        platform.start(work);
        await().atMost(Duration.ofMinutes(3))
                .until(() -> platform.observe(work.session()) instanceof Observation.Ended);
        Observation.Ended ended = (Observation.Ended) platform.observe(work.session());
        assertThat(ended.end())
                .as(Files.readString(folders.of(work.session()).stderr()))
                .isEqualTo(Observation.End.SUCCEEDED);
        platform.release(work);
        return Files.readString(folders.of(work.session()).stdout()).strip();
    }

    private long timesFetched() {
        return index.seen().stream()
                .filter(request -> request.target().endsWith(".whl"))
                .count();
    }

    /** Folders that are no session's. */
    private List<Path> leftovers(UUID... sessions) throws IOException {
        List<String> known = Stream.of(sessions).map(UUID::toString).toList();
        try (Stream<Path> all = Files.list(folders.root())) {
            return all.filter(one -> one.getFileName().toString().matches("[0-9a-f-]{36}"))
                    .filter(one -> !known.contains(one.getFileName().toString()))
                    .toList();
        }
    }

    @Test
    void aNotebookIsExecutedWithWhatItsRepositoryRequiresWhichIsBuiltOnce() throws Exception {
        try (ProcessPlatform platform = open()) {
            Task task = new Task(
                    binder("notebooks/sky.ipynb", false),
                    ComputeRequest.ANY,
                    List.of(),
                    List.of(),
                    ScheduleRequest.ANY,
                    List.of(),
                    List.of());
            assertThat(platform.examine(task)).isEmpty();
            Duration before = platform.estimate(task).preparing();
            Work first = work(binder("notebooks/sky.ipynb", false));
            assertThat(run(platform, first)).isEqualTo("Lyra");
            assertThat(folders.of(first.session()).results())
                    .extracting(ResultFile::name)
                    .containsExactly("sky-executed.ipynb", "stars/notebooks/star.txt");
            assertThat(folders.of(first.session()).work().resolve("sky-executed.ipynb"))
                    .content()
                    .contains("Lyra");
            assertThat(steps).anyMatch(step -> step.startsWith("Successfully installed constellations-1.0"));
            assertThat(timesFetched()).isOne();

            assertThat(run(platform, work(binder("notebooks/sky.ipynb", false))))
                    .isEqualTo("Lyra");
            assertThat(timesFetched()).isOne();
            assertThat(steps).anyMatch(step -> step.startsWith("Its environment is there already"));
            Duration after = platform.estimate(task).preparing();
            assertThat(before.minus(after)).isEqualTo(Duration.ofSeconds(40));
        }
    }

    @Test
    void aNotebookIsOpenedWithItsEnvironment() throws Exception {
        try (ProcessPlatform platform = open()) {
            assumeTrue(
                    Files.isDirectory(Path.of("/usr/lib/python3/dist-packages/jupyter_server")),
                    "jupyter_server is missing (Debian: jupyter-server)");
            Work work = work(binder(null, true));
            platform.prepare(work, steps::add);
            platform.start(work);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> platform.observe(work.session()) instanceof Observation.Running);
            LiveConnector way = platform.connectors(work.session()).get(0);
            var reach = platform.reach(work.session(), way).orElseThrow();
            assertThat(InteractiveNotebookTest.ask(reach, "GET", "api/contents/notebooks", "", reach.headers()))
                    .startsWith("200 ")
                    .contains("sky.ipynb");
            platform.cancel(work.session());
            platform.release(work);
        }
    }

    @Test
    void aProgramsListIsItsOwnTextOrAnAddressOrAFileOfItsRepository() throws Exception {
        Path program = Files.writeString(
                root.resolve("data/sky.py"),
                "import constellations, subprocess\nprint(constellations.NAME, flush=True)\n"
                        + "subprocess.run(['constellations'], check=True)\n");
        Path list = Files.writeString(root.resolve("data/list.txt"), "constellations\n");
        try (ProcessPlatform platform = open()) {
            String location = program.toUri().toString();
            assertThat(run(platform, work(program(location, "constellations >= 1, < 2"))))
                    .isEqualTo("Lyra\nsays Lyra");
            assertThat(run(platform, work(program(location, list.toUri().toString()))))
                    .isEqualTo("Lyra\nsays Lyra");
            Executable inside = new Executable.PythonProgram(
                    KindRef.of(Kind.PYTHON_PROGRAM),
                    Label.NONE,
                    null,
                    new Executable.Repository(repository.toUri().toString(), null, "sky.py"),
                    "requirements.txt",
                    List.of(),
                    Map.of());
            commit("sky.py", Files.readAllBytes(program));
            assertThat(run(platform, work(inside))).isEqualTo("Lyra\nsays Lyra");
        }
    }

    @Test
    void aRepositoryBringsItsPackagesAlongWhereThereIsNoIndex() throws Exception {
        commit("wheels/" + WHEEL, wheel("Cygnus"));
        commit("requirements.txt", ("./wheels/" + WHEEL + "\n").getBytes(StandardCharsets.UTF_8));
        try (ProcessPlatform platform = open(Map.of())) {
            assertThat(run(platform, work(binder("notebooks/sky.ipynb", false))))
                    .isEqualTo("Cygnus");
            // The same list, of another repository's content, is another environment.
            commit("wheels/" + WHEEL, wheel("Aquila"));
            assertThat(run(platform, work(binder("notebooks/sky.ipynb", false))))
                    .isEqualTo("Aquila");
        }
        assertThat(index.seen()).isEmpty();
    }

    @Test
    void aBuildReachesTheIndexAndNothingElse() throws Exception {
        try (TinyServer other = new TinyServer((request, out) -> TinyServer.send(out, "200 OK", "", new byte[0]));
                ProcessPlatform platform = open()) {
            for (String line : List.of(
                    "constellations @ " + other.url("/" + WHEEL),
                    "--index-url " + other.url("/simple/") + "\nconstellations",
                    "--extra-index-url " + other.url("/simple/") + "\nno-such-thing",
                    "git+" + other.url("/x.git"),
                    "--proxy " + other.url("/") + "\nconstellations",
                    "-r /etc/hostname",
                    "file:///etc/passwd")) {
                Work work = work(program(
                        Files.writeString(root.resolve("data/x.py"), "").toUri().toString(), "# a list\n" + line));
                assertThatThrownBy(() -> platform.prepare(work, steps::add))
                        .as(line)
                        .isInstanceOf(PlatformException.class)
                        .hasMessageContaining("its environment cannot be built");
                platform.forget(work.session());
            }
            assertThat(other.seen()).isEmpty();
            assertThat(leftovers()).isEmpty();
        }
    }

    @Test
    void whatTheIndexDoesNotHaveIsSaid() throws Exception {
        commit("requirements.txt", "no-such-thing==7\n".getBytes(StandardCharsets.UTF_8));
        try (ProcessPlatform platform = open()) {
            assertThatThrownBy(() -> platform.prepare(work(binder("notebooks/sky.ipynb", false)), steps::add))
                    .isInstanceOf(PlatformException.class)
                    .hasMessageContaining("No matching distribution found for no-such-thing==7");
            commit("environment.yml", "name: x\n".getBytes(StandardCharsets.UTF_8));
            git("rm", "--quiet", "requirements.txt");
            git("commit", "--quiet", "-m", "conda");
            assertThatThrownBy(() -> platform.prepare(work(binder("notebooks/sky.ipynb", false)), steps::add))
                    .isInstanceOf(PlatformException.class)
                    .hasMessageContaining("environment.yml");
        }
    }

    @Test
    void twoSessionsThatRequireTheSameAtOnceWaitForOneBuild() throws Exception {
        try (ProcessPlatform platform = open()) {
            slow = true;
            Work one = work(binder("notebooks/sky.ipynb", false));
            Work two = work(binder("notebooks/sky.ipynb", false));
            List<CompletableFuture<Optional<Exception>>> both = Stream.of(one, two)
                    .map(work -> CompletableFuture.supplyAsync(() -> prepared(platform, work)))
                    .toList();
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> steps.contains("The same environment is being built: waiting for it"));
            hold.complete(null);
            for (CompletableFuture<Optional<Exception>> each : both) {
                assertThat(each.get(2, TimeUnit.MINUTES)).isEmpty();
            }
            assertThat(timesFetched()).isOne();
        }
    }

    private Optional<Exception> prepared(ProcessPlatform platform, Work work) {
        try {
            platform.prepare(work, steps::add);
            return Optional.empty();
        } catch (PlatformException e) {
            return Optional.of(e);
        }
    }

    @Test
    void aBuildEndsWithTheSessionThatIsStoppedMeanwhile() throws Exception {
        try (ProcessPlatform platform = open()) {
            slow = true;
            Work work = work(binder("notebooks/sky.ipynb", false));
            CompletableFuture<Optional<Exception>> outcome = new CompletableFuture<>();
            Thread preparing = new Thread(() -> outcome.complete(prepared(platform, work)));
            preparing.start();
            assertThat(asked.await(2, TimeUnit.MINUTES)).isTrue();
            preparing.interrupt();
            assertThat(outcome.get(1, TimeUnit.MINUTES)).isPresent();
            assertThat(leftovers(work.session())).isEmpty();
        }
    }

    @Test
    void aBuildThatAKilledPlannerLeftIsEndedByTheNext() throws Exception {
        UUID left = UUID.randomUUID();
        try (ProcessPlatform platform = open()) {
            Work sleeping = new Work(
                    left,
                    new Executable.Process(
                            KindRef.of(Kind.PROCESS), Label.NONE, List.of("/bin/sleep", "300"), Map.of(), "."),
                    new Amounts(1, 64, 16, 0, 1),
                    Duration.ofMinutes(10),
                    List.of(),
                    List.of(),
                    List.of(),
                    false);
            platform.prepare(sleeping, steps::add);
            platform.start(sleeping);
        }
        Path builds = folders.root().resolve(".process-alpha/builds");
        Files.writeString(builds.resolve(left.toString()), "{\"planner\": 999999999}");
        Instant began = Instant.now();
        open().close();
        assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofMinutes(1));
        assertThat(leftovers()).isEmpty();
        assertThat(builds.resolve(left.toString())).doesNotExist();
    }
}
