"""Lets people work in the folder of a run: Jupyter, at the socket that the run was given already listening.

Jupyter itself listens in a folder of the run's own; what comes at the run's socket is carried there as soon as it is up, so
that whoever comes early waits and is not refused. It goes on until it is told to end.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

work = os.getcwd()
gate = socket.socket(fileno=int(os.environ.pop("PLANISPHERE_LIVE")))
inner = tempfile.mkdtemp()
settings = {
    "sock": "socket",
    "sock_mode": "0600",
    "token": os.environ.pop("PLANISPHERE_SECRET"),
    "password": "",
    "base_url": os.environ.pop("PLANISPHERE_ROOT"),
    "root_dir": work,
    "open_browser": False,
    # Who may come, and from where, the planner has decided.
    "allow_remote_access": True,
    "quit_button": True,
}
config = os.path.join(inner, "config.json")
with open(os.open(config, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
    # What it keeps to go back to is nobody's result.
    json.dump({"ServerApp": settings, "FileCheckpoints": {"checkpoint_dir": os.path.join(inner, "kept")}}, file)
# A socket's path may not be long: both name it from where they are.
os.chdir(inner)
# Nor is how somebody likes its pages.
kept = {name: os.path.join(inner, name.lower()) for name in ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")}
# What was installed for the notebook is for its kernels and not for the server: it does not hear of PYTHONPATH.
command = [sys.executable, "-E", "-m", "jupyter_server", "--config=" + config]
server = subprocess.Popen(command, stdin=subprocess.DEVNULL, env={**os.environ, **kept})
asked = threading.Event()


def stop(*_):
    asked.set()
    server.terminate()


def jupyter():
    """A connection to it, when it is up; None when it never will be."""
    while server.poll() is None:
        one = socket.socket(socket.AF_UNIX)
        try:
            one.connect("socket")
            return one
        except OSError:
            one.close()
            time.sleep(0.05)
    return None


def carry(source, sink):
    try:
        while True:
            some = source.recv(65536)
            if not some:
                break
            sink.sendall(some)
    except OSError:
        pass
    for one in (source, sink):
        try:
            one.shutdown(socket.SHUT_RD if one is source else socket.SHUT_WR)
        except OSError:
            pass


def join(caller, room):
    try:
        with caller:
            service = jupyter()
            if service is None:
                return
            with service:
                there = threading.Thread(target=carry, args=(caller, service), daemon=True)
                there.start()
                carry(service, caller)
                there.join()
    finally:
        room.release()


def listen():
    room = threading.Semaphore(64)
    while True:
        room.acquire()
        caller, _ = gate.accept()
        threading.Thread(target=join, args=(caller, room), daemon=True).start()


signal.signal(signal.SIGTERM, stop)
threading.Thread(target=listen, daemon=True).start()
code = server.wait()
sys.stdout.flush()
# Whoever was told to end, and did, has done nothing wrong.
os._exit(0 if asked.is_set() else code if code >= 0 else 128 - code)
