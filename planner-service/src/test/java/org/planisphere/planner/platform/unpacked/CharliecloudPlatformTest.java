package org.planisphere.planner.platform.unpacked;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.planner.platform.Archive;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.PlatformContract;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.Section;
import org.planisphere.planner.staging.Delegations;
import org.planisphere.planner.staging.WorkFolder;
import org.planisphere.planner.staging.WorkFolders;

/** The contract with a real Charliecloud. */
class CharliecloudPlatformTest extends PlatformContract {
    private static TinyRegistry registry;

    @TempDir
    Path root;

    /** Skips the test, with the reason, where there is no Charliecloud that works. */
    static void needed() {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/ch-run")),
                "ch-run is not installed (Debian: apt install charliecloud)");
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/bwrap")),
                "bubblewrap is not installed (Debian: apt install bubblewrap)");
    }

    /** One registry with one image, for as long as the tests run. */
    static synchronized TinyRegistry registry() {
        if (registry == null) {
            try {
                TestImage image = TestImage.busybox();
                registry = new TinyRegistry();
                registry.push("test/busybox", "1", image);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
        return registry;
    }

    static PlatformSettings common(Map<String, Object> more) {
        Map<String, Object> tree = new HashMap<>(Map.of(
                "id",
                "alpha",
                "engine",
                "charliecloud",
                "capacity",
                Map.of("cores", 4, "memory", "4GiB", "storage", "10GiB"),
                "limits",
                Map.of("processes", 64, "files", 256, "output", "4MiB", "scratch", "64MiB", "grace", "1s")));
        tree.putAll(more);
        return PlatformSettings.of(new Section("platforms[0]", tree), PlatformSettings.Defaults.USUAL);
    }

    static UnpackedSettings own(Runner runner, Map<String, Object> more) {
        String host = registry().host();
        Map<String, Object> tree = new HashMap<>(Map.of(
                "image", host + "/test/busybox:1", "images", List.of(host + "/test/*"), "insecure", List.of(host)));
        tree.putAll(more);
        Section section = new Section(runner.engine(), tree);
        UnpackedSettings settings = UnpackedSettings.of(section, runner.program());
        section.done();
        return settings;
    }

    @Override
    @BeforeEach
    protected void openIt() {
        needed();
        super.openIt();
    }

    @Override
    protected Platform open() {
        return UnpackedEngine.open(
                Runner.CHARLIECLOUD, common(Map.of()), own(Runner.CHARLIECLOUD, Map.of()), folders());
    }

    @Override
    protected WorkFolders folders() {
        return new WorkFolders(root.resolve("work"), Delegations.NONE, Archive.depot());
    }

    /** Of the links in them JUnit would warn one by one. */
    @AfterEach
    void removeTheImages() throws IOException {
        removeImages(root.resolve("work"));
    }

    static void removeImages(Path work) throws IOException {
        Files.createDirectories(work);
        try (DirectoryStream<Path> hidden = Files.newDirectoryStream(work, ".{etc,images}-*")) {
            for (Path folder : hidden) {
                WorkFolder.delete(folder);
            }
        }
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
}
