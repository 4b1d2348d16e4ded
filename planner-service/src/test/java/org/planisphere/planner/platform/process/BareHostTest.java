package org.planisphere.planner.platform.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.planisphere.planner.platform.Archive;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.Section;
import org.planisphere.planner.staging.Delegations;
import org.planisphere.planner.staging.WorkFolder;
import org.planisphere.planner.staging.WorkFolders;

/** The contract on a host with neither sandbox nor control groups, as in a container without privileges. */
class BareHostTest extends ProcessPlatformTest {
    private Path open;

    /** Not JUnit's folder, which other users cannot pass. */
    @Override
    protected WorkFolders folders() {
        try {
            if (open == null) {
                open = Files.createTempDirectory("bare");
                var permissions = Files.getPosixFilePermissions(open);
                permissions.add(PosixFilePermission.OTHERS_EXECUTE);
                Files.setPosixFilePermissions(open, permissions);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return new WorkFolders(open.resolve("work"), Delegations.NONE, Archive.depot());
    }

    @AfterEach
    void remove() throws IOException {
        WorkFolder.delete(open);
    }

    @Override
    ProcessSettings host() {
        return ProcessSettings.of(new Section("process", Map.of("sandbox", "off", "cgroups", "off")));
    }

    @Test
    void saysWhatItCannotEnforce() {
        try (Platform platform = open()) {
            assertThat(platform.describe().unenforced())
                    .anyMatch(text -> text.startsWith("Memory"))
                    .anyMatch(text -> text.startsWith("Cores"))
                    .anyMatch(text -> text.contains("file system"))
                    .anyMatch(text -> text.contains("network"));
        }
    }

    @Test
    void endsARunThatUsesMoreMemoryThanGrantedInManyProcesses() throws Exception {
        assumeTrue(withoutMemoryLimit().isPresent());
        var work = work(
                java.time.Duration.ofMinutes(1),
                64,
                16,
                java.util.List.of(
                        "/usr/bin/python3",
                        "-c",
                        "import os,time\nfor i in range(6):\n  if os.fork()==0: break\nx=bytearray(30<<20)\ntime.sleep(60)"));
        assertThat(run(work).end()).isEqualTo(org.planisphere.planner.platform.Observation.End.OUT_OF_MEMORY);
    }
}
