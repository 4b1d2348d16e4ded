package org.planisphere.planner.platform.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.planisphere.planner.platform.Observation;
import org.planisphere.planner.platform.PlatformSettings;
import org.planisphere.planner.platform.Section;
import org.planisphere.planner.platform.Work;
import org.planisphere.planner.staging.JsonFile;
import org.planisphere.planner.staging.WorkFolder;
import org.planisphere.planner.staging.WorkFolders;

/**
 * A supervisor has one run after the other, and none notices another: everything of {@link ProcessSecurityTest} where the
 * runs' users may pass to their folders without help, and what only such supervisors can do wrong.
 */
class SupervisorsTest extends ProcessSecurityTest {
    /** What a run sees of the process it is: signals, capabilities, groups, limits, open files, environment. */
    private static final String SELF = "grep -E '^(Uid|Gid|Groups|Sig[BIC]|Cap|NoNewPrivs|Seccomp)'"
            + " /proc/self/status; cat /proc/self/limits; ls /proc/self/fd; umask; pwd; env | grep -v SESSION | sort";

    @Override
    void folder(Path root) throws Exception {
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @BeforeEach
    void needsSuchSupervisors() throws Exception {
        Set<ProcessHandle> seen = new HashSet<>();
        boolean again = false;
        for (int i = 0; i < 10 && !again; i++) {
            Work work = shell("exit 0");
            run(work);
            again = !seen.add(supervisor(work));
        }
        assumeTrue(again, "without bubblewrap, another user and control groups each run has its own supervisor");
    }

    /**
     * Runs it until it is this supervisor's. The one before may not have waited yet, and of those who wait the last is asked
     * first: so whoever was asked instead is kept busy.
     */
    private Work runUnder(ProcessHandle supervisor, String script) throws Exception {
        List<Work> busy = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                Work work = shell(script);
                run(work);
                if (supervisor(work).equals(supervisor)) {
                    return work;
                }
                Work instead = shell("sleep 60");
                platform.prepare(instead, step -> {});
                platform.start(instead);
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> platform.observe(instead.session()) instanceof Observation.Running);
                if (supervisor(instead).equals(supervisor)) {
                    platform.cancel(instead.session());
                } else {
                    busy.add(instead);
                }
            }
        } finally {
            busy.forEach(work -> platform.cancel(work.session()));
        }
        throw new AssertionError("it was never asked again");
    }

    private ProcessHandle supervisor(Work work) throws Exception {
        Number pid = (Number) JsonFile.read(folders.of(work.session()).file("claim.json"))
                .orElseThrow()
                .get("pid");
        return ProcessHandle.of(pid.longValue()).orElseThrow(() -> new AssertionError("the supervisor is gone"));
    }

    @Test
    void manyRunsHaveFewSupervisorsAndEachItsOwnEnd() throws Exception {
        Set<ProcessHandle> seen = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            Work work = shell("echo " + i + "; exit " + i);
            assertThat(run(work).exitCode()).isEqualTo(i);
            assertThat(out(work)).isEqualTo(i + "\n");
            seen.add(supervisor(work));
        }
        assertThat(seen).hasSizeLessThan(10);
    }

    @Test
    void aFolderThatNoUserMayPassToMakesNoDifference() throws Exception {
        platform.close();
        WorkFolder.delete(folders.root());
        Path shut = Files.createDirectory(root.resolve("shut"));
        Files.setPosixFilePermissions(shut, PosixFilePermissions.fromString("rwx------"));
        folders = new WorkFolders(shut.resolve("work"));
        platform = new ProcessPlatform(ProcessPlatformTest.settings(shut), ProcessSettings.USUAL, folders);
        manyRunsHaveFewSupervisorsAndEachItsOwnEnd();
        Work work = shell("touch made; ls -d /work/made; ls / /dev/pts");
        assertThat(run(work).exitCode()).isZero();
        assertThat(out(work))
                .startsWith("/work/made\n")
                .doesNotContain(work.session().toString());
        assertThat(folders.of(work.session()).work().resolve("made")).exists();
    }

    @Test
    void runsAtTheSameTimeHaveOneEach() throws Exception {
        Work slow = shell("sleep 1");
        platform.prepare(slow, step -> {});
        platform.start(slow);
        Work quick = shell("exit 0");
        run(quick);
        assertThat(supervisor(quick)).isNotEqualTo(supervisor(slow));
        assertThat(run(slow).end()).isEqualTo(Observation.End.SUCCEEDED);
    }

    @Test
    void aRunSeesNothingOfTheOneBefore() throws Exception {
        Work first = shell(SELF);
        run(first);
        ProcessHandle supervisor = supervisor(first);
        runUnder(supervisor, "ulimit -n 70; ulimit -f 1; ulimit -u 9; umask 0; trap '' TERM; kill -9 $$");
        Work second = runUnder(supervisor, SELF);
        assertThat(out(second)).isEqualTo(out(first)).contains("CapEff:\t0000000000000000", "NoNewPrivs:\t1");
    }

    @Test
    void aRunSeesNothingOfWhatTheOneBeforeDidInItsNetwork() throws Exception {
        String seen = "cat /proc/net/dev /proc/net/snmp /proc/net/snmp6 /proc/net/tcp";
        Work first = shell(seen);
        run(first);
        ProcessHandle supervisor = supervisor(first);
        Work talker = runUnder(
                supervisor,
                "exec python3 -c 'import socket\ns = socket.create_server((\"127.0.0.1\", 4711))\n"
                        + "c = socket.create_connection((\"127.0.0.1\", 4711))\nc.sendall(b\"x\" * 1000)\n"
                        + "print(len(s.accept()[0].recv(1000)))'");
        assertThat(out(talker)).isEqualTo("1000\n");
        Work second = runUnder(supervisor, seen);
        assertThat(out(second)).isEqualTo(out(first)).contains("lo:");
    }

    @Test
    void aRunThatMayReachTheNetworkHasTheHostsAfterOneThatMayNot() throws Exception {
        Section item =
                new Section("platforms[0]", Map.of("id", "beta", "network", true, "capacity", Map.of("cores", 1)));
        String seen = "tail -n +3 /proc/net/dev | cut -d: -f1 | sort";
        Work without = shell(seen);
        Work with = new Work(
                UUID.randomUUID(),
                without.executable(),
                without.granted(),
                without.duration(),
                List.of(),
                List.of(),
                List.of(),
                true);
        try (ProcessPlatform open = new ProcessPlatform(
                PlatformSettings.of(item, PlatformSettings.Defaults.USUAL), ProcessSettings.USUAL, folders)) {
            for (Work work : List.of(without, with)) {
                open.prepare(work, step -> {});
                open.start(work);
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> open.observe(work.session()) instanceof Observation.Ended);
            }
        }
        assertThat(out(without).strip()).isEqualTo("lo");
        Process host = new ProcessBuilder("sh", "-c", seen).start();
        assertThat(out(with)).isEqualTo(new String(host.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    @Test
    void aRunThatWasStoppedAndWhatItUsedAreNotTheNextOnes() throws Exception {
        Work busy = shell("x=$(head -c 60000000 /dev/zero | tr '\\0' a); while :; do :; done");
        platform.prepare(busy, step -> {});
        platform.start(busy);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> platform.observe(busy.session()) instanceof Observation.Running running
                        && running.usage().cpuSeconds() > 0.3);
        ProcessHandle supervisor = supervisor(busy);
        platform.cancel(busy.session());
        Work after = runUnder(supervisor, "exit 0");
        Observation.Ended next = (Observation.Ended) platform.observe(after.session());
        assertThat(next.end()).isEqualTo(Observation.End.SUCCEEDED);
        assertThat(next.usage().cpuSeconds()).isLessThan(0.3);
        assertThat(next.usage().peakMemory()).isLessThan(50_000_000);
    }

    @Test
    void aSupervisorKilledWhileItWaitsIsReplaced() throws Exception {
        Work first = shell("exit 0");
        run(first);
        ProcessHandle supervisor = supervisor(first);
        supervisor.destroyForcibly();
        supervisor.onExit().join();
        Work second = shell("exit 5");
        assertThat(run(second).exitCode()).isEqualTo(5);
        assertThat(supervisor(second)).isNotEqualTo(supervisor);
    }

    @Test
    void thoseWhoWaitGoWithTheirKeeper() throws Exception {
        Work first = shell("exit 0");
        run(first);
        ProcessHandle supervisor = supervisor(first);
        platform.killKeeper();
        await().atMost(Duration.ofSeconds(20)).until(() -> !supervisor.isAlive());
    }

    @Test
    void theOneWhoseRunOutlivesTheKeeperGoesAfterIt() throws Exception {
        Work work = shell("sleep 1");
        platform.prepare(work, step -> {});
        platform.start(work);
        ProcessHandle supervisor = supervisor(work);
        platform.killKeeper();
        assertThat(run(work).end()).isEqualTo(Observation.End.SUCCEEDED);
        await().atMost(Duration.ofSeconds(20)).until(() -> !supervisor.isAlive());
    }
}
