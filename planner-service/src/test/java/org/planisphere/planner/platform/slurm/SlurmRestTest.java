package org.planisphere.planner.platform.slurm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.staging.WorkFolders;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Label;

/** The engine over a real slurmrestd, with a real token. */
class SlurmRestTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final TestSlurm slurm = TestSlurm.needed();
    private Path token;

    @BeforeEach
    void makeToken() throws Exception {
        token = slurm.folder().resolve("token");
        String said = slurm.run("scontrol", "token", "username=root", "lifespan=600");
        Files.deleteIfExists(token);
        Files.createFile(token, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(token, said);
    }

    private SlurmSettings settings() {
        Map<String, Object> rest = new HashMap<>();
        rest.put("url", slurm.rest());
        rest.put("user", "root");
        rest.put("token", token.toString());
        return SlurmSettings.usual(Map.of("poll", "200ms", "rest", rest));
    }

    private Slurm way() {
        SlurmSettings settings = settings();
        return new SlurmRest(settings.rest(), settings.gres());
    }

    private Platform open() {
        return new SlurmPlatform(SlurmPlatformTest.common(Map.of("id", "rest")), settings(), way(), folders());
    }

    private WorkFolders folders() {
        return slurm.sessions();
    }

    private static Work work(String script) {
        return new Work(
                UUID.randomUUID(),
                new Executable.Process(
                        KindRef.of(Kind.PROCESS), Label.NONE, List.of("sh", "-c", script), Map.of(), "."),
                new Amounts(1, 64, 16, 0, 1),
                Duration.ofMinutes(1),
                List.of(),
                List.of(),
                List.of(),
                false);
    }

    private static Observation.Ended end(Platform platform, Work work) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> platform.observe(work.session()) instanceof Observation.Ended);
        return (Observation.Ended) platform.observe(work.session());
    }

    private void launch(Platform platform, Work work) throws Exception {
        platform.prepare(work, step -> {});
        platform.start(work);
    }

    @Test
    void runsAndTellsTheExitCode() throws Exception {
        Work work = work("echo hello; exit 5");
        try (Platform platform = open()) {
            launch(platform, work);
            assertThat(end(platform, work).exitCode()).isEqualTo(5);
            platform.release(work);
        }
        assertThat(folders().of(work.session()).stdout()).hasContent("hello");
    }

    @Test
    void cancelsAndProlongs() throws Exception {
        Work work = work("sleep 1000");
        try (Platform platform = open()) {
            launch(platform, work);
            await().atMost(PATIENCE).until(() -> platform.observe(work.session()) instanceof Observation.Running);
            platform.prolong(work.session(), Duration.ofMinutes(30));
            assertThat(slurm.run("squeue", "-h", "-n", Jobs.name(work.session()), "-o", "%l"))
                    .isEqualTo("32:00");
            platform.cancel(work.session());
            assertThat(end(platform, work).end()).isEqualTo(Observation.End.CANCELLED);
        }
    }

    @Test
    void seesTheSameClusterAsTheCommands() throws Exception {
        Cluster commands = new SlurmCommands(SlurmSettings.usual(Map.of("conf", slurm.conf()))).cluster("");
        assertThat(way().cluster("")).isEqualTo(commands);
        assertThat(way().cluster("work")).isEqualTo(commands);
    }

    @Test
    void refusesATokenThatIsNotGood() throws Exception {
        Files.writeString(token, "eyJhbGciOiJIUzI1NiJ9.e30.wrong");
        assertThatThrownBy(() -> way().mine())
                .isInstanceOf(SlurmException.class)
                .hasMessageContaining("token");
    }

    @Test
    void passesSlurmsOwnRefusalOn() {
        Submission job =
                new Submission("planisphere-x", "x", "#!/bin/sh\ntrue\n", "/tmp", 64, 64, 2, "", "", "", "", "", "");
        assertThatThrownBy(() -> way().submit(job))
                .isInstanceOfSatisfying(
                        SlurmException.class,
                        refused -> assertThat(refused.reached()).isTrue());
    }

    @Test
    void saysThatNobodyAnswers() {
        SlurmRest nobody = new SlurmRest(
                new SlurmSettings.Rest(URI.create("http://127.0.0.1:1"), "root", token, "v0.0.38"), "gpu");
        assertThatThrownBy(nobody::mine)
                .isInstanceOfSatisfying(
                        SlurmException.class,
                        refused -> assertThat(refused.reached()).isFalse());
    }
}
