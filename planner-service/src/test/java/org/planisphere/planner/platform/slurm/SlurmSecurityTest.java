package org.planisphere.planner.platform.slurm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.staging.ResultFile;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Label;

/** What a hostile task tries when it is a job of Slurm. */
class SlurmSecurityTest {
    private final TestSlurm slurm = TestSlurm.needed();
    private Platform platform;

    @BeforeEach
    void open() {
        SlurmSettings own = SlurmSettings.usual(Map.of("conf", slurm.conf(), "poll", "200ms"));
        platform = new SlurmPlatform(
                SlurmPlatformTest.common(Map.of("id", "secure")), own, new SlurmCommands(own), slurm.sessions());
        assumeTrue(
                platform.describe().unenforced().stream().noneMatch(text -> text.contains("file system")),
                "neither bubblewrap nor kernel namespaces work on this host");
    }

    @AfterEach
    void close() {
        platform.close();
    }

    private Work work(Map<String, String> environment, String... command) {
        return new Work(
                UUID.randomUUID(),
                new Executable.Process(KindRef.of(Kind.PROCESS), Label.NONE, List.of(command), environment, "."),
                new Amounts(1, 64, 16, 0, 1),
                Duration.ofMinutes(1),
                List.of(),
                List.of(),
                List.of(),
                false);
    }

    /** Runs it to its end; what it printed. */
    private String run(Work work) throws Exception {
        platform.prepare(work, step -> {});
        platform.start(work);
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> platform.observe(work.session()) instanceof Observation.Ended);
        platform.release(work);
        return Files.readString(slurm.sessions().of(work.session()).stdout());
    }

    @Test
    void nothingOfItsArgumentsIsReadByAShell() throws Exception {
        String hostile = "$(id)`id`; rm -rf /\n#SBATCH --uid=0\n'\"\\ -- %j";
        assertThat(run(work(Map.of(), "printf", "%s", hostile))).isEqualTo(hostile);
    }

    @Test
    void itsEnvironmentReachesNothingButItself() throws Exception {
        Work work =
                work(Map.of("LD_PRELOAD", "/nonexistent.so", "SBATCH_UID", "0", "PYTHONSTARTUP", "/etc/passwd"), "env");
        assertThat(run(work).lines())
                .contains("LD_PRELOAD=/nonexistent.so", "SBATCH_UID=0")
                .noneMatch(line -> line.startsWith("SLURM"));
        assertThat(Files.readString(slurm.sessions().of(work.session()).path().resolve("supervisor.log")))
                .doesNotContain("nonexistent");
    }

    @Test
    void itCannotSpeakToSlurm() throws Exception {
        Work work = work(
                Map.of("SLURM_CONF", slurm.conf()),
                "sh",
                "-c",
                "timeout 2 squeue 2>&1; timeout 2 sbatch --wrap id 2>&1; ls "
                        + Path.of(slurm.conf()).getParent() + " 2>&1; id -u");
        String said = run(work);
        assertThat(said)
                .doesNotContain("JOBID", "Submitted")
                .contains("No such file")
                .endsWith("1000\n");
    }

    @Test
    void itSeesNoOtherSessionAndReachesNoNetwork() throws Exception {
        Work work = work(
                Map.of(),
                "sh",
                "-c",
                "ls " + slurm.sessions().root() + " 2>&1; cat /proc/net/route | wc -l; ls / | tr '\\n' ' '");
        String said = run(work);
        assertThat(said).contains("No such file").doesNotContain("root", "home");
    }

    @Test
    void aLinkOutOfItsFolderIsNoResult() throws Exception {
        Work work = work(
                Map.of(), "sh", "-c", "ln -s /etc/shadow shadow; ln -s ../plan.json plan; echo 1 > mine; mkfifo pipe");
        run(work);
        assertThat(slurm.sessions().of(work.session()).results())
                .extracting(ResultFile::name)
                .containsExactly("mine");
    }
}
