package org.planisphere.planner.platform.unpacked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.PlatformException;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.staging.WorkFolder;
import org.planisphere.planner.staging.WorkFolders;
import org.planisphere.planner.task.DataRequest;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Label;
import org.planisphere.planner.task.Volume;

/**
 * How Apptainer is called: a recorder stands in for it, which notes its arguments and variables in the run's work folder,
 * and what it is shown. A real one was never met.
 */
class ApptainerTest {
    private static final String RECORDER = """
            #!/bin/sh
            [ -w /tmp/work ] || exit 0
            for word in "$@"; do printf '%s\\n' "$word"; done > /tmp/work/arguments
            env > /tmp/work/variables
            { [ -e /tmp/image.sif ] && echo file; [ -d /tmp/image/srv ] && cat /tmp/image/srv/note; } > /tmp/work/image
            { touch /usr/x || echo read-only; } > /tmp/work/host 2>/dev/null
            for word in "$@"; do last="$word"; done
            case "$last" in
              fail) exit 9;;
              missing) echo 'FATAL:   "missing": executable file not found in $PATH' >&2; exit 255;;
            esac
            """;

    @TempDir
    Path root;

    private WorkFolders folders;
    private Path data;
    private Path tools;
    private Platform platform;

    @BeforeEach
    void open() throws Exception {
        CharliecloudPlatformTest.needed();
        folders = new WorkFolders(root.resolve("work"));
        data = Files.createDirectories(root.resolve("data"));
        // A run sees nothing that is in the host's /tmp.
        tools = Files.createTempDirectory(Path.of("/var/tmp"), "planisphere-apptainer");
        Files.setPosixFilePermissions(tools, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path program = Files.writeString(tools.resolve("apptainer"), RECORDER);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        platform = platform(false);
    }

    private Platform platform(boolean network) {
        return UnpackedEngine.open(
                Runner.APPTAINER,
                CharliecloudPlatformTest.common(
                        Map.of("engine", "apptainer", "files", List.of(data.toString()), "network", network)),
                CharliecloudPlatformTest.own(
                        Runner.APPTAINER,
                        Map.of("program", tools.resolve("apptainer").toString(), "archives", true)),
                folders);
    }

    @AfterEach
    void close() throws Exception {
        if (platform != null) {
            platform.close();
            CharliecloudPlatformTest.removeImages(root.resolve("work"));
        }
        if (tools != null) {
            WorkFolder.delete(tools);
        }
    }

    private static Executable.DockerContainer container(Map<String, String> environment, String... command) {
        String image = CharliecloudPlatformTest.registry().host() + "/test/busybox:1";
        return new Executable.DockerContainer(
                KindRef.of(Kind.DOCKER_CONTAINER),
                Label.NONE,
                new Executable.Image(List.of(image), null, "amd64", "linux"),
                false,
                List.of(command),
                null,
                environment,
                List.of());
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

    private Observation.Ended run(Work work) throws PlatformException {
        platform.prepare(work, said -> {});
        platform.start(work);
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> platform.observe(work.session()) instanceof Observation.Ended);
        return (Observation.Ended) platform.observe(work.session());
    }

    private List<String> noted(Work work, String file) throws Exception {
        return Files.readAllLines(folders.of(work.session()).work().resolve(file), StandardCharsets.UTF_8);
    }

    @Test
    void executesTheCommandInAnUnpackedImageWithEverythingShut() throws Exception {
        Work work = work(container(Map.of(), "echo", "a b", "--", "$(id)"), List.of(), List.of());
        assertThat(run(work).end()).isEqualTo(Observation.End.SUCCEEDED);
        assertThat(noted(work, "arguments"))
                .containsExactly(
                        "exec",
                        "--userns",
                        "--containall",
                        "--no-home",
                        "--cleanenv",
                        "--no-eval",
                        "--pwd",
                        "/work",
                        "--bind",
                        "/tmp/work:/work",
                        "--net",
                        "--network",
                        "none",
                        "/tmp/image",
                        "echo",
                        "a b",
                        "--",
                        "$(id)");
        assertThat(noted(work, "image")).containsExactly("from the image");
        assertThat(noted(work, "host")).containsExactly("read-only");
    }

    @Test
    void runsAnImageOfItsOwnFormatAsItIs() throws Exception {
        byte[] file = new byte[64];
        System.arraycopy("SIF_MAGIC".getBytes(StandardCharsets.US_ASCII), 0, file, 32, 9);
        String location = Files.write(data.resolve("a.sif"), file).toUri().toString();
        Work work = work(
                new Executable.SingularityContainer(KindRef.of(Kind.SINGULARITY_CONTAINER), Label.NONE, location),
                List.of(),
                List.of());
        assertThat(run(work).end()).isEqualTo(Observation.End.SUCCEEDED);
        assertThat(noted(work, "arguments")).startsWith("run").endsWith("--network", "none", "/tmp/image.sif");
        assertThat(noted(work, "image")).containsExactly("file");
    }

    @Test
    void bindsVolumesAndNothingElse() throws Exception {
        Files.writeString(data.resolve("stars.csv"), "Sirius\n");
        DataRequest stars = new DataRequest(
                KindRef.of(Kind.SIMPLE_DATA),
                Label.named("stars"),
                null,
                data.resolve("stars.csv").toUri().toString(),
                Map.of());
        Volume volume = new Volume(
                KindRef.of(Kind.SIMPLE_VOLUME), Label.NONE, "/data/stars.csv", Volume.Mode.READONLY, "stars");
        Work work = work(container(Map.of(), "true"), List.of(stars), List.of(volume));
        assertThat(run(work).end()).isEqualTo(Observation.End.SUCCEEDED);
        assertThat(noted(work, "arguments"))
                .containsSubsequence("--bind", "/tmp/work:/work", "--bind", "/tmp/mount-0:/data/stars.csv:ro");
    }

    @Test
    void noVariableOfTheRequestIsApptainersOwn() throws Exception {
        Map<String, String> environment = Map.of(
                "APPTAINER_BIND", "/:/host", "SINGULARITY_BIND", "/:/host", "LD_PRELOAD", "/work/evil.so", "A", "b c");
        Work work = work(container(environment, "true"), List.of(), List.of());
        assertThat(run(work).end()).isEqualTo(Observation.End.SUCCEEDED);
        assertThat(noted(work, "variables"))
                .contains(
                        "APPTAINERENV_APPTAINER_BIND=/:/host",
                        "APPTAINERENV_SINGULARITY_BIND=/:/host",
                        "APPTAINERENV_LD_PRELOAD=/work/evil.so",
                        "APPTAINERENV_A=b c",
                        "APPTAINERENV_FROM_IMAGE=yes")
                .noneMatch(line -> line.matches("(APPTAINER|SINGULARITY)_.*|LD_.*"));
    }

    @Test
    void leavesTheHostsNetworkToRunsThatAreGrantedIt() throws Exception {
        platform.close();
        platform = platform(true);
        Work work = work(container(Map.of(), "true"), List.of(), List.of());
        assertThat(run(work).end()).isEqualTo(Observation.End.SUCCEEDED);
        assertThat(noted(work, "arguments")).doesNotContain("--net", "--network", "none");
    }

    @Test
    void tellsHowItEnded() throws Exception {
        assertThat(run(work(container(Map.of(), "fail"), List.of(), List.of())).exitCode())
                .isEqualTo(9);
        Observation.Ended missing = run(work(container(Map.of(), "missing"), List.of(), List.of()));
        assertThat(missing.exitCode()).isEqualTo(127);
        assertThat(missing.detail()).contains("could not be started");
    }

    @Test
    void saysThatItNeverMetARealOne() {
        assertThat(platform.describe().unenforced()).anyMatch(text -> text.contains("never tried with a real one"));
    }
}
