package org.planisphere.planner.platform.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the keeper writes to version 2 control groups, on a tree of plain files that stands in for the kernel's. It shows
 * names and values; that a kernel then enforces them is not shown here.
 */
class KeeperGroupsTest {
    @TempDir
    Path folder;

    private static final String FAKE = """
            import importlib.util, os, sys
            spec = importlib.util.spec_from_file_location("keeper", sys.argv[1])
            keeper = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(keeper)
            top = sys.argv[2] + "/cgroup"
            FILES = {"cgroup.controllers": "cpu io memory pids", "cgroup.subtree_control": "", "cgroup.procs": "",
                "cgroup.kill": "", "memory.max": "max", "memory.swap.max": "max", "memory.oom.group": "0",
                "memory.events": "low 0\\nhigh 0\\nmax 3\\noom 1\\noom_kill 2\\n", "memory.peak": "12345",
                "cpu.max": "max 100000", "cpu.stat": "usage_usec 2500000\\nuser_usec 1\\n", "pids.max": "max"}
            def group(path, exist_ok=False):
                if not os.path.isdir(path):
                    real(path)
                    for name, text in FILES.items():
                        with open(path + "/" + name, "w") as file:
                            file.write(text)
            real, os.makedirs = os.makedirs, group
            rmdir = os.rmdir
            def gone(path):
                for name in os.listdir(path):
                    os.unlink(path + "/" + name)
                rmdir(path)
            os.rmdir = gone
            plain = keeper.put
            def put(path, text):
                if path.endswith("subtree_control"):
                    text = " ".join(word[1:] for word in str(text).split())
                with open(path, "r+") as file:
                    file.truncate()
                    file.write(str(text))
            keeper.put = put
            group(top)
            for name, text in (("mountinfo", "30 20 0:26 / %s rw - cgroup2 cgroup2 rw\\n" % top), ("own", "0::/own\\n")):
                with open(sys.argv[2] + "/" + name, "w") as file:
                    file.write(text)
            def find():
                return keeper.Groups.find("alpha", "auto", False, sys.argv[2] + "/mountinfo", sys.argv[2] + "/own")
            def show(path):
                with open(path) as file:
                    return file.read().strip()
            """;

    private String python(String script) throws Exception {
        Path python = Path.of("/usr/bin/python3");
        assumeTrue(Files.isExecutable(python), "there is no /usr/bin/python3");
        Path keeper = Script.keeper(folder);
        Path file = Files.writeString(folder.resolve("test.py"), FAKE + script);
        Path out = folder.resolve("out");
        Process process = new ProcessBuilder(
                        python.toString(), "-I", "-S", "-B", file.toString(), keeper.toString(), folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return Files.readString(out, StandardCharsets.UTF_8).strip();
    }

    @Test
    void handsOnControllersAndWritesTheLimits() throws Exception {
        assertThat(python("""
                        groups = find()
                        print(groups.version, sorted(groups.bases))
                        for part in ("", "/planisphere", "/planisphere/alpha"):
                            print(show(top + part + "/cgroup.subtree_control"))
                        run = keeper.Group(groups, "run")
                        run.make({"memory": 64 << 20, "cores": 2, "processes": 99})
                        place = top + "/planisphere/alpha/run/"
                        for name in ("memory.max", "memory.swap.max", "memory.oom.group", "cpu.max", "pids.max"):
                            print(name, show(place + name))
                        run.join()
                        print(show(place + "cgroup.procs") == str(os.getpid()), run.members() == {os.getpid()})
                        """)).isEqualTo("""
                        2 ['cpu', 'memory', 'pids']
                        memory cpu pids
                        memory cpu pids
                        memory cpu pids
                        memory.max 67108864
                        memory.swap.max 0
                        memory.oom.group 1
                        cpu.max 200000 100000
                        pids.max 99
                        True True""".stripIndent());
    }

    @Test
    void readsWhatWasUsedAndKilled() throws Exception {
        assertThat(python("""
                        run = keeper.Group(find(), "run")
                        run.make({"memory": 1, "cores": 1, "processes": 1})
                        print(run.killed_for_memory(), run.cpu_seconds(), run.peak())
                        run.kill()
                        print(show(top + "/planisphere/alpha/run/cgroup.kill"))
                        run.remove()
                        print(os.path.exists(top + "/planisphere/alpha/run"))
                        """)).isEqualTo("2 2.5 12345\n1\nFalse");
    }

    @Test
    void stepsAsideBelowItsOwnGroupWhereTheTopIsNotOurs() throws Exception {
        assertThat(python("""
                        group(top + "/own")
                        keeper.put(top + "/own/cgroup.procs", "4711")
                        access = os.access
                        os.access = lambda path, mode: path != top and access(path, mode)
                        groups = find()
                        print(sorted(groups.bases), groups.bases["memory"][len(top):])
                        print(show(top + "/own/planner/cgroup.procs"))
                        """)).isEqualTo("['cpu', 'memory', 'pids'] /own/planisphere/alpha\n4711");
    }

    @Test
    void findsNothingWhereNothingCanBeWritten() throws Exception {
        assertThat(python("""
                        os.access = lambda path, mode: False
                        groups = find()
                        print(groups.version, groups.bases)
                        """)).isEqualTo("0 {}");
    }
}
