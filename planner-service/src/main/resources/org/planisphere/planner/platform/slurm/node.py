"""What a job of Slurm executes on its node: supervises one run, or tells what the node can do.

Python 3.6 or newer, standard library only. Executed as

    python3 -I -S -B node.py KEEPER.py CONFIG.json run SESSION
    python3 -I -S -B node.py KEEPER.py CONFIG.json probe FILE

The run's supervisor is that of the process engine, with the control group that Slurm has made for the job in place of
one of its own. The job ends with the exit code of the run.
"""

import importlib.util
import os
import socket
import sys
import time

UNLIMITED = 1 << 60


def load(path):
    spec = importlib.util.spec_from_file_location("keeper", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def places(keeper):
    """The control groups of this process: controller -> folder; the empty name for version 2."""
    mounts = {}
    for line in keeper.read("/proc/self/mountinfo").splitlines():
        left, _, right = line.partition(" - ")
        kind, _, options = right.split(" ", 2)
        if kind == "cgroup2":
            mounts.setdefault("", left.split()[4])
        elif kind == "cgroup":
            for name in options.split(","):
                mounts.setdefault(name, left.split()[4])
    found = {}
    for line in keeper.read("/proc/self/cgroup").splitlines():
        _, names, path = line.split(":", 2)
        for name in names.split(","):
            if name in mounts and path != "/":
                folder = os.path.normpath(mounts[name] + "/" + path)
                if os.path.isdir(folder):
                    found[name] = folder
    return found


def bounded(keeper, folders):
    """What Slurm bounds here: the version of the control groups, and controller -> folder to read from."""
    found = {}
    version = 0
    memory = folders.get("memory")
    if memory:
        version = 1
        for line in keeper.read(memory + "/memory.stat").splitlines():
            name, _, value = line.partition(" ")
            if name == "hierarchical_memory_limit" and int(value) < UNLIMITED:
                found["memory"] = memory
    elif "" in folders:
        version = 2
        folder = folders[""]
        while os.path.isfile(folder + "/memory.max"):
            if keeper.read(folder + "/memory.max").strip() != "max":
                found["memory"] = folders[""]
            folder = os.path.dirname(folder)
    if version == 1 and "cpuacct" in folders:
        found["cpuacct"] = folders["cpuacct"]
    given = os.environ.get("SLURM_CPUS_ON_NODE", "")
    held = folders.get("cpuset") or (folders.get("") if version == 2 else None)
    if held and given.isdigit() and len(os.sched_getaffinity(0)) <= int(given):
        found["cpu"] = held
    return version, found


class Job:
    """What a supervisor knows of who started it: the keeper's place, in a job."""

    def __init__(self, keeper, config):
        self.config = config
        self.found, self.groups = keeper.probe(config)
        self.boxes = {}
        self.etc = None
        self.place = config["root"] if config.get("passable") else None
        self.silence = keeper.Silence()
        version, self.folders = bounded(keeper, places(keeper))
        self.groups.version = version
        self.found["cgroups"] = {"version": version, "controllers": sorted(self.folders)}
        self.found["node"] = socket.gethostname()

    def group(self, keeper, session):
        class Given(keeper.Group):
            """The job's own group: made, bounded and removed by Slurm. The supervisor is in it too."""

            def make(self, limits):
                pass

        given = Given(self.groups, session)
        given.folders = {name: place for name, place in self.folders.items() if name != "cpu" or self.groups.version == 2}
        # Who else is in it is not the run's: the run is found by its descent.
        given.places = []
        return given


def run(keeper, config, session):
    # Asked of the node once, by the probe.
    keeper.modules = lambda python, names: ([], "")
    job = Job(keeper, config)
    supervisor = keeper.Supervisor(job, session, lambda line: None)
    supervisor.group = job.group(keeper, session)
    now = time.time()
    if os.path.exists(supervisor.file("cancel")) and not os.path.exists(supervisor.file("task.json")):
        supervisor.since, supervisor.clock = now, time.monotonic()
        supervisor.end("CANCELLED", -1, "It was stopped before it began.")
        return 1
    if job.found["root"] and not job.found["user"]:
        supervisor.since, supervisor.clock = now, time.monotonic()
        supervisor.end("FAILED", -1, "This node would run it as root.")
        return 1
    supervisor.run()
    record = keeper.load(supervisor.record) or {"code": 1}
    return record["code"] if 0 <= record["code"] <= 255 else 1


def main(script, config, what, name):
    os.umask(0o077)
    keeper = load(script)
    settings = keeper.load(config)
    if what == "probe":
        keeper.store(name, Job(keeper, settings).found)
        return 0
    return run(keeper, settings, name)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:5]))
