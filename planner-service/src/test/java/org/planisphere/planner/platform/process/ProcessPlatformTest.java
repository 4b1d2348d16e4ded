package org.planisphere.planner.platform.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.planisphere.planner.platform.Archive;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.PlatformContract;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.Section;
import org.planisphere.planner.staging.Delegations;
import org.planisphere.planner.staging.WorkFolder;
import org.planisphere.planner.staging.WorkFolders;

/** The contract on the best this host has. */
class ProcessPlatformTest extends PlatformContract {
    @TempDir
    Path root;

    /** @param files folders from which the platform reads */
    static PlatformSettings settings(Path... files) {
        Section item = new Section(
                "platforms[0]",
                Map.of(
                        "id",
                        "alpha",
                        "capacity",
                        Map.of("cores", 4, "memory", "4GiB", "storage", "10000MiB", "sessions", 100),
                        "files",
                        List.of(files),
                        "limits",
                        Map.of(
                                "processes",
                                64,
                                "files",
                                256,
                                "output",
                                "4MiB",
                                "scratch",
                                "64MiB",
                                "results",
                                1000,
                                "grace",
                                "1s")));
        PlatformSettings settings = PlatformSettings.of(item, PlatformSettings.Defaults.USUAL);
        item.done();
        return settings;
    }

    /** What of the host the engine is to use. */
    ProcessSettings host() {
        return ProcessSettings.USUAL;
    }

    @Override
    protected Platform open() {
        return new ProcessPlatform(settings(), host(), folders());
    }

    @Override
    protected WorkFolders folders() {
        return new WorkFolders(root.resolve("work"), Delegations.NONE, Archive.depot());
    }

    /** Of the links in it JUnit would warn one by one. */
    @AfterEach
    void removeTheCopyOfEtc() throws IOException {
        Path folder = Files.createDirectories(root.resolve("work"));
        try (DirectoryStream<Path> copies = Files.newDirectoryStream(folder, ".etc-*")) {
            for (Path copy : copies) {
                WorkFolder.delete(copy);
            }
        }
    }

    @Override
    protected Optional<String> withoutMemoryLimit() {
        return platform().describe().unenforced().stream()
                .filter(text -> text.startsWith("Memory"))
                .findFirst();
    }
}
