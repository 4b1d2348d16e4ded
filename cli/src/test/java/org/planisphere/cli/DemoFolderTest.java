package org.planisphere.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoFolderTest {
    @TempDir
    Path folder;

    @Test
    void othersPassTheFolderElsewhereAndReadNothingOfIt() throws Exception {
        Path usual = Files.createDirectories(folder.resolve("checkout/var/demo"));
        Path other = DemoFolder.elsewhere(folder, usual);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(other)))
                .isEqualTo("rwx--x--x");
        assertThat(DemoFolder.elsewhere(folder, usual)).as("the same again").isEqualTo(other);
        Path another = Files.createDirectories(folder.resolve("another/var/demo"));
        assertThat(DemoFolder.elsewhere(folder, another)).isNotEqualTo(other);
    }

    @Test
    void aFolderBelowOneThatIsClosedToOthersIsNotPassable() throws Exception {
        Path closed = Files.createDirectory(folder.resolve("closed"));
        Path inside = Files.createDirectory(closed.resolve("inside"));
        Files.setPosixFilePermissions(inside, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        assertThat(DemoFolder.passable(inside)).isFalse();
    }
}
