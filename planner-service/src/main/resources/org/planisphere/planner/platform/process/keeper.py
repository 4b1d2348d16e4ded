"""Keeper of runs: starts each run under a supervisor of its own, which outlives planner and keeper.

Python 3.6 or newer, standard library only. Started by the planner as

    python3 -I -S -B keeper.py CONFIG.json

It says hello with what this host can do, then takes one JSON object per line on standard input
({"do": "start" | "cancel" | "prolong" | "sweep", "id": ...}) and answers with one per line. When its input
ends it goes; the supervisors stay until their runs have ended. A supervisor has one run at a time, and waits for
another afterwards while there is a keeper: a new process would cost several times as much. Every fact about a run is a
file in the run's folder:

    plan.json    what to run, written by the planner before the start; held (flock) by the run's supervisor as long as
                 it lives
    claim.json   who the supervisor is: process id, its start time, the boot it belongs to
    task.json    the run itself; written before the run may execute its first instruction
    usage.json   what it has used so far, once a second
    cancel       it is to be stopped
    end.json     how it ended, written once; when it is whole it is linked to ended/ID in the platform's state folder
"""

import ctypes
import errno
import fcntl
import gc
import glob
import json
import os
import resource
import select
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import time

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWPID, CLONE_NEWNET = 0x20000, 0x08000000, 0x20000000, 0x40000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_REMOUNT, MS_BIND, MS_REC = 1, 2, 4, 32, 4096, 16384
MS_PRIVATE, MS_SLAVE = 1 << 18, 1 << 19
MNT_DETACH = 2
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 1, 4, 36, 38
MIB = 1 << 20
OFTEN = 1.0
ENDS = {signal.SIGTERM, signal.SIGHUP, signal.SIGINT}
SIGNALS = ENDS | {signal.SIGCHLD, signal.SIGUSR1}
# How many supervisors wait for a run at most, and after how many runs one makes room for a fresh one.
WAITING, RUNS = 8, 500

libc = ctypes.CDLL(None, use_errno=True)


def checked(result, what):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, what + ": " + os.strerror(number))


def unshare(flags):
    checked(libc.unshare(flags), "unshare")


def mount(source, target, kind=None, flags=0, data=None):
    encode = lambda s: None if s is None else os.fsencode(s)
    checked(
        libc.mount(encode(source), encode(target), encode(kind), ctypes.c_ulong(flags), encode(data)),
        "mount on " + target,
    )


def prctl(option, value):
    checked(libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0), "prctl")


# Files ---------------------------------------------------------------------------------------------------------


def read(path):
    """The text in the file. A file object would cost three times as many calls of the kernel."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        parts = []
        while not parts or parts[-1]:
            parts.append(os.read(handle, 65536))
    finally:
        os.close(handle)
    return b"".join(parts).decode()


def load(path):
    """The JSON object in the file, or None where there is no such file."""
    try:
        return json.loads(read(path))
    except FileNotFoundError:
        return None


def store(path, value, sure=False):
    """Writes the file as a whole: it is there with all its content or not at all.

    What outlives a process need not be on disk; what outlives the host must be (`sure`). A run does not outlive the
    host, so its records need not either, but for its end.
    """
    draft = "%s.%d" % (path, os.getpid())
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        os.write(handle, json.dumps(value).encode())
        if sure:
            os.fsync(handle)
    finally:
        os.close(handle)
    os.rename(draft, path)


def settle(folder, path, record):
    """Writes how the run in the folder ended, and then shows it at the path: with all its content or not at all.

    A second name costs no file: where many are made and removed, file systems look long for a free place.
    """
    place = os.path.join(folder, "end.json")
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        os.write(handle, json.dumps(record).encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        os.link(place, path)
    except FileExistsError:
        pass
    except OSError:
        # Not every file system has links.
        store(path, record, True)


def name_too(place, path, record):
    """Shows what is stored at the first path at the second as well, by a second name where that can be had."""
    try:
        os.link(place, path)
    except OSError:
        store(path, record)


def put(path, text):
    """One write to a control file."""
    handle = os.open(path, os.O_WRONLY)
    try:
        os.write(handle, str(text).encode())
    finally:
        os.close(handle)


def size_of(folder, limit_entries=2000000):
    """Bytes on disk of everything below the folder; links are not followed, other file systems not entered."""
    total = 0
    entries = 0
    folders = [folder]
    while folders:
        try:
            with os.scandir(folders.pop()) as children:
                for child in children:
                    entries += 1
                    if entries > limit_entries:
                        return total
                    try:
                        facts = child.stat(follow_symlinks=False)
                    except OSError:
                        continue
                    total += facts.st_blocks * 512
                    if stat.S_ISDIR(facts.st_mode):
                        folders.append(child.path)
        except OSError:
            continue
    return total


# Processes -----------------------------------------------------------------------------------------------------


def boot():
    return read("/proc/sys/kernel/random/boot_id").strip()


def born(pid):
    """Start time of a process in clock ticks since boot, or None when there is none; a zombie is none."""
    try:
        fields = read("/proc/%d/stat" % pid).rsplit(")", 1)[1].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else int(fields[19])


def alive(record):
    return record is not None and record["boot"] == boot() and born(record["pid"]) == record["born"]


def processes():
    """(pid, parent) of every process that is no zombie."""
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                fields = read("/proc/%s/stat" % name).rsplit(")", 1)[1].split()
            except OSError:
                continue
            if fields[0] not in "ZX":
                yield int(name), int(fields[1])


def descendants(root):
    children = {}
    for pid, parent in processes():
        children.setdefault(parent, []).append(pid)
    found = []
    look = [root]
    while look:
        for pid in children.get(look.pop(), ()):
            found.append(pid)
            look.append(pid)
    return found


def marked(uid, session):
    """Processes of the run by its own user, or by the mark in their environment."""
    mark = b"PLANISPHERE_SESSION=" + session.encode()
    found = []
    for pid, _ in processes():
        try:
            if uid is not None:
                if os.stat("/proc/%d" % pid).st_uid == uid:
                    found.append(pid)
                    continue
            with open("/proc/%d/environ" % pid, "rb") as file:
                if mark in file.read().split(b"\0"):
                    found.append(pid)
        except OSError:
            continue
    return found


def send(pid, number):
    try:
        os.kill(pid, number)
    except OSError:
        pass


# Control groups ------------------------------------------------------------------------------------------------


class Groups:
    """The control groups of this platform. `bases` maps a controller to the folder our groups are made in."""

    def __init__(self, version, bases):
        self.version = version
        self.bases = bases
        # The groups this process itself is in, one for each hierarchy; None where they cannot be seen.
        self.homes = None if bases else []

    @staticmethod
    def find(platform, setting, walled=False, mountinfo="/proc/self/mountinfo", own="/proc/self/cgroup"):
        """What can be written here, tried out; no controllers where none can."""
        if setting == "off":
            return Groups(0, {})
        if isinstance(setting, dict):
            bases = {c: os.path.join(setting["path"], "planisphere", platform) for c in setting["controllers"]}
            groups = Groups(setting["version"], bases)
            return groups if groups.usable() else Groups(0, {})
        mounts = []
        for line in read(mountinfo).splitlines():
            left, _, right = line.partition(" - ")
            fields = left.split()
            kind, _, options = right.split(" ", 2)
            if kind in ("cgroup", "cgroup2"):
                mounts.append((kind, fields[4], options.split(",")))
        paths = {}
        for line in read(own).splitlines():
            _, names, path = line.split(":", 2)
            for name in names.split(","):
                paths[name] = path
        for kind, point, _ in mounts:
            if kind == "cgroup2":
                for groups in Groups.unified(platform, point, paths.get("", "/")):
                    if groups.usable():
                        mine = [line[3:] for line in read(own).splitlines() if line.startswith("0::")]
                        groups.homes = Groups.seen([point + path for path in mine])
                        return groups
        bases, homes = {}, {}
        for controller in ("memory", "cpu", "cpuacct", "pids", "freezer"):
            for kind, point, options in mounts:
                if kind == "cgroup" and controller in options:
                    inside = os.path.normpath(point + "/" + paths.get(controller, "/"))
                    base = inside if os.path.isdir(inside) else point
                    bases[controller] = os.path.join(base, "planisphere", platform)
                    homes[controller] = inside
        groups = Groups(1, {})
        if walled:
            # The end of a process namespace ends all that is in it; without one, what forks is frozen before.
            bases.pop("freezer", None)
        for controller, base in bases.items():
            if Groups(1, {controller: base}).usable():
                groups.bases[controller] = base
        groups.homes = Groups.seen([homes[controller] for controller in groups.bases])
        return groups if groups.bases else Groups(0, {})

    @staticmethod
    def seen(places):
        places = sorted(set(os.path.normpath(place) for place in places))
        return places if all(os.path.isdir(place) for place in places) else None

    @staticmethod
    def unified(platform, point, own):
        """Candidates on a version 2 hierarchy: below its top where we may, else below our own group."""
        for base in (point, os.path.normpath(point + "/" + own)):
            try:
                offered = read(base + "/cgroup.controllers").split()
            except OSError:
                continue
            wanted = [c for c in ("memory", "cpu", "pids") if c in offered]
            if not wanted or not os.access(base, os.W_OK):
                continue
            try:
                if base != point:
                    # A group that hands on controllers has no processes of its own: ours go one level down.
                    leaf = base + "/planner"
                    if not set(wanted) <= set(read(base + "/cgroup.subtree_control").split()):
                        os.makedirs(leaf, exist_ok=True)
                        for pid in read(base + "/cgroup.procs").split():
                            put(leaf + "/cgroup.procs", pid)
                folder = base
                for part in ("planisphere", platform, None):
                    have = read(folder + "/cgroup.subtree_control").split()
                    missing = [c for c in wanted if c not in have]
                    if missing:
                        put(folder + "/cgroup.subtree_control", " ".join("+" + c for c in missing))
                    if part is not None:
                        folder = folder + "/" + part
                        os.makedirs(folder, exist_ok=True)
            except OSError:
                continue
            yield Groups(2, {c: folder for c in wanted})

    def usable(self):
        if not self.bases:
            return False
        trial = Group(self, "trial-%d" % os.getpid())
        try:
            trial.make({"memory": 64 * MIB, "cores": 1, "processes": 64})
            if "cpu" in self.bases:
                for folder in (self.bases["cpu"], os.path.dirname(self.bases["cpu"])):
                    weigh(folder, self.version == 2, os.cpu_count() or 1)
            return True
        except OSError:
            return False
        finally:
            trial.remove()

    def leave(self):
        """Removes the platform's groups, unless something still runs in them.

        Only of version 1, where a group that the next keeper makes anew needs nothing from its parent.
        """
        if self.version != 1:
            return
        for base in set(self.bases.values()):
            for folder in (base, os.path.dirname(base)):
                try:
                    os.rmdir(folder)
                except OSError:
                    break


def weigh(folder, second, cores):
    """A group has the weight of one process, however many it holds, unless it is told another."""
    name, value = ("cpu.weight", min(10000, 100 * cores)) if second else ("cpu.shares", min(262144, 1024 * cores))
    try:
        put(os.path.join(folder, name), int(value))
    except OSError:
        pass


class Group:
    """The control group of one run: one folder per hierarchy. Without hierarchies everything here does nothing."""

    def __init__(self, groups, name):
        self.groups = groups
        self.folders = {}
        for controller, base in groups.bases.items():
            self.folders[controller] = os.path.join(base, name)
        self.places = sorted(set(self.folders.values()))

    def make(self, limits):
        for place in self.places:
            os.makedirs(place, exist_ok=True)
        second = self.groups.version == 2
        memory = self.folders.get("memory")
        if memory:
            if second:
                put(memory + "/memory.max", limits["memory"])
                for name, value in (("memory.swap.max", 0), ("memory.oom.group", 1)):
                    if os.path.exists(memory + "/" + name):
                        put(memory + "/" + name, value)
            else:
                put(memory + "/memory.limit_in_bytes", limits["memory"])
                if os.path.exists(memory + "/memory.memsw.limit_in_bytes"):
                    put(memory + "/memory.memsw.limit_in_bytes", limits["memory"])
        cpu = self.folders.get("cpu")
        if cpu:
            quota = int(limits["cores"] * 100000)
            if second:
                put(cpu + "/cpu.max", "%d 100000" % quota)
            else:
                put(cpu + "/cpu.cfs_period_us", 100000)
                put(cpu + "/cpu.cfs_quota_us", quota)
            weigh(cpu, second, limits["cores"])
        pids = self.folders.get("pids")
        if pids:
            put(pids + "/pids.max", limits["processes"])

    def join(self):
        """Puts this process, which has one thread, into the group."""
        # Version 1 takes a thread that moves itself without stopping everybody's forks, which costs 10 ms else.
        name, who = ("/tasks", 0) if self.groups.version == 1 else ("/cgroup.procs", os.getpid())
        for place in self.places:
            put(place + name, who)

    def leave(self):
        """Takes this process, which has one thread, back to where it was."""
        name, who = ("/tasks", 0) if self.groups.version == 1 else ("/cgroup.procs", os.getpid())
        for place in self.groups.homes:
            put(place + name, who)

    def members(self):
        found = set()
        for place in self.places:
            try:
                found.update(int(pid) for pid in read(place + "/cgroup.procs").split())
            except OSError:
                continue
        return found

    def kill(self):
        for place in self.places:
            try:
                put(place + "/cgroup.kill", 1)
            except OSError:
                pass
        freezer = self.folders.get("freezer") if self.groups.version == 1 else None
        try:
            if freezer:
                put(freezer + "/freezer.state", "FROZEN")
        except OSError:
            pass
        for pid in self.members():
            send(pid, signal.SIGKILL)
        try:
            if freezer:
                put(freezer + "/freezer.state", "THAWED")
        except OSError:
            pass

    def number(self, controller, file, key=None):
        folder = self.folders.get(controller)
        if folder is None:
            return None
        try:
            text = read(folder + "/" + file)
        except OSError:
            return None
        if key is None:
            return int(text) if text.strip().isdigit() else None
        for line in text.splitlines():
            name, _, value = line.partition(" ")
            if name == key:
                return int(value)
        return None

    def killed_for_memory(self):
        if self.groups.version == 2:
            return self.number("memory", "memory.events", "oom_kill") or 0
        return self.number("memory", "memory.oom_control", "oom_kill") or 0

    def cpu_seconds(self):
        if self.groups.version == 2:
            used = self.number("cpu", "cpu.stat", "usage_usec")
            return None if used is None else used / 1e6
        used = self.number("cpuacct", "cpuacct.usage")
        return None if used is None else used / 1e9

    def peak(self):
        return self.number("memory", "memory.peak" if self.groups.version == 2 else "memory.max_usage_in_bytes")

    def remove(self):
        for _ in range(100):
            left = False
            for place in self.places:
                try:
                    os.rmdir(place)
                except (FileNotFoundError, PermissionError):
                    pass
                except OSError:
                    left = True
            if not left:
                return
            time.sleep(0.01)


# What this host can do -----------------------------------------------------------------------------------------


def attempt(action):
    """Runs the action in a child; None when it went well, else why not."""
    out, into = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            action()
            os._exit(0)
        except BaseException as problem:
            os.write(into, str(problem).encode()[:500])
            os._exit(1)
    os.close(into)
    with os.fdopen(out) as file:
        why = file.read()
    os.waitpid(pid, 0)
    return why or None


def become(uid, gid):
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)


def modules(python, names):
    """Those of the modules that the tasks' Python does not have, and which Python that is."""
    script = (
        "import importlib.util as u,sys,sysconfig;print(*[m for m in sys.argv[1:] if u.find_spec(m) is None]);"
        "print(sys.implementation.cache_tag, sys.version.split()[0], sysconfig.get_platform())"
    )
    try:
        done = subprocess.run(
            [python, "-I", "-c", script] + names,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, timeout=20, env=CLEAN,
        )
        if done.returncode == 0:
            lacking, which = done.stdout.decode().split("\n")[:2]
            return lacking.split(), which
    except (OSError, subprocess.SubprocessError):
        pass
    return names, ""


CLEAN = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent"}


def executable(*paths):
    for path in paths:
        if os.access(path, os.X_OK):
            return path
    return None


def probe(config):
    """What can be enforced here; every answer is the result of a trial."""
    root = os.geteuid() == 0
    uid = config.get("uid")
    sandbox = config.get("sandbox", "auto")
    found = {"root": root, "cores": sorted(os.sched_getaffinity(0)), "boot": boot(), "pid": os.getpid()}

    def step_down():
        become(uid, config["gid"])
        prctl(PR_SET_NO_NEW_PRIVS, 1)

    def spaces():
        unshare(CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET)
        mount("none", "/", None, MS_REC | MS_PRIVATE)
        mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,mode=1777")
        if os.fork() == 0:
            mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV)
            os._exit(0)
        if os.wait()[1] != 0:
            raise OSError("a private /proc cannot be mounted")

    found["user"] = uid is not None and root and attempt(step_down) is None
    found["spaces"] = root and sandbox != "off" and attempt(spaces) is None
    found["bwrap"] = None
    bwrap = executable("/usr/bin/bwrap", "/bin/bwrap", "/usr/local/bin/bwrap")
    if sandbox in ("auto", "bwrap") and bwrap:

        def box():
            if found["user"]:
                step_down()
            argv = [bwrap] + box_base(True) + ["--tmpfs", "/tmp", "/usr/bin/env", "true"]
            done = subprocess.run(
                argv, env=CLEAN, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=20
            )
            if done.returncode != 0:
                raise OSError(done.stdout.decode("utf-8", "replace"))

        found["why"] = attempt(box)
        if found["why"] is None:
            found["bwrap"] = bwrap
            found["options"] = [o for o in ("--size", "--disable-userns") if boxed_with(bwrap, o)]
    if config.get("entry") and found["bwrap"]:
        trial = tempfile.mkdtemp(prefix="planisphere-trial-")
        try:
            root = system_tree(trial)

            def enter():
                if found["user"]:
                    step_down()
                argv = ["/usr/bin/env", "true"]
                mounts = [("/usr", "/usr", True)]
                args, argv = entered(config["entry"], True, None, root, trial, mounts, "/work", {}, argv)
                for name in ("passwd", "group"):
                    args += ["--ro-bind", os.path.join(trial, name), "/etc/" + name]
                args = [bwrap] + args + ["--"] + argv
                done = subprocess.run(
                    args, env=CLEAN, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                    timeout=60,
                )
                if done.returncode != 0:
                    raise OSError(done.stdout.decode("utf-8", "replace"))

            found["entered"] = attempt(enter) or True
        finally:
            shutil.rmtree(trial, ignore_errors=True)
    groups = Groups.find(config["platform"], config.get("cgroups", "auto"), bool(found["bwrap"] or found["spaces"]))
    found["cgroups"] = {"version": groups.version, "controllers": sorted(groups.bases)}
    found["java"] = executable("/usr/bin/java")
    wanted = ["nbclient", "nbformat", "ipykernel", "jupyter_server", "jupyterlab", "pip"]
    # In an image none of them is this host's.
    lacking, found["interpreter"] = (wanted, "") if config.get("entry") else modules(config["python"], wanted)
    found["pip"] = "pip" not in lacking
    found["notebooks"] = not {"nbclient", "nbformat", "ipykernel"} & set(lacking)
    found["live"] = not {"ipykernel", "jupyter_server"} & set(lacking)
    found["lab"] = found["live"] and "jupyterlab" not in lacking
    return found, groups


def boxed_with(bwrap, option):
    """Whether this bubblewrap knows the option."""
    done = subprocess.run([bwrap, "--help"], env=CLEAN, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return ("    %s " % option).encode() in done.stdout


ETC = (
    "alternatives", "fonts", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "mime.types", "python3",
    "protocols", "services", "ssl/certs", "ssl/openssl.cnf", "pki/tls", "pki/ca-trust", "ca-certificates.conf",
    "jupyter", "ipython",
    # Java does not begin without its security settings.
    "java-17-openjdk/security", "java-21-openjdk/security", "java-25-openjdk/security",
)
RESOLVING = ("resolv.conf", "hosts", "nsswitch.conf", "gai.conf")


def copy_etc(place):
    """A copy of what runs see of /etc, with users of its own: one mount for a run instead of fifteen.

    Each keeper makes one; it and its supervisors hold it locked, and what nobody holds the next keeper removes.
    """
    for old in glob.glob(place + ".*"):
        held = os.open(old, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(old, ignore_errors=True)
        except OSError:
            pass
        finally:
            os.close(held)
    place = tempfile.mkdtemp(prefix=os.path.basename(place) + ".", dir=os.path.dirname(place))
    # Never closed: every supervisor is a fork of this process and holds it too.
    fcntl.flock(os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC), fcntl.LOCK_SH)
    for name in ETC:
        source, target = "/etc/" + name, os.path.join(place, name)
        if not os.path.exists(source):
            continue
        os.makedirs(os.path.dirname(target), 0o755, exist_ok=True)
        if os.path.isdir(source):
            shutil.copytree(source, target, symlinks=True)
        else:
            shutil.copy2(source, target)
    for name, content in (("passwd", PASSWD), ("group", GROUP)):
        with open(os.path.join(place, name), "wb") as file:
            file.write(content)
    for name in RESOLVING:
        # Where the host's own are shown to runs that may reach the network.
        open(os.path.join(place, name), "w").close()
    for folder, _, files in os.walk(place):
        os.chmod(folder, 0o755)
        for name in files:
            path = os.path.join(folder, name)
            if not os.path.islink(path):
                os.chmod(path, 0o644)
    return place


def passage(root):
    """Where everybody can pass to the runs' folders, though not to what they are in; None where that cannot be had.

    It is a second place of the folder, which this process and its children alone see: in place of one that holds no files
    of anybody. What is mounted on the host later is still seen.
    """
    for place in ("/dev/pts", "/dev/mqueue"):
        if os.path.isdir(place) and os.stat(place).st_mode & 1 and not os.path.realpath(root).startswith(place):
            try:
                unshare(CLONE_NEWNS)
                mount("none", "/", None, MS_REC | MS_SLAVE)
                mount(root, place, None, MS_BIND)
                return place
            except OSError:
                return None
    return None


def walls(alone):
    """Arguments for bubblewrap that shut a run in, whatever it sees.

    `alone` is whether the run has no network; "silent" where it is started in a network without anything already.
    """
    args = ["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    args += ["--die-with-parent", "--new-session", "--hostname", "planisphere"]
    if alone and alone != "silent":
        args += ["--unshare-net"]
    return args


def box_base(alone, etc=None):
    """Arguments for bubblewrap that every run has in common: a read-only system and nothing else."""
    args = walls(alone) + ["--ro-bind", "/usr", "/usr"]
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        path = "/" + name
        if os.path.islink(path):
            args += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            args += ["--ro-bind", path, path]
    if etc:
        args += ["--ro-bind", etc, "/etc"]
    else:
        for name in ETC:
            path = "/etc/" + name
            if os.path.exists(path):
                args += ["--ro-bind", path, path]
    if not alone:
        for name in RESOLVING:
            if os.path.exists("/etc/" + name):
                args += ["--ro-bind", os.path.realpath("/etc/" + name), "/etc/" + name]
    args += ["--proc", "/proc", "--dev", "/dev", "--dir", "/run"]
    return args


# Images --------------------------------------------------------------------------------------------------------

# Where a run that is to be in an image has it, and its folder, before it enters.
IMAGE, OUTSIDE = "/run/image", "/tmp/work"
# Variables that would change the program which enters the image, and not only what runs in it.
AHEAD = ("LD_", "GLIBC_", "GCONV_", "LOCPATH", "NLSPATH", "MALLOC_", "CH_", "HOME", "PATH", "USER", "TMPDIR")


def system_tree(trial):
    """A folder like an image's, in which this system's programs can be shown."""
    root = os.path.join(trial, "image")
    os.chmod(trial, 0o755)
    os.mkdir(root)
    os.chmod(root, 0o755)
    for name in ("dev", "proc", "sys", "tmp", "work", "etc", "usr"):
        os.mkdir(os.path.join(root, name))
        os.chmod(os.path.join(root, name), 0o755)
    for name in ("bin", "sbin", "lib", "lib32", "lib64", "libx32"):
        if os.path.islink("/" + name):
            os.symlink(os.readlink("/" + name), os.path.join(root, name))
    for name, content in (("passwd", PASSWD), ("group", GROUP)):
        for path in (os.path.join(trial, name), os.path.join(root, "etc", name)):
            with open(path, "wb") as file:
                file.write(content)
            os.chmod(path, 0o644)
    return root


def shown(root, places):
    """Arguments for bubblewrap that show the image, with the places it does not have.

    It cannot be written to, and is not: the folders on the way to such a place are made anew, with all that is in them.
    Links are made anew too, and never followed.
    """
    anew = set()
    for place in places:
        parts = place.strip("/").split("/")
        for length in range(1, len(parts) + 1):
            if not os.path.lexists(os.path.join(root, *parts[:length])):
                anew.update("/".join(parts[:end]) for end in range(length))
                break
    if not anew:
        return ["--ro-bind", root, IMAGE]
    args = []
    look = [""]
    while look:
        folder = look.pop()
        args += ["--dir", os.path.normpath(os.path.join(IMAGE, folder))]
        with os.scandir(os.path.join(root, folder)) as children:
            for child in sorted(children, key=lambda c: c.name):
                name = os.path.join(folder, child.name)
                if name in anew:
                    look.append(name)
                elif child.is_symlink():
                    args += ["--symlink", os.readlink(child.path), os.path.join(IMAGE, name)]
                elif child.is_dir(follow_symlinks=False) or child.is_file(follow_symlinks=False):
                    args += ["--ro-bind", child.path, os.path.join(IMAGE, name)]
    return args


def entered(entry, alone, base, root, work, mounts, directory, environment, argv):
    """Arguments for bubblewrap, and the command, with which something is run in an image.

    `base` is what box_base gives, where it is made already; `mounts` are (source, place in the image, read-only).
    """
    if entry["how"] == "apptainer":
        return by_apptainer(entry["program"], alone, root, work, mounts, directory, environment, argv)
    return by_charliecloud(entry["program"], base or box_base(alone), root, work, mounts, directory, environment, argv)


def by_charliecloud(program, base, root, work, mounts, directory, environment, argv):
    """ch-run makes the image the root; all that bounds the run is outside of that."""
    args = base + ["--dir", "/sys", "--tmpfs", "/tmp", "--uid", "1000", "--gid", "1000", "--dir", "/run"]
    args += shown(root, ["/work"] + [place for _, place, _ in mounts])
    args += ["--bind", work, IMAGE + "/work"]
    for source, place, readonly in mounts:
        args += ["--ro-bind" if readonly else "--bind", source, IMAGE + place]
    args += ["--setenv", "USER", "planisphere"]
    command = [program, "--env-no-expand"]
    for name, value in environment.items():
        if name.startswith(AHEAD):
            # It takes one pair of quotes away.
            command.append("--set-env=%s='%s'" % (name, value))
        else:
            args += ["--setenv", name, value]
    return args, command + ["-c", directory, IMAGE, "--"] + argv


def by_apptainer(program, alone, root, work, mounts, directory, environment, argv):
    """Apptainer sees the host, which cannot be written; what it starts sees the image and what is bound to it."""
    args = walls(alone) + ["--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
    args += ["--uid", "1000", "--gid", "1000", "--bind", work, OUTSIDE]
    binds = [OUTSIDE + ":/work"]
    for index, (source, place, readonly) in enumerate(mounts):
        inside = "/tmp/mount-%d" % index
        args += ["--ro-bind" if readonly else "--bind", source, inside]
        binds.append(inside + ":" + place + (":ro" if readonly else ""))
    image = "/tmp/image" + (".sif" if root.endswith(".sif") else "")
    args += ["--ro-bind", root, image]
    for name, value in environment.items():
        # Not as they are: some of them would be this program's own.
        args += ["--setenv", "APPTAINERENV_" + name, value]
    command = [program, "exec" if argv else "run", "--userns", "--containall", "--no-home", "--cleanenv", "--no-eval"]
    command += ["--pwd", directory]
    for bind in binds:
        command += ["--bind", bind]
    if alone:
        command += ["--net", "--network", "none"]
    return args, command + [image] + argv


# One run -------------------------------------------------------------------------------------------------------


def loopback_up():
    """Brings the loopback device of a new network namespace up: programs talk to themselves over it."""
    plug = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        fcntl.ioctl(plug, 0x8914, struct.pack("16sh14x", b"lo", 0x1 | 0x40))
    finally:
        plug.close()


class Silence:
    """A network with nothing in it but a loopback device, for the runs of one supervisor, one after the other.

    No other part of a sandbox costs the kernel as much. Whoever used it has left traces (what was counted, ports that
    are not free yet): then the next run gets another one. The run is in no way its owner and can change nothing of it.
    """

    # Whatever is sent, or cannot be sent, is counted in one of these.
    SIGNS = ("dev", "snmp", "snmp6")

    def __init__(self):
        self.untouched = None

    def enter(self):
        """Puts this process, and what it starts from now on, into such a network that nobody has used."""
        if self.untouched is None or self.signs() != self.untouched:
            self.untouched = None
            unshare(CLONE_NEWNET)
            loopback_up()
            self.untouched = self.signs()

    def signs(self):
        found = []
        for name in self.SIGNS:
            try:
                found.append(read("/proc/self/net/" + name))
            except FileNotFoundError:
                continue
        return found


class Supervisor:
    """Starts one run, bounds it, waits for it and writes down how it ended."""

    def __init__(self, keeper, session, answer):
        self.silence = keeper.silence
        self.config = keeper.config
        self.found = keeper.found
        self.boxes = keeper.boxes
        self.etc = keeper.etc
        self.place = keeper.place
        self.session = session
        self.answer = answer
        self.folder = os.path.join(self.config["root"], session)
        self.record = os.path.join(self.config["state"], "ended", session)
        self.group = Group(keeper.groups, session)
        self.storage = 0
        self.peak = 0
        self.process = None
        self.again = False

    def file(self, name):
        return os.path.join(self.folder, name)

    def lock(self):
        try:
            self.held = os.open(self.file("plan.json"), os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            fcntl.flock(self.held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except OSError:
            os.close(self.held)
            return False

    def rest(self):
        """Takes off what this run left on the process; whether another run may have it."""
        left = any(os.path.exists(place) for place in self.group.places)
        if not self.again or left or getattr(self, "status", None) is None:
            return False
        os.close(self.held)
        # It is collected already: nobody may wait for its number again, which can be another's by now.
        self.process.returncode = self.code()
        while True:
            got = signal.sigtimedwait(SIGNALS, 0)
            if got is None:
                return True
            if got.si_signo in ENDS:
                return False

    def run(self):
        if not self.lock() or os.path.exists(self.record) or os.path.exists(self.file("task.json")):
            # Runs, has run, or was lost: in no case is it started again.
            self.answer({"started": self.session})
            return
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        self.plan = load(self.file("plan.json"))
        self.limits = self.plan["limits"]
        since = time.time()
        claim = {"pid": os.getpid(), "born": born(os.getpid()), "boot": self.found["boot"], "since": since}
        store(self.file("claim.json"), claim)
        prctl(PR_SET_CHILD_SUBREAPER, 1)
        self.clock = time.monotonic()
        self.since = since
        try:
            self.group.make(self.limits)
            if self.swift():
                # A supervisor killed from here on leaves a run that is lost, never one that is started again.
                name_too(self.file("claim.json"), self.file("task.json"), claim)
                pid, problem = self.launch(), None
            else:
                pid, problem = self.spawn()
        except OSError as wrong:
            self.answer({"started": self.session})
            self.end("FAILED", -1, "The host could not start it: %s." % (wrong.strerror or wrong))
            return
        self.pid = pid
        if problem is not None:
            store(self.file("task.json"), {"pid": pid, "born": born(pid), "boot": self.found["boot"], "since": since})
            os.write(self.go, b"g")
            os.close(self.go)
        self.answer({"started": self.session})
        sink = os.open("/dev/null", os.O_RDWR)
        for handle in (0, 1, 2):
            os.dup2(sink, handle)
        os.close(sink)
        self.problem = problem
        self.watch()

    def swift(self):
        """Whether everything that bounds the run can be set up here and handed on, without a second fork of Python.

        Such a fork costs hundreds of page faults, and bubblewrap does not need it. The limits that the run inherits
        are the supervisor's own from then on, so they must leave it room.
        """
        return (
            sys.version_info >= (3, 9)
            and self.group.groups.homes is not None
            and "memory" in self.group.folders
            and self.limits["files"] >= 64
            and self.found["user"]
            and bool(self.found["bwrap"])
            and bool(self.place)
            and not self.plan["mounts"]
        )

    def launch(self):
        """Starts the run through bubblewrap and nothing else of ours; gives the process."""
        plan = self.plan
        work = os.path.join(self.place, self.session, "work")
        out, err = self.outputs()
        nothing = os.open("/dev/null", os.O_RDONLY | os.O_CLOEXEC)
        live = self.gate()
        environment = self.environment("/work", "/tmp", live)
        alone = not plan["network"]
        silent = alone and self.found["spaces"]
        if silent:
            self.silence.enter()
        box = "silent" if silent else alone
        argv, handles = self.box(environment, work, box, False, plan["command"])
        handles += [live] if live is not None else []
        prctl(PR_SET_NO_NEW_PRIVS, 1)
        # The run begins with no signal blocked; what comes meanwhile is looked for by the watch, before it waits.
        for number in SIGNALS - {signal.SIGCHLD}:
            signal.signal(number, lambda *_: None)
        cores, belongs = os.sched_getaffinity(0), os.getgroups()
        try:
            if plan["cpus"]:
                try:
                    os.sched_setaffinity(0, plan["cpus"])
                except OSError:
                    pass
            self.group.join()
            self.bound(self.limits)
            signal.pthread_sigmask(signal.SIG_SETMASK, set())
            # For as long as it starts the run it is the run's user, so that nothing is left to do in the child: then
            # nothing of this process is copied for it. What is executed has no way back, this process has.
            os.setgroups([])
            os.setresgid(plan["gid"], plan["gid"], 0)
            os.setresuid(plan["uid"], plan["uid"], 0)
            # Kept: what it forgets about the process it would also wait for.
            self.process = subprocess.Popen(
                argv, stdin=nothing, stdout=out, stderr=err, pass_fds=handles, cwd=work, env=CLEAN,
                start_new_session=True, umask=0o022,
            )
            self.again = True
            return self.process.pid
        finally:
            os.setresuid(0, 0, 0)
            os.setresgid(0, 0, 0)
            os.setgroups(belongs)
            signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
            self.group.leave()
            os.sched_setaffinity(0, cores)
            for handle in [nothing, out, err] + handles:
                os.close(handle)

    def spawn(self):
        """Forks the run; it waits for one byte before it executes anything, and ends if that never comes."""
        wait, self.go = os.pipe()
        problem, report = os.pipe()
        self.live = self.gate()
        pid = os.fork()
        if pid == 0:
            try:
                os.close(self.go)
                os.close(problem)
                self.child(wait)
            except BaseException as wrong:
                number = getattr(wrong, "errno", None)
                text = os.strerror(number) if number else str(wrong)
                if isinstance(wrong, OSError) and wrong.strerror:
                    text = wrong.strerror
                os.write(report, text.encode()[:400])
                os._exit(126 if number in (errno.EACCES, errno.ENOEXEC) else 127)
        os.close(wait)
        os.close(report)
        if self.live is not None:
            os.close(self.live)
        return pid, problem

    def child(self, wait):
        plan, limits, found = self.plan, self.limits, self.found
        if os.read(wait, 1) != b"g":
            os._exit(127)
        os.close(wait)
        os.setsid()
        self.group.join()
        os.close(self.held)
        out, err = self.outputs()
        nothing = os.open("/dev/null", os.O_RDONLY)
        for source, target in ((nothing, 0), (out, 1), (err, 2)):
            os.dup2(source, target)
            os.close(source)
        if plan["cpus"]:
            try:
                os.sched_setaffinity(0, plan["cpus"])
            except OSError:
                pass
        os.umask(0o022)
        bwrap = found["bwrap"]
        user = found["user"]
        alone = not plan["network"]
        spaces = found["spaces"] and not (bwrap and self.place and not plan["mounts"])
        work = self.file("work") if spaces or not self.place else os.path.join(self.place, self.session, "work")
        if spaces:
            flags = CLONE_NEWNS
            if not bwrap:
                flags |= CLONE_NEWIPC | CLONE_NEWPID | (CLONE_NEWNET if alone else 0)
            unshare(flags)
            mount("none", "/", None, MS_REC | MS_PRIVATE)
            here = os.open(work, os.O_RDONLY | os.O_DIRECTORY)
            image = os.open(self.image(), os.O_RDONLY) if plan.get("image") else None
            sources = [os.open(self.inside(work, m["from"]), os.O_RDONLY) for m in plan["mounts"]]
            mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "size=%d,mode=1777" % limits["memory"])
            os.mkdir("/tmp/work", 0o755)
            mount("/proc/self/fd/%d" % here, "/tmp/work", None, MS_BIND)
            os.close(here)
            if image is not None:
                if stat.S_ISDIR(os.fstat(image).st_mode):
                    os.mkdir("/tmp/.image", 0o755)
                else:
                    os.close(os.open("/tmp/.image.sif", os.O_WRONLY | os.O_CREAT, 0o644))
                mount("/proc/self/fd/%d" % image, self.image(True), None, MS_BIND)
                os.close(image)
            for index, (handle, item) in enumerate(zip(sources, plan["mounts"])):
                if bwrap:
                    place = "/tmp/.mount-%d" % index
                    if stat.S_ISDIR(os.fstat(handle).st_mode):
                        os.mkdir(place, 0o755)
                    else:
                        os.close(os.open(place, os.O_WRONLY | os.O_CREAT, 0o644))
                else:
                    place = self.inside("/tmp/work", item["to"])
                mount("/proc/self/fd/%d" % handle, place, None, MS_BIND)
                os.close(handle)
                if item["readonly"] and not bwrap:
                    mount(None, place, None, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV)
            work = "/tmp/work"
            if not bwrap:
                if alone:
                    loopback_up()
                middle = os.fork()
                if middle != 0:
                    self.relay(middle)
                # First process of the new process namespace: does nothing but reap.
                mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV)
                self.first()
        home = "/work" if bwrap else work
        os.chdir(work)
        self.bound(limits)
        if user:
            become(plan["uid"], plan["gid"])
        prctl(PR_SET_NO_NEW_PRIVS, 1)
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        for number in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGCHLD, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, set())
        if self.live is not None:
            os.set_inheritable(self.live, True)
        environment = self.environment(home, "/tmp" if bwrap or found["spaces"] else self.file("tmp"), self.live)
        argv = [a.replace("@WORK@", home) if plan.get("fill") else a for a in plan["command"]]
        if not bwrap:
            os.chdir(os.path.normpath(os.path.join(home, plan["directory"])))
            os.execvpe(argv[0], argv, environment)
        args, handles = self.box(environment, work, alone, spaces, argv)
        for handle in handles:
            os.set_inheritable(handle, True)
        os.execve(bwrap, args, CLEAN)

    def outputs(self):
        """Where its standard output and error go."""
        handles = []
        for name in ("stdout", "stderr"):
            handle = os.open(self.file(name), os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            if self.found["user"]:
                # Else a program could not open its own /dev/stdout.
                os.fchown(handle, self.plan["uid"], self.plan["gid"])
            handles.append(handle)
        return handles

    def gate(self):
        """A socket that listens where the planner finds it and the run does not; None for a run that serves nothing.

        The run gets it open: what stands at its place is ours, whatever the run does.
        """
        if not self.plan.get("live"):
            return None
        folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            # A socket's path may not be long.
            place = "/proc/self/fd/%d/live" % folder
            if os.path.lexists(place):
                os.unlink(place)
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            before = os.umask(0o177)
            try:
                listener.bind(place)
            finally:
                os.umask(before)
            listener.listen(64)
            return listener.detach()
        finally:
            os.close(folder)

    def environment(self, home, temporary, live=None):
        environment = dict(self.plan["environment"])
        if live is not None:
            environment = {k: v.replace("@LIVE@", str(live)) for k, v in environment.items()}
        environment["HOME"] = home
        environment["TMPDIR"] = temporary
        return {k: v.replace("@WORK@", home).replace("@TMP@", temporary) for k, v in environment.items()}

    def box(self, environment, work, alone, spaces, argv):
        """Arguments for bubblewrap, and the open files that they speak of."""
        plan, limits, found = self.plan, self.limits, self.found
        if plan.get("image"):
            return self.boxed_image(environment, work, alone, spaces, argv)
        directory = os.path.normpath(os.path.join("/work", plan["directory"]))
        # Where /tmp is covered already the copy may be under it.
        copied = self.etc and not spaces
        args = (self.boxes[alone] if copied else box_base(alone)) + (["--disable-userns"] if "--disable-userns" in found["options"] else [])
        if "--size" in found["options"]:
            args += ["--size", str(limits["memory"])]
        args += ["--tmpfs", "/tmp", "--uid", "1000", "--gid", "1000", "--bind", work, "/work"]
        for index, item in enumerate(plan["mounts"]):
            source = "/tmp/.mount-%d" % index if spaces else self.inside(work, item["from"])
            target = self.inside("/work", item["to"])
            args += ["--ro-bind" if item["readonly"] else "--bind", source, target]
        handles = []
        if not copied:
            for name, content in (("passwd", PASSWD), ("group", GROUP)):
                handles.append(self.handle(spaces, content))
                args += ["--ro-bind-data", str(handles[-1]), "/etc/" + name]
        args += ["--chdir", directory]
        for name, value in environment.items():
            args += ["--setenv", name, value]
        # Through a file and not through its arguments and environment: others could read the one, and the other
        # would be the run's word (LD_PRELOAD) in a program that is not yet inside.
        options = self.handle(spaces, b"".join(os.fsencode(arg) + b"\0" for arg in args))
        return [found["bwrap"], "--args", str(options), "--"] + argv, handles + [options]

    def image(self, spaces=False):
        """Where the run's image is for whoever starts it."""
        path = self.plan["image"]
        if spaces:
            return "/tmp/.image" + (".sif" if path.endswith(".sif") else "")
        return os.path.join(self.place or self.config["root"], path)

    def boxed_image(self, environment, work, alone, spaces, argv):
        """As box, for a run in an image."""
        plan, found = self.plan, self.found
        size = ["--size", str(self.limits["memory"])] if "--size" in found["options"] else []
        mounts = []
        for index, item in enumerate(plan["mounts"]):
            source = "/tmp/.mount-%d" % index if spaces else self.inside(work, item["from"])
            mounts.append((source, self.inside("/work", item["to"]), item["readonly"]))
        copied = self.etc and not spaces
        base = self.boxes[alone] if copied else box_base(alone)
        directory = os.path.normpath(os.path.join("/work", plan["directory"]))
        args, command = entered(
            self.config["entry"], alone, base, self.image(spaces), work, mounts, directory, environment, argv
        )
        at = args.index("/tmp") - 1
        args[at:at] = size
        handles = []
        if not copied or self.config["entry"]["how"] == "apptainer":
            for name, content in (("passwd", PASSWD), ("group", GROUP)):
                handles.append(self.handle(spaces, content))
                args += ["--ro-bind-data", str(handles[-1]), "/etc/" + name]
        args += ["--chdir", "/"]
        options = self.handle(spaces, b"".join(os.fsencode(arg) + b"\0" for arg in args))
        return [found["bwrap"], "--args", str(options), "--"] + command, handles + [options]

    @staticmethod
    def handle(spaces, content):
        """A nameless file with this content, open for the next program."""
        if len(content) <= 4096:
            handle, into = os.pipe()
            os.write(into, content)
            os.close(into)
        else:
            with tempfile.TemporaryFile(dir="/tmp" if spaces else None) as file:
                file.write(content)
                file.flush()
                handle = os.dup(file.fileno())
            os.lseek(handle, 0, os.SEEK_SET)
        return handle

    @staticmethod
    def inside(work, path):
        return path if path.startswith("/") else os.path.normpath(os.path.join(work, path))

    @staticmethod
    def relay(middle):
        """Between the supervisor and a process namespace: passes the exit on; its death ends the namespace."""
        for handle in range(3, 64):
            try:
                os.close(handle)
            except OSError:
                pass
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        while True:
            try:
                _, status = os.waitpid(middle, 0)
            except InterruptedError:
                continue
            os._exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))

    @staticmethod
    def first():
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        pid = os.fork()
        if pid == 0:
            return
        for handle in range(3, 64):
            try:
                os.close(handle)
            except OSError:
                pass
        while True:
            gone, status = os.wait()
            if gone == pid:
                os._exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))

    @staticmethod
    def bounds(plan):
        """What of a run stays on the process that started it: its limits, of which no other run may have more, and
        whether it is in a network."""
        limits = plan["limits"]
        return limits["files"], limits["storage"], limits["processes"] if plan["alone"] else None, plan["network"]

    def bound(self, limits):
        def limit(what, value):
            hard = resource.getrlimit(what)[1]
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(what, (value, value))

        limit(resource.RLIMIT_CORE, 0)
        limit(resource.RLIMIT_NOFILE, limits["files"])
        limit(resource.RLIMIT_FSIZE, limits["storage"])
        if self.found["user"] and self.plan["alone"]:
            # The user is this run's alone, so the kernel's count per user is a count of this run.
            limit(resource.RLIMIT_NPROC, limits["processes"])
        if "memory" not in self.group.folders:
            limit(resource.RLIMIT_DATA, limits["memory"])

    # While it runs ---------------------------------------------------------------------------------------------

    def tree(self):
        """Every process of the run. Who is in a control group cannot leave it; where there is none, orphans are ours."""
        found = self.group.members()
        if not self.group.places:
            found.update(descendants(os.getpid()))
        elif getattr(self, "status", None) is None:
            found.add(self.pid)
        return found

    def left(self):
        """How long it may still run, in seconds."""
        duration = load(self.file("duration.json"))
        allowed = self.limits["seconds"] if duration is None else duration["seconds"]
        return allowed - (time.monotonic() - self.clock)

    def watch(self):
        pause = 0.2
        walk = 0.0
        looked = self.clock
        deadline = time.monotonic() + self.left()
        status = None
        while True:
            status = self.reap()
            if status is not None:
                break
            if os.path.exists(self.file("cancel")):
                self.stop()
                return self.end("CANCELLED", self.code(), "It was stopped on request.")
            now = time.monotonic()
            if now >= deadline:
                self.stop()
                if self.plan.get("live"):
                    # Somebody worked in it for as long as it was meant to be open.
                    return self.end("SUCCEEDED", 0, "It was open until its time was over.")
                return self.end("OUT_OF_TIME", self.code(), "Its time was over.")
            got = signal.sigtimedwait(SIGNALS, max(0.0, min(pause, deadline - now)))
            if got is not None and got.si_signo == signal.SIGUSR1:
                deadline = time.monotonic() + self.left()
                continue
            if got is not None and got.si_signo in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                self.stop()
                return self.end("LOST", self.code(), "The host ended it.")
            now = time.monotonic()
            if now - looked < pause * 0.9:
                continue
            looked = now
            pause = min(OFTEN, pause * 2)
            # It may have been changed where no signal of ours reaches.
            deadline = now + self.left()
            wrote = max(self.length("stdout"), self.length("stderr"))
            if wrote > self.limits["output"]:
                self.stop()
                return self.end(
                    "OUT_OF_STORAGE", self.code(), "It printed more than %d MiB." % (self.limits["output"] // MIB)
                )
            if now >= walk:
                self.storage = size_of(self.file("work"))
                walk = now + max(OFTEN, 20 * (time.monotonic() - now))
                if self.storage > self.limits["storage"]:
                    self.stop()
                    return self.end("OUT_OF_STORAGE", self.code(), self.too_much())
            if "memory" not in self.group.folders:
                self.peak = max(self.peak, self.resident())
                if self.peak > self.limits["memory"]:
                    self.stop()
                    return self.end("OUT_OF_MEMORY", self.code(), self.too_big())
            store(self.file("usage.json"), self.usage())
        self.finish(status)

    def too_much(self):
        return "It wrote more than the %d MiB it was granted." % (self.limits["storage"] // MIB)

    def too_big(self):
        return "It used more than the %d MiB of memory it was granted." % (self.limits["memory"] // MIB)

    def trim(self):
        """Between two looks a run prints what it likes; it is over, and no more than its bound is kept."""
        for name in ("stdout", "stderr"):
            if self.length(name) > self.limits["output"]:
                try:
                    os.truncate(self.file(name), self.limits["output"])
                except OSError:
                    pass  # It is kept whole then.

    def length(self, name):
        try:
            return os.stat(self.file(name)).st_size
        except OSError:
            return 0

    def resident(self):
        pages = 0
        for pid in self.tree():
            try:
                fields = read("/proc/%d/statm" % pid).split()
                pages += int(fields[1]) - int(fields[2])
            except (OSError, IndexError):
                continue
        return pages * resource.getpagesize()

    def reap(self):
        """Collects every child that ended; the status of the run's first process when it is among them."""
        found = getattr(self, "status", None)
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return found
            if pid == 0:
                return found
            if pid == self.pid:
                found = self.status = status

    def code(self):
        self.reap()
        status = getattr(self, "status", None)
        if status is None:
            return -1
        return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)

    def stop(self):
        """Asks everything of the run to end, and after the time of grace ends it. Nothing is left after it."""
        shell = {self.pid} if self.found["bwrap"] or self.found["spaces"] else set()
        members = self.tree()
        if members:
            for pid in members - shell:
                send(pid, signal.SIGTERM)
            until = time.monotonic() + self.plan["grace"]
            pause = 0.005
            while time.monotonic() < until:
                self.reap()
                # With a namespace the shell ends when the program does, and takes the rest with it.
                if not self.tree():
                    return
                signal.sigtimedwait({signal.SIGCHLD}, pause)
                pause = min(0.1, pause * 1.5)
        self.destroy()

    def destroy(self):
        until = time.monotonic() + 60
        pause = 0.002
        # With its shell the kernel ends all that is in it, which takes a moment.
        kill = not self.again or getattr(self, "status", None) is None
        while time.monotonic() < until:
            self.reap()
            members = self.tree()
            if not members:
                return
            if kill:
                self.group.kill()
                for pid in members:
                    send(pid, signal.SIGKILL)
            kill = True
            signal.sigtimedwait({signal.SIGCHLD}, pause)
            pause = min(0.1, pause * 1.5)

    def finish(self, status):
        code = self.code()
        self.destroy()
        why = self.why()
        self.storage = size_of(self.file("work"))
        if code != 0 and self.group.killed_for_memory() > 0:
            return self.end("OUT_OF_MEMORY", code, self.too_big())
        if code == 128 + signal.SIGXFSZ or self.storage >= self.limits["storage"]:
            return self.end("OUT_OF_STORAGE", code, self.too_much())
        if max(self.length("stdout"), self.length("stderr")) > self.limits["output"]:
            return self.end(
                "OUT_OF_STORAGE", code, "It printed more than %d MiB." % (self.limits["output"] // MIB)
            )
        if code == 0:
            return self.end("SUCCEEDED", 0, "It ended by itself.")
        if why:
            return self.end("FAILED", code, "It could not be started: %s." % why)
        if code > 128 and code <= 192:
            return self.end("FAILED", code, "It was ended by signal %d." % (code - 128))
        return self.end("FAILED", code, "It ended with exit code %d." % code)

    def why(self):
        """Why the program could not be executed, where that is so."""
        if self.problem is None:
            return ""
        with os.fdopen(self.problem, "rb") as file:
            ready, _, _ = select.select([file], [], [], 0)
            return file.read(400).decode("utf-8", "replace") if ready else ""

    def usage(self):
        cpu = self.group.cpu_seconds()
        if cpu is None:
            # The kernel's count for this process, which is the run's only where it has no other.
            self.again = False
            # Only what was collected counts; what its shell left has come to us by now.
            self.reap()
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu = used.ru_utime + used.ru_stime
        peak = self.group.peak()
        if peak is None:
            self.again = False
            peak = max(self.peak, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
        return {"cpu": cpu, "peak": peak, "storage": self.storage}

    def end(self, how, code, detail):
        if how == "FAILED" and code == 1 and self.found["bwrap"]:
            text = self.tail("stderr")
            if "bwrap: execvp " in text:
                why = text.rsplit("bwrap: execvp ", 1)[1].split("\n")[0]
                code = 126 if "Permission" in why else 127
                detail = "It could not be started: %s." % why
            elif "bwrap: " in text:
                detail = "It could not be started: %s." % text.rsplit("bwrap: ", 1)[1].split("\n")[0]
            elif self.plan.get("image") and "ch-run[" in text and "error: " in text:
                why = text.rsplit("error: ", 1)[1].split("\n")[0].rsplit(" (", 1)[0]
                if why.startswith("can't execve(2): "):
                    why = why[len("can't execve(2): "):]
                    code = 126 if "Permission" in why else 127
                detail = "It could not be started: %s." % why
        elif how == "FAILED" and code == 255 and self.plan.get("image") and "FATAL:" in self.tail("stderr"):
            # Apptainer's own word.
            why = self.tail("stderr").rsplit("FATAL:", 1)[1].split("\n")[0].strip()
            code = 127 if "not found in $PATH" in why or "no such file" in why else 126 if "permission" in why else code
            detail = "It could not be started: %s." % why
        self.trim()
        until = self.since + (time.monotonic() - self.clock)
        record = {"end": how, "code": code, "since": self.since, "until": until, "detail": detail}
        record.update(self.usage())
        while True:
            try:
                settle(self.folder, self.record, record)
                break
            except OSError:
                # The disk is full. Nothing of the run is left but its end, which waits here until there is room.
                time.sleep(1)
        self.group.remove()

    def tail(self, name):
        try:
            with open(self.file(name), "rb") as file:
                file.seek(max(0, os.fstat(file.fileno()).st_size - 500))
                return file.read().decode("utf-8", "replace")
        except OSError:
            return ""


PASSWD = b"root:x:0:0:root:/root:/bin/false\nplanisphere:x:1000:1000:planisphere:/work:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n"
GROUP = b"root:x:0:\nplanisphere:x:1000:\nnogroup:x:65534:\n"


def sweep(keeper, session, cancelled):
    """Ends what is left of a run without a supervisor; or asks its supervisor to, where it has one."""
    self = Supervisor(keeper, session, lambda line: None)
    until = time.monotonic() + 10
    while not self.lock():
        if os.path.exists(self.record):
            return
        claim = load(self.file("claim.json"))
        if alive(claim):
            if cancelled:
                open(self.file("cancel"), "w").close()
                send(claim["pid"], signal.SIGUSR1)
            return
        if time.monotonic() > until:
            return
        time.sleep(0.005)
    if os.path.exists(self.record):
        return
    task = load(self.file("task.json"))
    if task is None and not cancelled:
        return
    plan = load(self.file("plan.json"))
    uid = plan["uid"] if keeper.found["user"] and plan["alone"] else None
    until = time.monotonic() + 60
    while task is not None and task["boot"] == boot() and time.monotonic() < until:
        members = self.group.members() | set(marked(uid if not self.group.places else None, session))
        members.discard(os.getpid())
        if not members:
            break
        self.group.kill()
        for pid in members:
            send(pid, signal.SIGKILL)
        time.sleep(0.01)
    now = time.time()
    since = task["since"] if task else now
    if task is None:
        how, detail = "CANCELLED", "It was stopped before it began."
    elif task["boot"] != boot():
        how, detail = "LOST", "The host was restarted."
    else:
        how, detail = "LOST", "Its supervisor is gone."
    usage = load(self.file("usage.json")) or {"cpu": 0, "peak": 0, "storage": 0}
    usage["storage"] = size_of(self.file("work"))
    record = {"end": how, "code": -1, "since": since, "until": max(since, now), "detail": detail}
    record.update(usage)
    settle(self.folder, self.record, record)
    self.group.remove()


class Keeper:
    def __init__(self, config):
        self.config = config
        self.found, self.groups = probe(config)
        # Worked out once: every run is a fork of this process. The runs' folders, where their users can pass to them.
        self.place = config["root"] if config.get("passable") else None
        if not self.place and self.found["bwrap"] and self.found["spaces"] and self.found["user"]:
            self.place = passage(config["root"])
        self.etc = None
        self.boxes = {}
        # Each supervisor has its own as soon as it enters it.
        self.silence = Silence()
        # The run of each child; the pipes by which supervisors get their next one; what binds them; those who wait.
        self.children = {}
        self.orders = {}
        self.bounds = {}
        self.waiting = []
        if self.found["bwrap"]:
            if self.place:
                try:
                    self.etc = copy_etc(os.path.join(self.place, ".etc-" + config["platform"]))
                except (OSError, shutil.Error):
                    pass
            self.boxes = {network: box_base(network, self.etc) for network in (True, False, "silent")}

    def answer(self, line):
        try:
            os.write(1, (json.dumps(line) + "\n").encode())
        except OSError:
            pass

    def tell(self, line):
        """A supervisor's word to the keeper, which may be gone: then nobody needs to know."""
        try:
            os.write(self.said, (json.dumps(line) + "\n").encode())
        except OSError:
            pass

    def fork(self, action):
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                os.setsid()
                null = os.open("/dev/null", os.O_RDWR)
                os.dup2(null, 0)
                os.dup2(null, 1)
                # What only the keeper may hold: the end of these pipes tells others that it is gone.
                for handle in list(self.orders.values()) + [self.heard]:
                    os.close(handle)
                action()
                code = 0
            except BaseException as wrong:
                self.tell({"problem": ("%s: %s" % (type(wrong).__name__, wrong))[:500]})
                if os.environ.get("KEEPER_DEBUG"):
                    import traceback

                    traceback.print_exc()
            finally:
                os._exit(code)
        return pid

    def obey(self, line):
        command = json.loads(line)
        what, session = command["do"], command["id"]
        if what == "start":
            self.start(session)
        elif what == "prolong":
            claim = load(os.path.join(self.config["root"], session, "claim.json"))
            if alive(claim):
                send(claim["pid"], signal.SIGUSR1)
        else:
            self.children[self.fork(lambda: sweep(self, session, what == "cancel"))] = None

    def start(self, session):
        """Gives the run to a supervisor that waits for one and bears its limits, else to a new one."""
        try:
            bounds = Supervisor.bounds(load(os.path.join(self.config["root"], session, "plan.json")))
        except (OSError, ValueError, LookupError, TypeError):
            # The supervisor says what is wrong with it.
            bounds = None
        for pid in [pid for pid in reversed(self.waiting) if self.bounds[pid] == bounds]:
            self.waiting.remove(pid)
            try:
                os.write(self.orders[pid], session.encode() + b"\n")
                self.children[pid] = session
                return
            except OSError:
                # It was killed meanwhile.
                continue
        orders, order = os.pipe()
        pid = self.fork(lambda: self.supervise(session, orders, order))
        os.close(orders)
        self.children[pid] = session
        self.orders[pid] = order
        self.bounds[pid] = bounds

    def supervise(self, session, orders, order):
        """The life of a supervisor: one run after the other, until one leaves it unfit or the keeper is gone."""
        os.close(order)
        for left in reversed(range(RUNS)):
            supervisor = Supervisor(self, session, self.tell)
            supervisor.run()
            if not supervisor.rest() or not left:
                return
            for number in ENDS:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)
            self.tell({"waits": os.getpid()})
            session = os.read(orders, 64).decode().strip()
            signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
            if not session:
                return

    def listen(self, line):
        """What a supervisor says: that it waits, or something for the planner."""
        message = json.loads(line)
        pid = message.get("waits")
        if pid is None:
            self.answer(message)
        elif pid in self.orders:
            self.children[pid] = None
            self.waiting.append(pid)
            if len(self.waiting) > WAITING:
                # The one that nobody wanted for longest ends.
                os.close(self.orders.pop(self.waiting.pop(0)))

    def reap(self):
        while True:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self.bounds.pop(pid, None)
            if pid in self.orders:
                os.close(self.orders.pop(pid))
            if pid in self.waiting:
                self.waiting.remove(pid)
            session = self.children.pop(pid, None)
            if session is not None:
                self.answer({"gone": session})

    def serve(self):
        # Children share this process's memory as long as nobody writes to it.
        gc.disable()
        if hasattr(gc, "freeze"):
            gc.freeze()
        wake, awake = os.pipe()
        os.set_blocking(wake, False)
        os.set_blocking(awake, False)
        self.heard, self.said = os.pipe()
        signal.set_wakeup_fd(awake)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.answer({"hello": self.found})
        text = said = b""
        while True:
            ready, _, _ = select.select([0, wake, self.heard], [], [])
            if self.heard in ready:
                said += os.read(self.heard, 65536)
                while b"\n" in said:
                    line, said = said.split(b"\n", 1)
                    self.listen(line)
            if wake in ready:
                try:
                    os.read(wake, 4096)
                except BlockingIOError:
                    pass
                self.reap()
            if 0 in ready:
                more = os.read(0, 65536)
                if not more:
                    self.groups.leave()
                    return
                text += more
                while b"\n" in text:
                    line, text = text.split(b"\n", 1)
                    self.obey(line)


if __name__ == "__main__":
    os.umask(0o077)
    try:
        os.setsid()
    except OSError:
        pass
    Keeper(load(sys.argv[1])).serve()
