"""Puts what a list of packages names into a folder: packages.py LIST FOLDER [INDEX [CERTIFICATES]]

Runs in the sandbox of a run, which has no network. What it needs of the index comes through the socket `index` in the
work folder, where the planner lets it through to the index and to nothing else; pip is told of it as of a proxy.
"""

import os
import socket
import subprocess
import sys
import threading
from urllib.parse import urlsplit

work = os.getcwd()
wanted, folder = sys.argv[1:3]
index = sys.argv[3] if len(sys.argv) > 3 else None
certificates = sys.argv[4] if len(sys.argv) > 4 else None


def carry(source, sink):
    try:
        while True:
            some = source.recv(65536)
            if not some:
                break
            sink.sendall(some)
    except OSError:
        pass
    try:
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def join(caller):
    with caller, socket.socket(socket.AF_UNIX) as gate:
        gate.connect(os.path.join(work, "index"))
        there = threading.Thread(target=carry, args=(caller, gate), daemon=True)
        there.start()
        carry(gate, caller)
        there.join()


def listen(door):
    while True:
        caller, _ = door.accept()
        threading.Thread(target=join, args=(caller,), daemon=True).start()


# What is unpacked on the way counts as written, and not as memory.
temporary = os.path.join(work, "tmp")
os.makedirs(temporary, exist_ok=True)
environment = dict(os.environ, TMPDIR=temporary, HOME=temporary)
command = [sys.executable, "-I", "-m", "pip", "--isolated", "--disable-pip-version-check", "--no-input", "--no-cache-dir"]
command += ["--no-color", "install", "--progress-bar", "off", "--no-warn-script-location"]
command += ["--root-user-action", "ignore"]
if index is None:
    command += ["--no-index"]
else:
    door = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=listen, args=(door,), daemon=True).start()
    command += ["--proxy", "http://127.0.0.1:%d" % door.getsockname()[1], "--index-url", index]
    command += ["--retries", "2", "--timeout", "30"]
    if urlsplit(index).scheme == "http":
        command += ["--trusted-host", urlsplit(index).netloc]
    if certificates:
        command += ["--cert", os.path.join(work, certificates)]
command += ["--target", os.path.join(work, folder), "--requirement", wanted]
sys.exit(subprocess.run(command, cwd=os.path.join(work, "source"), env=environment, stdin=subprocess.DEVNULL).returncode)
