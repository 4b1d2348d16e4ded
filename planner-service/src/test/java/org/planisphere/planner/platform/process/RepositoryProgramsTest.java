package org.planisphere.planner.platform.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.foundation.http.GuardedHttp;
import org.planisphere.foundation.http.HttpRules;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.PlatformException;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.staging.ResultFile;
import org.planisphere.planner.staging.TinyServer;
import org.planisphere.planner.staging.WorkFolders;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Label;

/** Programs in git repositories, and Java programs, really run. */
@Timeout(180)
class RepositoryProgramsTest {
    @TempDir
    Path root;

    private GuardedHttp http = new GuardedHttp(HttpRules.NONE);
    private Path repository;
    private String first;

    @BeforeEach
    void aRepositoryOfTwoCommits() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/git")), "/usr/bin/git is missing (Debian: git)");
        repository = Files.createDirectories(root.resolve("data/stars.git"));
        git("init", "--quiet", "--initial-branch=main");
        Files.createDirectories(repository.resolve("src"));
        Files.writeString(repository.resolve("src/names.py"), "STAR = 'Vega'\n");
        Files.writeString(
                repository.resolve("src/main.py"),
                "import sys, names\nprint(names.STAR, *sys.argv[1:])\nopen('left.txt', 'w').write('x')\n");
        Files.writeString(
                repository.resolve("Main.java"),
                "public class Main { public static void main(String[] a) { System.out.println(\"Deneb \" + a[0]); } }");
        Files.createSymbolicLink(repository.resolve("out"), Path.of("/etc/passwd"));
        git("add", ".");
        git("commit", "--quiet", "-m", "one");
        first = git("rev-parse", "HEAD");
        Files.writeString(repository.resolve("src/names.py"), "STAR = 'Altair'\n");
        git("commit", "--quiet", "-am", "two");
    }

    private String git(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "/usr/bin/git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"));
        command.addAll(List.of(words));
        Process git = new ProcessBuilder(command)
                .directory(repository.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(git.waitFor()).as(said).isZero();
        return said.strip();
    }

    private Executable python(@Nullable String reference) {
        return new Executable.PythonProgram(
                KindRef.of(Kind.PYTHON_PROGRAM),
                Label.NONE,
                null,
                new Executable.Repository(repository.toUri().toString(), reference, "src/main.py"),
                null,
                List.of("shines"),
                Map.of());
    }

    private static Work work(Executable executable) {
        return new Work(
                UUID.randomUUID(),
                executable,
                new Amounts(1, 2048, 64, 0, 1),
                Duration.ofMinutes(2),
                List.of(),
                List.of(),
                List.of(),
                false);
    }

    private ProcessPlatform open(WorkFolders folders) {
        return new ProcessPlatform(
                ProcessPlatformTest.settings(root.resolve("data")), ProcessSettings.USUAL, folders, http);
    }

    /** What it printed. */
    private String run(Executable executable, String... results) throws Exception {
        Work work = work(executable);
        WorkFolders folders = new WorkFolders(root.resolve("work"));
        List<String> steps = new ArrayList<>();
        try (ProcessPlatform platform = open(folders)) {
            platform.prepare(work, steps::add);
            platform.start(work);
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> platform.observe(work.session()) instanceof Observation.Ended);
            Observation.Ended ended = (Observation.Ended) platform.observe(work.session());
            assertThat(ended.end())
                    .as(Files.readString(folders.of(work.session()).stderr()))
                    .isEqualTo(Observation.End.SUCCEEDED);
            platform.release(work);
        }
        assertThat(folders.of(work.session()).results())
                .extracting(ResultFile::name)
                .containsExactly(results);
        return Files.readString(folders.of(work.session()).stdout()).strip();
    }

    @Test
    void aPythonProgramOfABranchAndOfACommitIsRunWithWhatIsBesideIt() throws Exception {
        assertThat(run(python("main"), "left.txt")).isEqualTo("Altair shines");
        assertThat(run(python(null), "left.txt")).isEqualTo("Altair shines");
        assertThat(run(python(first), "left.txt")).isEqualTo("Vega shines");
    }

    @Test
    void whatIsNotThereIsSaid() throws Exception {
        try (ProcessPlatform platform = open(new WorkFolders(root.resolve("work")))) {
            assertThatThrownBy(() -> platform.prepare(work(python("no-such-branch")), step -> {}))
                    .isInstanceOf(PlatformException.class)
                    .hasMessageContaining("no such branch, tag or commit");
            assertThatThrownBy(() -> platform.prepare(work(python("0".repeat(40))), step -> {}))
                    .isInstanceOf(PlatformException.class);
            for (String outside :
                    List.of("file:///etc", "ssh://localhost/x", "ext::sh -c id", "http://127.0.0.1:9/x")) {
                Executable program = new Executable.PythonProgram(
                        KindRef.of(Kind.PYTHON_PROGRAM),
                        Label.NONE,
                        null,
                        new Executable.Repository(outside, null, "main.py"),
                        null,
                        List.of(),
                        Map.of());
                assertThatThrownBy(() -> platform.prepare(work(program), step -> {}))
                        .as(outside)
                        .isInstanceOf(PlatformException.class)
                        .hasMessageContaining("cannot be read");
            }
        }
    }

    @Test
    void aJavaSourceFileOfARepositoryIsRun() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/javac")), "/usr/bin/javac is missing (Debian: a JDK)");
        Executable program = new Executable.JavaProgram(
                KindRef.of(Kind.JAVA_PROGRAM),
                Label.NONE,
                null,
                new Executable.Repository(repository.toUri().toString(), "main", "Main.java"),
                null,
                List.of("shines"),
                List.of("-Xmx128m", "-XX:TieredStopAtLevel=1"));
        assertThat(run(program)).isEqualTo("Deneb shines");
    }

    @Test
    void aJavaProgramIsRunFromItsAddress() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/javac")), "/usr/bin/javac is missing (Debian: a JDK)");
        Executable program = new Executable.JavaProgram(
                KindRef.of(Kind.JAVA_PROGRAM),
                Label.NONE,
                repository.resolve("Main.java").toUri().toString(),
                null,
                null,
                List.of("glows"),
                List.of("-Xmx128m"));
        assertThat(run(program)).isEqualTo("Deneb glows");
    }

    @Test
    void aJarIsRunFromItsUrl() throws Exception {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assumeTrue(compiler != null, "there is no compiler (Debian: a JDK)");
        Path classes = Files.createDirectories(root.resolve("classes"));
        String source = repository.resolve("Main.java").toString();
        assertThat(compiler.run(null, null, null, "--release", "17", "-d", classes.toString(), source))
                .isZero();
        ByteArrayOutputStream jar = new ByteArrayOutputStream();
        try (JarOutputStream out = new JarOutputStream(jar)) {
            out.putNextEntry(new ZipEntry("Main.class"));
            out.write(Files.readAllBytes(classes.resolve("Main.class")));
        }
        try (TinyServer server =
                new TinyServer((request, out) -> TinyServer.send(out, "200 OK", "", jar.toByteArray()))) {
            http = new GuardedHttp(HttpRules.of(List.of(server.authority()), 1 << 20, Duration.ofMinutes(1)));
            Executable program = new Executable.JavaProgram(
                    KindRef.of(Kind.JAVA_PROGRAM),
                    Label.NONE,
                    server.url("/stars/stars.jar"),
                    null,
                    "Main",
                    List.of("burns"),
                    List.of("-Xmx128m"));
            assertThat(run(program)).isEqualTo("Deneb burns");
        }
    }
}
