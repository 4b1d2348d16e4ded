package org.planisphere.planner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlatformCheckTest {
    @TempDir
    Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int check(String... args) {
        return PlatformCheck.run(
                List.of(args),
                Map.of("PLANISPHERE_DATA_DIR", folder.toString()),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String settings(String yaml) throws IOException {
        return Files.writeString(folder.resolve("node.yaml"), yaml).toString();
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void tellsWhatThisMachineEnforcesAndWhatNot() {
        assertThat(check()).isZero();
        assertThat(said())
                .startsWith("local (This machine) works.")
                .containsPattern("(?m)^  runs +process")
                .containsPattern("(?m)^  enforced +\\S")
                .contains("Time: by each run's supervisor")
                .containsPattern("(?m)^  not enforced +\\S")
                .contains("Storage is looked at once a second");
    }

    @Test
    void leavesNothingBehind() throws IOException {
        check();
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aPlatformThatCannotWorkIsToldBesideThoseThatDo() throws IOException {
        String file = settings("""
            platforms:
              - {id: alpha, capacity: {cores: 2}}
              - {id: boxes, engine: container, container: {socket: %s, images: ["*"]}}
            """.formatted(folder.resolve("none.sock")));
        assertThat(check(file)).isEqualTo(1);
        assertThat(said())
                .contains("alpha (alpha) works.")
                .contains("platforms[1] does not work here: platform boxes: no container engine answers at ")
                .contains("start podman's or Docker's service");
    }

    @Test
    void saysWhichProgramIsMissing() throws IOException {
        String file = settings("""
            platforms:
              - {id: pit, engine: charliecloud, charliecloud: {program: %s}}
              - {id: hall, engine: apptainer, apptainer: {program: %s}}
            """.formatted(folder.resolve("ch-run"), folder.resolve("apptainer")));
        assertThat(check(file)).isEqualTo(1);
        assertThat(said())
                .contains("platform pit needs Charliecloud: there is no " + folder.resolve("ch-run"))
                .contains("platform hall needs Apptainer: there is no " + folder.resolve("apptainer"));
    }

    @Test
    void wrongSettingsAreToldAndNothingIsOpened() throws IOException {
        String file = settings("platforms: [{id: alpha, engine: warp}]");
        assertThat(check(file)).isEqualTo(2);
        assertThat(said()).isEmpty();
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("platforms[0].engine: must be one of ");
    }

    @Test
    void aFileThatIsNotThereIsTold() {
        assertThat(check(folder.resolve("no.yaml").toString())).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("no.yaml");
    }

    @Test
    void moreThanAFileIsNotUnderstood() {
        assertThat(check("one.yaml", "two.yaml")).isEqualTo(2);
        assertThat(check("--all")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("two.yaml is not understood", "Usage: planisphere");
    }
}
