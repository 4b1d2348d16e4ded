"""A task that runs on a local platform: its folder, its output, its end."""

from __future__ import annotations

import hashlib
import mimetypes
import os
import shutil
import signal
import subprocess
import threading
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Dict, List, Mapping, Optional, Sequence, Set, Union

from .results import inside
from .wire import ExecutionRequest, ResultItem

if TYPE_CHECKING:
    from .local import Terms


class Stopped(Exception):
    """The run was cancelled, or its time is over."""


class Run:
    """What a platform's `run` is given. What lies in `folder` at the end, and was not brought there, are the results."""

    def __init__(
        self,
        request: ExecutionRequest,
        terms: Terms,
        place: Path,
        cores: int,
        memory: int,
        length: timedelta,
        say: Callable[[str], None],
    ) -> None:
        self.request = request
        self.terms = terms
        self.folder = place / "work"
        """The work folder."""
        self.cores = cores
        self.memory = memory
        self.duration = length
        self.say = say
        """Tells who watches the session a sentence of progress."""
        self.cancelled = threading.Event()
        """Set when the caller wants it to stop; code that runs for long looks at it."""
        self._place = place
        self._brought: Set[Path] = set()
        self._process: Optional[subprocess.Popen[bytes]] = None
        self._lock = threading.Lock()
        self._thread: Optional[threading.Thread] = None

    def output(self, stream: str) -> Path:
        """The file of stdout or stderr."""
        return self._place / stream

    def write(self, text: str) -> None:
        """Adds a text to stdout."""
        with open(self.output("stdout"), "a", encoding="utf-8") as file:
            file.write(text)

    def bring(self, name: str, source: Union[bytes, str, Path]) -> Path:
        """Puts bytes, or a copy of a file, into the work folder; it is an input and no result."""
        target = inside(self.folder, name)
        if isinstance(source, bytes):
            target.write_bytes(source)
        else:
            shutil.copyfile(source, target)
        self._brought.add(target)
        return target

    def call(self, command: Sequence[str], environment: Optional[Mapping[str, str]] = None) -> int:
        """Runs a command in the work folder and returns its exit code.

        Its output is the session's. It sees nothing of this process's environment but PATH and LANG. It is ended, with its
        children, when the session is cancelled or the time it was granted is over.
        """
        seen: Dict[str, str] = {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": os.environ.get("LANG", "C.UTF-8"),
            "HOME": str(self.folder),
            "PLANISPHERE_CORES": str(self.cores),
            "PLANISPHERE_MEMORY_MIB": str(self.memory * 1024),
            **(environment or {}),
        }
        until = time.monotonic() + self.duration.total_seconds()
        with open(self.output("stdout"), "ab") as out, open(self.output("stderr"), "ab") as err:
            with self._lock:
                if self.cancelled.is_set():
                    raise Stopped("It was cancelled.")
                process = subprocess.Popen(
                    list(command),
                    cwd=self.folder,
                    env=seen,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=err,
                    start_new_session=True,
                )
                self._process = process
            try:
                code = process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                raise Stopped("Its time is over.") from None
            finally:
                with self._lock:
                    self._process = None
                    self._end(process)
                process.wait()
        if self.cancelled.is_set():
            raise Stopped("It was cancelled.")
        return code

    # -- for the platform -------------------------------------------------------------------------

    def begin(self, body: Callable[[], None]) -> None:
        self._thread = threading.Thread(target=body, name=f"run {self._place.name}", daemon=True)
        self._thread.start()

    def prepare(self) -> None:
        self._place.mkdir(mode=0o700, parents=True)
        self.folder.mkdir()

    def stop(self) -> None:
        with self._lock:
            self.cancelled.set()
            if self._process is not None:
                self._end(self._process)

    def sizes(self) -> Dict[str, str]:
        """How many bytes it has printed, by stream; nothing before the first."""
        found = {}
        for stream in ("stdout", "stderr"):
            try:
                found[stream] = str(self.output(stream).stat().st_size)
            except FileNotFoundError:
                found[stream] = "0"
        return found if set(found.values()) != {"0"} else {}

    def join(self, seconds: float) -> None:
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(seconds)

    def files(self) -> List[Path]:
        """The regular files it has left; links are stepped over."""
        found: List[Path] = []
        for parent, folders, names in os.walk(self.folder):
            folders.sort()
            for name in sorted(names):
                path = Path(parent) / name
                if path.is_file() and not path.is_symlink() and path not in self._brought:
                    found.append(path)
        return found

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """Ends it and, where there are process groups, the children that it has left behind."""
        try:
            if os.name == "posix":
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        except (ProcessLookupError, PermissionError):
            pass


def listed(run: Run, url: str) -> List[ResultItem]:
    """The results with their sizes and sums."""
    items = []
    for path in run.files():
        digest = hashlib.sha256()
        size = 0
        with open(path, "rb") as file:
            for part in iter(lambda: file.read(1024 * 1024), b""):
                digest.update(part)
                size += len(part)
        name = path.relative_to(run.folder).as_posix()
        modified = datetime.fromtimestamp(path.stat().st_mtime, timezone.utc)
        media = mimetypes.guess_type(name)[0] or "application/octet-stream"
        items.append(ResultItem(name, size, digest.hexdigest(), media, modified, f"{url}#{name}"))
    return items
