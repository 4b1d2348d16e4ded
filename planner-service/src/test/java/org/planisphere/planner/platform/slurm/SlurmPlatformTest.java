package org.planisphere.planner.platform.slurm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.Platform;
import org.planisphere.planner.platform.PlatformContract;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.Section;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.staging.WorkFolders;

/** The contract with a real Slurm by its commands, and what only a queue has. */
class SlurmPlatformTest extends PlatformContract {
    final TestSlurm slurm = TestSlurm.needed();

    static PlatformSettings common(Map<String, Object> more) {
        Map<String, Object> tree = new HashMap<>(Map.of(
                "id",
                "alpha",
                "engine",
                "slurm",
                "capacity",
                Map.of("storage", "10GiB"),
                "limits",
                Map.of("processes", 64, "files", 256, "output", "4MiB", "scratch", "64MiB", "grace", "1s")));
        tree.putAll(more);
        return PlatformSettings.of(new Section("platforms[0]", tree), PlatformSettings.Defaults.USUAL);
    }

    SlurmSettings own() {
        return SlurmSettings.usual(Map.of("conf", slurm.conf(), "poll", "200ms"));
    }

    Slurm way() {
        return new SlurmCommands(own());
    }

    @Override
    @BeforeEach
    protected void openIt() {
        super.openIt();
    }

    @Override
    protected Platform open() {
        return new SlurmPlatform(common(Map.of()), own(), way(), folders());
    }

    @Override
    protected WorkFolders folders() {
        return slurm.sessions();
    }

    @Override
    protected Optional<String> withoutMemoryLimit() {
        return platform().describe().unenforced().stream()
                .filter(text -> text.startsWith("Memory"))
                .findFirst();
    }

    private String jobs(UUID session) throws Exception {
        return slurm.run("squeue", "-h", "-a", "-t", "all", "-n", Jobs.name(session), "-o", "%T");
    }

    @Test
    void doesNotSubmitTwiceWhenTheAnswerWasLost() throws Exception {
        Work work = work(Duration.ofMinutes(1), "echo once");
        platform().prepare(work, step -> {});
        platform().start(work);
        // As a planner that died before it read the number.
        kill(platform());
        var file = folders().of(work.session()).file("job.json");
        Map<String, Object> facts = new HashMap<>(
                org.planisphere.planner.staging.JsonFile.read(file).orElseThrow());
        facts.remove("job");
        org.planisphere.planner.staging.JsonFile.write(file, facts);
        openIt();
        assertThat(end(work).end()).isEqualTo(Observation.End.SUCCEEDED);
        assertThat(out(work)).isEqualTo("once\n");
        assertThat(jobs(work.session()).lines()).hasSize(1);
    }

    @Test
    void runsOnceThoughItWasSubmittedTwice() throws Exception {
        Work work = work(Duration.ofMinutes(1), "echo once; while [ ! -e go ]; do sleep 0.05; done");
        launch(work);
        awaitOut(work, "once");
        Slurm way = new SlurmCommands(own());
        SlurmRun run = SlurmRun.of(work.session(), folders().of(work.session())).orElseThrow();
        long second = way.submit(run.submission());
        await().atMost(PATIENCE).until(() -> way.job(second).orElseThrow().over());
        Files.createFile(folders().of(work.session()).work().resolve("go"));
        assertThat(end(work).end()).isEqualTo(Observation.End.SUCCEEDED);
        assertThat(out(work)).isEqualTo("once\n");
    }

    @Test
    void goesOnWhenTheControllerIsRestarted() throws Exception {
        Work work = work(Duration.ofMinutes(1), "echo up; while [ ! -e go ]; do sleep 0.05; done; exit 7");
        Work later = work(Duration.ofMinutes(1), "echo later");
        launch(work);
        awaitOut(work, "up");
        slurm.stopController();
        try {
            platform().prepare(later, step -> {});
            platform().start(later);
            assertThat(platform().observe(later.session())).isInstanceOf(Observation.Pending.class);
            Files.createFile(folders().of(work.session()).work().resolve("go"));
            assertThat(end(work).exitCode()).isEqualTo(7);
        } finally {
            slurm.startController();
        }
        assertThat(end(later).end()).isEqualTo(Observation.End.SUCCEEDED);
        assertThat(out(later)).isEqualTo("later\n");
    }

    @Test
    void tellsThatSomebodyCancelledTheJob() throws Exception {
        Work work = work(Duration.ofMinutes(1), "echo up; sleep 1000");
        launch(work);
        awaitOut(work, "up");
        slurm.run("scancel", "--name", Jobs.name(work.session()));
        Observation.Ended end = end(work);
        assertThat(end.end()).isEqualTo(Observation.End.LOST);
        assertThat(end.detail()).contains("cancelled its job in Slurm");
    }

    @Test
    void endsJobsThatBelongToNoSession() throws Exception {
        Work work = work(Duration.ofMinutes(5), "echo up; sleep 1000");
        launch(work);
        awaitOut(work, "up");
        kill(platform());
        folders().of(work.session()).delete();
        openIt();
        await().atMost(PATIENCE).until(() -> !jobs(work.session()).contains("RUNNING"));
    }

    @Test
    void waitsForItsTurnAndTellsWhy() throws Exception {
        String others = slurm.run(
                "sbatch",
                "--parsable",
                "--exclusive",
                "--output=/dev/null",
                "--mem=50M",
                "--time=1",
                "--wrap=sleep 100");
        Work work = work(Duration.ofMinutes(1), "echo mine");
        try {
            await().atMost(PATIENCE)
                    .until(() ->
                            slurm.run("squeue", "-h", "-j", others, "-o", "%T").equals("RUNNING"));
            launch(work);
            await().atMost(PATIENCE)
                    .until(() -> platform().observe(work.session()) instanceof Observation.Pending pending
                            && pending.detail().contains("Resources"));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(platform().occupied())
                            .anySatisfy(busy -> assertThat(busy.amounts().cores())
                                    .isEqualTo(platform().describe().capacity().cores())));
        } finally {
            slurm.run("scancel", others);
        }
        assertThat(end(work).end()).isEqualTo(Observation.End.SUCCEEDED);
    }

    @Test
    void cancelsWhatStillWaits() throws Exception {
        String others = slurm.run(
                "sbatch",
                "--parsable",
                "--exclusive",
                "--output=/dev/null",
                "--mem=50M",
                "--time=1",
                "--wrap=sleep 100");
        Work work = work(Duration.ofMinutes(1), "echo never");
        try {
            launch(work);
            platform().cancel(work.session());
            Observation.Ended end = end(work);
            assertThat(end.end()).isEqualTo(Observation.End.CANCELLED);
            assertThat(jobs(work.session())).isEqualTo("CANCELLED");
            assertThat(out(work)).isEmpty();
        } finally {
            slurm.run("scancel", others);
        }
    }

    @Test
    void offersWhatSlurmHas() throws Exception {
        String[] node = slurm.run("sinfo", "-h", "-o", "%c %m").split(" ");
        long cores = Long.parseLong(node[0]);
        assertThat(platform().describe().capacity().cores()).isEqualTo(cores);
        assertThat(platform().describe().capacity().memory()).isEqualTo(Long.parseLong(node[1]) - 32 * cores);
        assertThat(platform().enforced()).anyMatch(text -> text.startsWith("Slurm: partition work"));
    }

    @Test
    void refusesWhatSlurmWouldRefuse() throws Exception {
        Work work = work(Duration.ofMinutes(1), 900L << 10, 16, java.util.List.of("true"));
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> platform().prepare(work, step -> {}))
                .hasMessageContaining("Slurm would refuse it");
    }
}
