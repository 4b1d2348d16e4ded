package org.planisphere.planner.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.planisphere.planner.ledger.Amounts;
import org.planisphere.planner.staging.ResultFile;
import org.planisphere.planner.staging.WorkFolder;
import org.planisphere.planner.staging.WorkFolders;
import org.planisphere.planner.task.DataRequest;
import org.planisphere.planner.task.Executable;
import org.planisphere.planner.task.Kind;
import org.planisphere.planner.task.KindRef;
import org.planisphere.planner.task.Label;
import org.planisphere.planner.task.Range;
import org.planisphere.planner.task.StorageRequest;

/**
 * What every engine that runs processes on POSIX machines must do. A subclass gives the engine; tasks are written in
 * POSIX shell.
 */
public abstract class PlatformContract {
    protected static final Duration PATIENCE = Duration.ofSeconds(60);
    private Platform platform;
    private final Set<UUID> told = ConcurrentHashMap.newKeySet();

    /** A new engine over the same folders and the same machine as any before in this test. */
    protected abstract Platform open();

    /** Where the engine of this test keeps its sessions. */
    protected abstract WorkFolders folders();

    /** Ends the engine as if its planner had been killed: nothing is told to what runs. */
    protected void kill(Platform victim) {
        victim.close();
    }

    /** Why the engine cannot bound memory on this host; empty when it can. */
    protected Optional<String> withoutMemoryLimit() {
        return Optional.empty();
    }

    /** Why the engine cannot bound the size of one file; empty when it can. */
    protected Optional<String> withoutFileLimit() {
        return Optional.empty();
    }

    /** Whether the engine keeps both streams of a run as one, its output. */
    protected boolean keepsOneStream() {
        return false;
    }

    /** A program that prints {@code up} and then wants 300 MiB of memory. */
    protected List<String> hungry() {
        return List.of("/usr/bin/python3", "-c", "print('up', flush=True); x = bytearray(300 << 20)");
    }

    @BeforeEach
    protected void openIt() {
        platform = open();
        platform.onChange(told::add);
    }

    @AfterEach
    void closeIt() {
        platform.close();
    }

    protected Platform platform() {
        return platform;
    }

    protected void reopen() {
        kill(platform);
        told.clear();
        openIt();
    }

    protected static Work work(Duration duration, String script) {
        return work(duration, 64, 16, List.of("sh", "-c", script));
    }

    protected static Work work(Duration duration, long memory, long storage, List<String> command) {
        Executable executable =
                new Executable.Process(KindRef.of(Kind.PROCESS), Label.NONE, command, Map.of("GREETING", "hello"), ".");
        return new Work(
                UUID.randomUUID(),
                executable,
                new Amounts(1, memory, storage, 0, 1),
                duration,
                List.of(),
                List.of(),
                List.of(),
                false);
    }

    protected void launch(Work work) throws PlatformException {
        platform.prepare(work, step -> {});
        platform.start(work);
    }

    protected Observation.Ended end(Work work) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> platform.observe(work.session()) instanceof Observation.Ended);
        return (Observation.Ended) platform.observe(work.session());
    }

    /** Where what was started may have to wait, waits until it does no longer. */
    private void awaitTurn(Work work) {
        if (platform.queues()) {
            await().atMost(PATIENCE).until(() -> !(platform.observe(work.session()) instanceof Observation.Pending));
        }
    }

    protected Observation.Ended run(Work work) throws PlatformException {
        launch(work);
        return end(work);
    }

    protected String out(Work work) throws Exception {
        return text(work, true);
    }

    protected String err(Work work) throws Exception {
        return text(work, false);
    }

    private String text(Work work, boolean out) throws Exception {
        WorkFolder folder = folders().of(work.session());
        java.nio.file.Path file = out ? folder.stdout() : folder.stderr();
        return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
    }

    protected List<ResultFile> results(Work work) throws Exception {
        return folders().of(work.session()).results();
    }

    /** Waits until the run has printed the text. */
    protected void awaitOut(Work work, String text) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> out(work).contains(text));
    }

    @Test
    void runsWhatItWasGivenAndKeepsOutputAndResults() throws Exception {
        Work work = work(Duration.ofMinutes(1), "echo $GREETING world; echo oops >&2; mkdir d; echo 42 > d/answer.txt");

        Observation.Ended end = run(work);

        assertThat(end.end()).as(end.detail()).isEqualTo(Observation.End.SUCCEEDED);
        assertThat(end.exitCode()).isZero();
        assertThat(end.until()).isAfterOrEqualTo(end.since());
        if (keepsOneStream()) {
            assertThat(out(work).lines()).containsExactlyInAnyOrder("hello world", "oops");
        } else {
            assertThat(out(work)).isEqualTo("hello world\n");
            assertThat(err(work)).isEqualTo("oops\n");
        }
        String printed = out(work);
        platform.release(work);
        assertThat(results(work)).singleElement().satisfies(result -> {
            assertThat(result.name()).isEqualTo("d/answer.txt");
            assertThat(result.size()).isEqualTo(3);
            assertThat(result.mediaType()).isEqualTo("text/plain");
            assertThat(result.sha256()).isEqualTo("084c799cd551dd1d8d5c5f9a5d593b2e931f5e36122ee5c793c1d08a19839cc0");
        });
        assertThat(out(work)).isEqualTo(printed);
    }

    @Test
    void goesThroughAbsentPreparedRunningEndedAndReleased() throws Exception {
        Work work = work(Duration.ofMinutes(1), "echo up; sleep 1000");
        assertThat(platform.observe(work.session())).isInstanceOf(Observation.Absent.class);
        platform.prepare(work, step -> {});
        assertThat(platform.observe(work.session())).isInstanceOf(Observation.Prepared.class);
        platform.start(work);
        awaitTurn(work);
        assertThat(platform.observe(work.session())).isInstanceOf(Observation.Running.class);
        awaitOut(work, "up");
        platform.cancel(work.session());
        Observation ended = platform.observe(work.session());
        assertThat(ended).isInstanceOf(Observation.Ended.class);
        platform.release(work);
        Observation gone = new Observation.Absent();
        assertThat(platform.observe(work.session())).isEqualTo(platform.remembers() ? ended : gone);
        platform.release(work);
        assertThat(platform.observe(work.session())).isEqualTo(platform.remembers() ? ended : gone);
        reopen();
        assertThat(platform.observe(work.session())).isEqualTo(platform.remembers() ? ended : gone);
        platform.forget(work.session());
        assertThat(platform.observe(work.session())).isEqualTo(gone);
        assertThat(folders().of(work.session()).exists()).isFalse();
    }

    @Test
    void tellsTheExitCode() throws Exception {
        Observation.Ended end = run(work(Duration.ofMinutes(1), "exit 12"));
        assertThat(end.end()).isEqualTo(Observation.End.FAILED);
        assertThat(end.exitCode()).isEqualTo(12);
    }

    @Test
    void tellsTheSignalAProgramDiedOf() throws Exception {
        Observation.Ended end = run(work(Duration.ofMinutes(1), "kill -9 $$"));
        assertThat(end.end()).isEqualTo(Observation.End.FAILED);
        assertThat(end.exitCode()).isEqualTo(137);
    }

    @Test
    void saysThatAProgramIsNotThere() throws Exception {
        Observation.Ended end = run(work(Duration.ofMinutes(1), 64, 16, List.of("no-such-program")));
        assertThat(end.end()).isEqualTo(Observation.End.FAILED);
        assertThat(end.exitCode()).isEqualTo(127);
        assertThat(end.detail()).contains("could not be started");
    }

    @Test
    void keepsOutputAndResultsOfWhatFailed() throws Exception {
        Work work = work(Duration.ofMinutes(1), "echo begun; echo part > part.csv; exit 3");
        run(work);
        platform.release(work);
        assertThat(out(work)).isEqualTo("begun\n");
        assertThat(results(work)).extracting(ResultFile::name).containsExactly("part.csv");
    }

    @Test
    void tellsItsListenerOfTheEnd() throws Exception {
        Work work = work(Duration.ofMinutes(1), "true");
        Set<UUID> toldOfTheEnd = ConcurrentHashMap.newKeySet();
        platform.onChange(session -> {
            if (platform.observe(session) instanceof Observation.Ended) {
                toldOfTheEnd.add(session);
            }
        });
        launch(work);
        await().atMost(PATIENCE).until(() -> toldOfTheEnd.contains(work.session()));
    }

    @Test
    void runsOnceHoweverOftenItIsAsked() throws Exception {
        Work work = work(Duration.ofMinutes(1), "echo once");
        for (int i = 0; i < 3; i++) {
            platform.prepare(work, step -> {});
            platform.start(work);
        }
        end(work);
        platform.start(work);
        platform.prepare(work, step -> {});
        reopen();
        platform.start(work);
        assertThat(end(work).end()).isEqualTo(Observation.End.SUCCEEDED);
        assertThat(out(work)).isEqualTo("once\n");
        platform.release(work);
        platform.release(work);
        platform.start(work);
        assertThat(out(work)).isEqualTo("once\n");
        platform.forget(work.session());
        platform.forget(work.session());
    }

    @Test
    void cancelEndsEverythingDetachedChildrenIncluded() throws Exception {
        String mark = "7" + Math.abs(UUID.randomUUID().getMostSignificantBits() % 1_000_000_000L);
        Work work = work(
                Duration.ofMinutes(5),
                "(setsid sh -c 'trap \"\" TERM; sleep " + mark + "' &) ; trap '' TERM; sleep " + mark
                        + " & echo up; sleep " + mark);
        launch(work);
        awaitOut(work, "up");
        await().atMost(PATIENCE).until(() -> sleeping(mark) >= 3);

        platform.cancel(work.session());

        assertThat(sleeping(mark)).isZero();
        assertThat(end(work).end()).isEqualTo(Observation.End.CANCELLED);
        platform.cancel(work.session());
        platform.release(work);
    }

    /** Living processes with the mark as an argument. */
    protected static long sleeping(String mark) {
        return ProcessHandle.allProcesses()
                .filter(process -> {
                    try {
                        return new String(
                                        Files.readAllBytes(
                                                java.nio.file.Path.of("/proc/" + process.pid() + "/cmdline")),
                                        StandardCharsets.UTF_8)
                                .contains("sleep\0" + mark);
                    } catch (java.io.IOException gone) {
                        return false;
                    }
                })
                .count();
    }

    @Test
    void leavesNothingRunningWhenTheProgramEnds() throws Exception {
        String mark = "8" + Math.abs(UUID.randomUUID().getMostSignificantBits() % 1_000_000_000L);
        Work work = work(Duration.ofMinutes(5), "(setsid sleep " + mark + " &); sleep 0.1; exit 0");
        assertThat(run(work).end()).isEqualTo(Observation.End.SUCCEEDED);
        assertThat(sleeping(mark)).isZero();
    }

    @Test
    void asksBeforeItKills() throws Exception {
        Work work = work(Duration.ofMinutes(5), "trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.05; done");
        launch(work);
        awaitOut(work, "up");
        platform.cancel(work.session());
        assertThat(out(work)).endsWith("bye\n");
        assertThat(end(work).end()).isEqualTo(Observation.End.CANCELLED);
    }

    @Test
    void cancelBeforeTheStartPreventsIt() throws Exception {
        Work work = work(Duration.ofMinutes(1), "echo never");
        platform.prepare(work, step -> {});
        platform.cancel(work.session());
        platform.start(work);
        assertThat(end(work).end()).isEqualTo(Observation.End.CANCELLED);
        assertThat(out(work)).isEmpty();
        platform.release(work);
    }

    @Test
    void cancelOfWhatItDoesNotKnowDoesNothing() {
        UUID stranger = UUID.randomUUID();
        platform.cancel(stranger);
        platform.forget(stranger);
        assertThat(platform.observe(stranger)).isInstanceOf(Observation.Absent.class);
    }

    @Test
    void readoptsWhatRunsAndSeesItsEnd() throws Exception {
        Work work = work(Duration.ofMinutes(1), "echo up; while [ ! -e go ]; do sleep 0.05; done; echo done; exit 5");
        launch(work);
        awaitOut(work, "up");
        reopen();
        assertThat(platform.observe(work.session())).isInstanceOf(Observation.Running.class);
        Files.createFile(folders().of(work.session()).work().resolve("go"));
        await().atMost(PATIENCE).until(() -> told.contains(work.session()));
        assertThat(end(work).exitCode()).isEqualTo(5);
        assertThat(out(work)).isEqualTo("up\ndone\n");
    }

    @Test
    void findsTheEndThatCameWhileNobodyLooked() throws Exception {
        Work work = work(Duration.ofMinutes(1), "echo up; while [ ! -e go ]; do sleep 0.05; done; exit 6");
        launch(work);
        awaitOut(work, "up");
        kill(platform);
        Files.createFile(folders().of(work.session()).work().resolve("go"));
        openIt();
        assertThat(end(work).exitCode()).isEqualTo(6);
    }

    @Test
    void cancelsWhatItReadopted() throws Exception {
        String mark = "9" + Math.abs(UUID.randomUUID().getMostSignificantBits() % 1_000_000_000L);
        Work work = work(Duration.ofMinutes(5), "(setsid sleep " + mark + " &); echo up; sleep " + mark);
        launch(work);
        awaitOut(work, "up");
        reopen();
        platform.cancel(work.session());
        assertThat(sleeping(mark)).isZero();
        assertThat(end(work).end()).isEqualTo(Observation.End.CANCELLED);
    }

    @Test
    void endsARunWhoseTimeIsOver() throws Exception {
        Observation.Ended end = run(work(Duration.ofMillis(700), "sleep 1000"));
        assertThat(end.end()).isEqualTo(Observation.End.OUT_OF_TIME);
        assertThat(Duration.between(end.since(), end.until()))
                .isBetween(Duration.ofMillis(600), Duration.ofSeconds(30));
    }

    @Test
    void endsARunInTimeThoughThePlannerIsGone() throws Exception {
        Work work = work(Duration.ofSeconds(1), "echo up; sleep 1000");
        launch(work);
        kill(platform);
        try {
            await().atMost(PATIENCE).until(() -> {
                try (Platform next = open()) {
                    return next.observe(work.session()) instanceof Observation.Ended;
                }
            });
        } finally {
            openIt();
        }
        assertThat(end(work).end()).isEqualTo(Observation.End.OUT_OF_TIME);
    }

    @Test
    void runsLongerWhenItsTimeIsProlonged() throws Exception {
        Work work = work(Duration.ofSeconds(2), "echo up; while [ ! -e go ]; do sleep 0.05; done");
        launch(work);
        platform.prolong(work.session(), Duration.ofMinutes(5));
        await().atMost(PATIENCE)
                .until(() -> platform.observe(work.session()) instanceof Observation.Running running
                        && running.since().plusSeconds(3).isBefore(java.time.Instant.now()));
        Files.createFile(folders().of(work.session()).work().resolve("go"));
        assertThat(end(work).end()).isEqualTo(Observation.End.SUCCEEDED);
    }

    @Test
    void runsShorterWhenItsTimeIsCut() throws Exception {
        Work work = work(Duration.ofMinutes(5), "echo up; sleep 1000");
        launch(work);
        platform.prolong(work.session(), Duration.ofSeconds(1));
        assertThat(end(work).end()).isEqualTo(Observation.End.OUT_OF_TIME);
    }

    @Test
    void refusesToProlongWhatDoesNotRun() {
        assertThatThrownBy(() -> platform.prolong(UUID.randomUUID(), Duration.ofMinutes(1)))
                .isInstanceOf(PlatformException.class);
    }

    @Test
    void tellsOutOfMemoryFromOtherEnds() throws Exception {
        Optional<String> without = withoutMemoryLimit();
        assumeTrue(without.isEmpty(), without.orElse(""));
        Work work = work(Duration.ofMinutes(1), 48, 16, hungry());
        Observation.Ended end = run(work);
        assertThat(end.end()).as(end.detail()).isEqualTo(Observation.End.OUT_OF_MEMORY);
        assertThat(out(work)).isEqualTo("up\n");
    }

    @Test
    void endsARunThatWritesMoreThanItWasGranted() throws Exception {
        Work work = work(
                Duration.ofMinutes(1),
                "echo up; i=0; while :; do i=$((i+1)); head -c 4000000 /dev/zero > f$i; sleep 0.1; done");
        Observation.Ended end = run(work);
        assertThat(end.end()).as(end.detail()).isEqualTo(Observation.End.OUT_OF_STORAGE);
        assertThat(out(work)).isEqualTo("up\n");
    }

    @Test
    void endsARunThatWritesOneFileLargerThanItWasGranted() throws Exception {
        Optional<String> without = withoutFileLimit();
        assumeTrue(without.isEmpty(), without.orElse(""));
        Work work = work(Duration.ofMinutes(1), "exec head -c 40000000 /dev/zero > big");
        Observation.Ended end = run(work);
        assertThat(end.end()).as(end.detail()).isEqualTo(Observation.End.OUT_OF_STORAGE);
        assertThat(Files.size(folders().of(work.session()).work().resolve("big")))
                .isLessThanOrEqualTo(16L << 20);
    }

    @Test
    void preparesAgainWhatWasGivenBackWhenThePlannerDiedBeforeItStoredThat() throws Exception {
        Work work = work(Duration.ofMinutes(1), "echo ran");
        platform.prepare(work, step -> {});
        platform.release(work);
        reopen();
        assertThat(platform.observe(work.session())).isInstanceOf(Observation.Absent.class);
        platform.prepare(work, step -> {});
        assertThat(platform.observe(work.session())).isInstanceOf(Observation.Prepared.class);
        platform.start(work);
        assertThat(end(work).end()).isEqualTo(Observation.End.SUCCEEDED);
        assertThat(out(work)).isEqualTo("ran\n");
        platform.release(work);
    }

    private static Work moving(String script, DataRequest... data) {
        return moving(script, List.of(), data);
    }

    private static Work moving(String script, List<StorageRequest> storage, DataRequest... data) {
        Executable executable = new Executable.Process(
                KindRef.of(Kind.PROCESS), Label.NONE, List.of("sh", "-c", script), Map.of(), ".");
        return new Work(
                UUID.randomUUID(),
                executable,
                new Amounts(1, 64, 16, 0, 1),
                Duration.ofMinutes(1),
                storage,
                List.of(data),
                List.of(),
                false);
    }

    private static DataRequest output(String path, String to) {
        return new DataRequest(KindRef.of(Kind.OUTPUT), Label.NONE, null, to, Map.of("path", path));
    }

    @Test
    void bringsDataInAndPutsResultsWhereTheyWerePromised() throws Exception {
        String name = UUID.randomUUID().toString();
        Files.writeString(Archive.file(name), "sirius\n");
        DataRequest data =
                new DataRequest(KindRef.of(Kind.SIMPLE_DATA), new Label("in", null), null, Archive.at(name), Map.of());
        Work work = moving(
                "mkdir -p out/deep && tr a-z A-Z < " + name + " > out/deep/loud && echo rest > rest",
                data,
                output("out", Archive.at(name + "-out/")));
        Observation.Ended end = run(work);
        assertThat(end.end()).as(end.detail()).isEqualTo(Observation.End.SUCCEEDED);
        assertThat(Archive.file(name + "-out")).doesNotExist();
        platform.release(work);
        assertThat(Archive.file(name + "-out/deep/loud")).hasContent("SIRIUS");
        assertThat(Archive.file(name + "-out/rest")).doesNotExist();
        assertThat(results(work)).extracting(ResultFile::name).containsExactly("out/deep/loud", "rest");
        // 7 bytes in and 7 out.
        assertThat(platform.moved(work.session())).isEqualTo(new Platform.Moved(7, 7));
        reopen();
        platform.release(work);
        assertThat(platform.moved(work.session())).isEqualTo(new Platform.Moved(7, 7));
    }

    @Test
    void hasNotReleasedWhatCannotBePutWhereItWasPromised() throws Exception {
        String name = UUID.randomUUID().toString();
        Files.writeString(Archive.file(name), "somebody else's");
        Work work = moving("echo mine > mine", output("mine", Archive.at(name)));
        run(work);
        assertThatThrownBy(() -> platform.release(work))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("already");
        assertThat(Archive.file(name)).hasContent("somebody else's");
        assertThat(results(work)).extracting(ResultFile::name).containsExactly("mine");
    }

    @Test
    void hasNotReleasedARunThatLeftNotWhatItDeclared() throws Exception {
        Work work = moving("echo x > other", output("map.fits", Archive.at(UUID.randomUUID() + "/")));
        run(work);
        assertThatThrownBy(() -> platform.release(work))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("map.fits");
    }

    private static StorageRequest kept(UUID id, boolean made) {
        return new StorageRequest(
                KindRef.of(Kind.PERSISTENT_STORAGE),
                new Label("kept", null),
                Range.of(1, 1),
                List.of(),
                made ? Duration.ofDays(1) : null,
                made ? Duration.ofDays(1) : null,
                true,
                id);
    }

    @Test
    void givesStorageThatIsKeptToTheNextRun() throws Exception {
        UUID id = UUID.randomUUID();
        Work first = moving("mkdir kept/d && echo one > kept/d/a && echo out > out", List.of(kept(id, true)));
        assertThat(run(first).end()).isEqualTo(Observation.End.SUCCEEDED);
        platform.release(first);
        assertThat(results(first)).extracting(ResultFile::name).containsExactly("out");
        reopen();
        Work second = moving(
                "cat kept/d/a && echo two >> kept/d/a && head -c 30000000 /dev/zero > kept/large",
                List.of(kept(id, false)));
        Observation.Ended end = run(second);
        // There is more room in it than the run was granted besides.
        assertThat(end.end()).as(end.detail()).isEqualTo(Observation.End.SUCCEEDED);
        assertThat(out(second)).isEqualTo("one\n");
        platform.forget(second.session());
        Work third = moving("cat kept/d/a", List.of(kept(id, false)));
        run(third);
        assertThat(out(third)).isEqualTo("one\ntwo\n");
        platform.release(third);
        assertThat(results(third)).isEmpty();
        assertThat(folders().shelf().size(id)).hasValue(30_000_008);
        folders().shelf().remove(id);
        assertThatThrownBy(() -> platform.prepare(moving("true", List.of(kept(id, false))), step -> {}))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("not there any more");
    }

    @Test
    void countsWhatARunUses() throws Exception {
        Work work = work(
                Duration.ofMinutes(1),
                "x=$(head -c 20000000 /dev/zero | tr '\\0' x); i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done");
        Optional<String> without = withoutUsage();
        assumeTrue(without.isEmpty(), without.orElse(""));
        Observation.Ended end = run(work);
        assertThat(end.usage().cpuSeconds()).isGreaterThan(0.05);
        assertThat(end.usage().peakMemory()).isGreaterThan(10L << 20);
    }

    /** Why the engine cannot tell what a run has used; empty when it can. */
    protected Optional<String> withoutUsage() {
        return Optional.empty();
    }

    @Test
    void refusesToReleaseWhatRuns() throws Exception {
        Work work = work(Duration.ofMinutes(1), "echo up; sleep 1000");
        launch(work);
        assertThatThrownBy(() -> platform.release(work)).isInstanceOf(PlatformException.class);
        platform.cancel(work.session());
    }

    @Test
    void refusesToStartWhatWasNotPrepared() {
        Work work = work(Duration.ofMinutes(1), "true");
        assertThatThrownBy(() -> platform.start(work)).isInstanceOf(PlatformException.class);
    }

    @Test
    void forgetEndsWhatRuns() throws Exception {
        String mark = "6" + Math.abs(UUID.randomUUID().getMostSignificantBits() % 1_000_000_000L);
        Work work = work(Duration.ofMinutes(5), "echo up; sleep " + mark);
        launch(work);
        awaitOut(work, "up");
        platform.forget(work.session());
        assertThat(sleeping(mark)).isZero();
        assertThat(platform.observe(work.session())).isInstanceOf(Observation.Absent.class);
        assertThat(folders().of(work.session()).exists()).isFalse();
    }
}
