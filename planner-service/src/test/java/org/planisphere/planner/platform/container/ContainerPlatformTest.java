package org.planisphere.planner.platform.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.planisphere.planner.staging.Delegations;
import org.planisphere.planner.staging.WorkFolders;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Label;
import org.planisphere.planner.task.Range;
import org.planisphere.planner.task.StorageRequest;

/** The contract with a real podman, and what only containers have. */
class ContainerPlatformTest extends PlatformContract {
    @TempDir
    Path root;

    private final Podman podman = Podman.needed();

    static PlatformSettings common(Map<String, Object> more) {
        Map<String, Object> tree = new java.util.HashMap<>(Map.of(
                "id",
                "alpha",
                "engine",
                "container",
                "capacity",
                Map.of("cores", 4, "memory", "4GiB", "storage", "10GiB"),
                "limits",
                Map.of("processes", 64, "files", 256, "output", "4MiB", "scratch", "64MiB", "grace", "1s")));
        tree.putAll(more);
        return PlatformSettings.of(new Section("platforms[0]", tree), PlatformSettings.Defaults.USUAL);
    }

    static ContainerSettings own(Podman podman, Map<String, Object> more) {
        Map<String, Object> tree = new java.util.HashMap<>(
                Map.of("socket", podman.socket().toString(), "image", Podman.IMAGE, "images", List.of("localhost/*")));
        tree.putAll(more);
        return ContainerSettings.usual(tree);
    }

    @Override
    @BeforeEach
    protected void openIt() {
        super.openIt();
    }

    @Override
    protected Platform open() {
        return new ContainerPlatform(common(Map.of()), own(podman, Map.of()), folders());
    }

    @Override
    protected WorkFolders folders() {
        return new WorkFolders(root.resolve("work"), Delegations.NONE, Archive.depot());
    }

    @Override
    protected List<String> hungry() {
        return List.of("sh", "-c", "echo up; x=$(head -c 300000000 /dev/zero | tr '\\0' x); echo ${#x}");
    }

    @Override
    protected Optional<String> withoutMemoryLimit() {
        return platform().describe().unenforced().stream()
                .filter(text -> text.startsWith("Memory"))
                .findFirst();
    }

    @Test
    void removesTheContainerOfWhatHasEnded() throws Exception {
        Work work = work(Duration.ofMinutes(1), "true");
        run(work);
        assertThat(podman.run("ps", "-a", "--format", "{{.Names}}"))
                .doesNotContain(work.session().toString());
    }

    @Test
    void removesContainersThatBelongToNoSession() throws Exception {
        Work work = work(Duration.ofMinutes(5), "echo up; sleep 1000");
        launch(work);
        awaitOut(work, "up");
        kill(platform());
        folders().of(work.session()).delete();
        openIt();
        assertThat(podman.run("ps", "-a", "--format", "{{.Names}}"))
                .doesNotContain(work.session().toString());
        assertThat(platform().observe(work.session())).isInstanceOf(Observation.Absent.class);
    }

    @Test
    void goesOnWhenTheEngineIsRestarted() throws Exception {
        Work work = work(Duration.ofMinutes(1), "echo up; while [ ! -e go ]; do sleep 0.05; done; echo done; exit 7");
        launch(work);
        awaitOut(work, "up");
        podman.stopService();
        podman.startService();
        Files.createFile(folders().of(work.session()).work().resolve("go"));
        assertThat(end(work).exitCode()).isEqualTo(7);
        assertThat(out(work)).isEqualTo("up\ndone\n");
    }

    @Test
    void countsProcessorTimeAndMemory() throws Exception {
        Observation.Ended end = run(work(
                Duration.ofMinutes(1),
                "x=$(head -c 20000000 /dev/zero | tr '\\0' x); i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done"));
        assertThat(end.usage().cpuSeconds()).isGreaterThan(0.05);
        assertThat(end.usage().peakMemory()).isGreaterThan(10L << 20);
    }

    @Test
    void aSessionWhoseContainerIsGoneIsLost() throws Exception {
        Work work = work(Duration.ofMinutes(5), "echo up; sleep 1000");
        launch(work);
        awaitOut(work, "up");
        kill(platform());
        podman.run("rm", "--force", "--time", "0", "planisphere-" + work.session());
        openIt();
        assertThat(end(work).end()).isEqualTo(Observation.End.LOST);
    }

    @Test
    void startsAgainWhatWasMadeAndNotStarted() throws Exception {
        Work work = work(Duration.ofMinutes(1), "echo once");
        platform().prepare(work, step -> {});
        // A planner that died between making and starting left a container that had not begun.
        podman.run(
                "create",
                "--name",
                "planisphere-" + work.session(),
                "--label",
                "org.planisphere.session=x",
                "--network",
                "none",
                Podman.IMAGE,
                "sh",
                "-c",
                "echo once");
        platform().start(work);
        assertThat(end(work).end()).isEqualTo(Observation.End.SUCCEEDED);
        assertThat(out(work)).isEqualTo("once\n");
    }

    @Test
    void showsTheOperatorsStorageToBeReadAndRemovesNothingOfIt() throws Exception {
        Path sky = Files.createDirectories(root.resolve("sky"));
        Files.setPosixFilePermissions(sky, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path stars = Files.writeString(sky.resolve("stars"), "bright");
        Files.setPosixFilePermissions(stars, PosixFilePermissions.fromString("rw-r--r--"));
        Map<String, Object> external = Map.of("external", List.of(Map.of("name", "sky", "path", sky.toString())));
        Work plain = work(Duration.ofMinutes(1), "cat sky/stars; touch sky/x 2>/dev/null || echo kept");
        Work work = new Work(
                plain.session(),
                plain.executable(),
                plain.granted(),
                plain.duration(),
                List.of(new StorageRequest(
                        KindRef.of(Kind.PERSISTENT_STORAGE),
                        new Label("sky", null),
                        Range.OPEN,
                        List.of(),
                        null,
                        null,
                        false)),
                List.of(),
                List.of(),
                false);
        WorkFolders others = new WorkFolders(root.resolve("others"), Delegations.NONE, Archive.depot());
        try (Platform platform = new ContainerPlatform(common(Map.of("id", "beta")), own(podman, external), others)) {
            platform.prepare(work, step -> {});
            platform.start(work);
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> platform.observe(work.session()) instanceof Observation.Ended);
            assertThat(others.of(work.session()).stdout()).hasContent("brightkept");
            platform.release(work);
            platform.forget(work.session());
        }
        assertThat(sky).isDirectoryContaining("glob:**/stars");
        assertThat(stars).hasContent("bright");
    }
}
