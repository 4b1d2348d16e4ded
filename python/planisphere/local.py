"""A platform made of a portal's own code, in this process.

Its answers, offers and sessions are the same classes as those of a planner far away, and behave as they do: an offer holds
what it offers until it expires, one of a set can be accepted, a session goes through the same phases and leaves output and
results. They live in memory and in a temporary folder, and end with the process.
"""

from __future__ import annotations

import abc
import shutil
import tempfile
import threading
import uuid
import zipfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import BinaryIO, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple, Type, Union

from . import kinds
from ._events import Event
from ._run import Run, Stopped, listed
from .errors import Conflict, NotFound, PlannerProblem
from .offers import OfferSet
from .times import format_duration, format_instant, parse_duration
from .wire import (
    Compute,
    Cost,
    ExecutionRequest,
    ExecutionSession,
    Message,
    Meta,
    MinMax,
    OfferSetResponse,
    Option,
    Problem,
    ResultItem,
    Schedule,
    StartDuration,
    Update,
)


@dataclass(frozen=True)
class Terms:
    """On what terms a task would be run. What is not named is as asked, or the least there is. `memory` is GiB."""

    cores: Optional[int] = None
    memory: Optional[int] = None
    duration: Optional[timedelta] = None
    price: Optional[float] = None
    currency: str = "EUR"
    description: str = ""


@dataclass(frozen=True)
class Refusal:
    """Why not: a code for programs (see docs/problems.md), a sentence for people, and its values."""

    code: str
    text: str
    values: Mapping[str, str] = field(default_factory=dict)


Decision = Sequence[Union[Terms, Refusal]]

_LOOK = 0.25
_UNTAKEN = timedelta(minutes=10)

_NEXT = {
    "OFFERED": {"ACCEPTED", "REJECTED", "EXPIRED"},
    "ACCEPTED": {"PREPARING", "CANCELLED"},
    "PREPARING": {"RUNNING", "FAILED", "CANCELLED"},
    "RUNNING": {"RELEASING", "CANCELLED"},
    "RELEASING": {"COMPLETED", "FAILED"},
}
_CHOICES = {
    "OFFERED": ["ACCEPTED", "REJECTED"],
    "ACCEPTED": ["CANCELLED"],
    "PREPARING": ["CANCELLED"],
    "RUNNING": ["CANCELLED"],
}


class LocalPlatform(abc.ABC):
    """Derive from it: `decide` says on what terms, `run` runs. Safe for many threads.

    `cores` and `memory` (GiB) are what all offers and sessions together may hold at any instant; `lifetime` is for how many
    seconds an offer stands, and `keep` for how many an ended session is kept, with its results. Work folders are made under
    `folder`, or where temporary files go.
    """

    def __init__(
        self,
        name: str,
        *,
        cores: int = 1,
        memory: int = 1,
        lifetime: float = 300.0,
        keep: float = 86400.0,
        folder: Union[None, str, Path] = None,
    ) -> None:
        self._name = name
        self._cores = cores
        self._memory = memory
        self._lifetime = lifetime
        self._sessions = LocalSessions(self, folder, timedelta(seconds=keep))

    @property
    def name(self) -> str:
        """What people call it."""
        return self._name

    @abc.abstractmethod
    def decide(self, request: ExecutionRequest) -> Decision:
        """The terms on which the task could be run here, or the refusals that say why not. Decides only; does nothing."""

    @abc.abstractmethod
    def run(self, run: Run) -> Optional[int]:
        """Runs an accepted task, in a thread of its own. Returns its exit code, or nothing for success."""

    def canIDoThis(self, request: ExecutionRequest) -> OfferSet:
        return self._sessions.answer(request, self.decide(request), self._lifetime)

    def now(self) -> datetime:
        """The clock by which offers expire."""
        return datetime.now(timezone.utc)

    @property
    def held(self) -> Tuple[int, int]:
        """Cores and memory that are held now."""
        return self._sessions.held()

    @property
    def capacity(self) -> Tuple[int, int]:
        return self._cores, self._memory

    def close(self) -> None:
        """Ends everything that runs, and removes the work folders."""
        self._sessions.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"


class _Kept:
    """A session as it is kept here."""

    def __init__(self, document: ExecutionSession, request: ExecutionRequest, terms: Terms, length: timedelta) -> None:
        self.document = document
        self.request = request
        self.terms = terms
        self.length = length
        self.siblings: List[_Kept] = []
        self.events: List[Event] = []
        self.keys: Dict[str, Tuple[str, ExecutionSession]] = {}
        self.run: Optional[Run] = None
        self.results: List[ResultItem] = []
        self.ended: Optional[datetime] = None

    @property
    def phase(self) -> str:
        return self.document.phase or ""


class LocalSessions:
    """The sessions of one local platform, and who holds what of it. One lock guards everything."""

    def __init__(self, platform: LocalPlatform, folder: Union[None, str, Path], keep: timedelta) -> None:
        self._platform = platform
        self._keep = keep
        self._parent = folder
        self._folder: Optional[Path] = None
        self._changed = threading.Condition()
        self._kept: Dict[str, _Kept] = {}

    # -- offering ---------------------------------------------------------------------------------

    def answer(self, request: ExecutionRequest, decision: Decision, lifetime: float) -> OfferSet:
        now = self._platform.now()
        expires = now + timedelta(seconds=lifetime)
        messages = [_message(now, each) for each in decision if isinstance(each, Refusal)]
        set_url = self._address("offersets")
        made: List[_Kept] = []
        with self._changed:
            self._expire()
            for terms in (each for each in decision if isinstance(each, Terms)):
                kept = self._offer(request, terms, now, expires, set_url)
                if self._fits(kept):
                    self._kept[_url(kept)] = kept
                    made.append(kept)
                else:
                    busy = Refusal("busy", f"{self._platform.name} has not enough left of what it has.")
                    messages.append(_message(now, busy))
            for kept in made:
                kept.siblings = [each for each in made if each is not kept]
            offers = [each.document.copy() for each in made]
        if not made and not messages:
            messages.append(_message(now, Refusal("kind-not-offered", f"{self._platform.name} does not run this.")))
        response = OfferSetResponse(
            kind=kinds.OFFER_SET,
            meta=Meta(uuid=set_url.rsplit("/", 1)[-1], url=set_url, created=now, messages=messages or None),
            result="YES" if made else "NO",
            expires=expires if made else None,
            offers=offers or None,
        )
        return OfferSet(self, response, self._platform.name)

    def _offer(
        self, request: ExecutionRequest, terms: Terms, now: datetime, expires: datetime, set_url: str
    ) -> _Kept:
        asked = request.compute or Compute()
        cores = terms.cores if terms.cores is not None else (asked.cores.min if asked.cores else None) or 1
        memory = terms.memory if terms.memory is not None else (asked.memory.min if asked.memory else None) or 1
        requested = request.schedule.requested if request.schedule else None
        url = self._address("sessions")
        try:
            length = terms.duration or parse_duration((requested.duration if requested else None) or "PT1H")
        except ValueError as wrong:
            raise _problem(PlannerProblem, url, 400, "invalid-document", str(wrong)) from None
        document = ExecutionSession(
            kind=kinds.SESSION,
            meta=Meta(uuid=url.rsplit("/", 1)[-1], url=url, created=now, options=_options("OFFERED")),
            phase="OFFERED",
            expires=expires,
            offerset=set_url,
            platform=self._platform.name,
            executable=request.executable.copy() if request.executable else None,
            compute=Compute(kind=kinds.COMPUTE, cores=MinMax(cores, cores), memory=MinMax(memory, memory)),
            schedule=Schedule(
                available=StartDuration(
                    start=f"{format_instant(now)}/{format_instant(expires)}", duration=format_duration(length)
                )
            ),
        )
        if terms.price is not None:
            document.costs = [
                Cost(kind=kinds.COST, type=kinds.MONEY + terms.currency, min=terms.price, max=terms.price)
            ]
        if terms.description and document.meta is not None:
            document.meta.description = terms.description
        return _Kept(document, request.copy(), terms, length)

    def _address(self, what: str) -> str:
        return f"local:{what}/{uuid.uuid4()}"

    def _fits(self, kept: _Kept) -> bool:
        cores, memory = self._amount(kept)
        held_cores, held_memory = self._held()
        most_cores, most_memory = self._platform.capacity
        return held_cores + cores <= most_cores and held_memory + memory <= most_memory

    def _amount(self, kept: _Kept) -> Tuple[int, int]:
        compute = kept.document.compute or Compute()
        cores = compute.cores.max if compute.cores else None
        memory = compute.memory.max if compute.memory else None
        return cores or 0, memory or 0

    def _held(self) -> Tuple[int, int]:
        amounts = [self._amount(each) for each in self._kept.values() if each.phase not in kinds.TERMINAL]
        return sum(cores for cores, _ in amounts), sum(memory for _, memory in amounts)

    def held(self) -> Tuple[int, int]:
        with self._changed:
            self._expire()
            return self._held()

    def _expire(self) -> None:
        """Ends offers whose time is over, and forgets what ended long ago: offers nobody took first."""
        now = self._platform.now()
        for url, kept in list(self._kept.items()):
            if kept.phase == "OFFERED" and kept.document.expires is not None and kept.document.expires <= now:
                self._to(kept, "EXPIRED", "The offer has expired.")
            if kept.ended is not None and now - kept.ended > (self._keep if kept.run else min(self._keep, _UNTAKEN)):
                del self._kept[url]
                if kept.run is not None:
                    shutil.rmtree(kept.run.folder.parent, ignore_errors=True)

    # -- what a session can do --------------------------------------------------------------------

    def read(self, url: str) -> ExecutionSession:
        with self._changed:
            return self._find(url).document.copy()

    def update(self, url: str, update: Update, key: Optional[str]) -> ExecutionSession:
        with self._changed:
            kept = self._find(url)
            said = update.to_json()
            if key is not None and key in kept.keys:
                before, answer = kept.keys[key]
                if before != said:
                    raise _problem(PlannerProblem, url, 422, "key-reused", "This key was used for another change.")
                return answer.copy()
            phase = update.value if (update.path or "").lstrip("/") == "phase" else None
            if phase not in _CHOICES.get(kept.phase, []):
                raise _problem(
                    Conflict, url, 409, "not-an-option", f"The session is {kept.phase}; this cannot be changed now."
                )
            self._to(kept, str(phase), "")
            if phase == "ACCEPTED":
                kept.document.expires = None
                for each in kept.siblings:
                    if each.phase == "OFFERED":
                        self._to(each, "REJECTED", "Another offer of the set was accepted.")
                self._start(kept)
            elif phase == "CANCELLED" and kept.run is not None:
                kept.run.stop()
            if key is not None:
                kept.keys[key] = (said, kept.document.copy())
            return kept.document.copy()

    def events(self, url: str, after: int, timeout: Optional[float]) -> Iterator[Event]:
        until = None if timeout is None else self._platform.now() + timedelta(seconds=timeout)
        seen = after
        printed: Dict[str, str] = {}
        while True:
            with self._changed:
                kept = self._find(url)
                fresh = kept.events[seen:]
                sizes = kept.run.sizes() if kept.run is not None and kept.phase == "RUNNING" else printed
                if not fresh and sizes == printed:
                    now = self._platform.now()
                    if kept.phase in kinds.TERMINAL:
                        return
                    if until is not None and now >= until:
                        raise TimeoutError(f"{url} has not ended in time")
                    ends = [each for each in (until, kept.document.expires) if each is not None]
                    waits = [max(0.001, (each - now).total_seconds()) for each in ends]
                    if kept.phase == "RUNNING":
                        # What a program prints is seen in its file only, as at a planner.
                        waits.append(_LOOK)
                    self._changed.wait(min(waits) if waits else None)
                    continue
            for event in fresh:
                seen = event.id
                yield event
            if sizes != printed:
                printed = sizes
                yield Event(0, "output", kept.phase, "", self._platform.now(), dict(sizes))

    def output(self, url: str, stream: str, start: int, most: int) -> bytes:
        with self._changed:
            kept = self._find(url)
        if kept.run is None:
            return b""
        try:
            with open(kept.run.output(stream), "rb") as file:
                file.seek(start)
                return file.read(most)
        except FileNotFoundError:
            return b""

    def results(self, url: str) -> List[ResultItem]:
        with self._changed:
            return [each.copy() for each in self._find(url).results]

    def fetch(self, item: ResultItem, into: BinaryIO) -> None:
        url, _, name = (item.url or "").partition("#")
        with self._changed:
            kept = self._find(url)
        if kept.run is None:
            raise _problem(NotFound, url, 404, "not-found", "The session has left nothing.")
        with open(kept.run.folder / name, "rb") as file:
            shutil.copyfileobj(file, into)

    def fetch_archive(self, url: str, into: BinaryIO, most: int) -> None:
        with zipfile.ZipFile(into, "w") as archive:
            for item in self.results(url):
                with archive.open(item.name or "", "w") as entry:
                    self.fetch(item, entry)  # type: ignore[arg-type]

    def delete(self, url: str) -> None:
        with self._changed:
            kept = self._find(url)
            if kept.phase not in kinds.TERMINAL:
                raise _problem(Conflict, url, 409, "conflict", "The session has not ended.")
            del self._kept[url]
        if kept.run is not None:
            shutil.rmtree(kept.run.folder.parent, ignore_errors=True)

    def close(self) -> None:
        with self._changed:
            for kept in self._kept.values():
                if kept.phase in ("ACCEPTED", "PREPARING", "RUNNING"):
                    self._to(kept, "CANCELLED", "The platform was closed.")
                    if kept.run is not None:
                        kept.run.stop()
            runs = [each.run for each in self._kept.values() if each.run is not None]
            self._kept.clear()
            folder = self._folder
        for run in runs:
            run.join(10.0)
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    # -- running ----------------------------------------------------------------------------------

    def _start(self, kept: _Kept) -> None:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="planisphere-", dir=self._parent))
        cores, memory = self._amount(kept)
        work = self._folder / _url(kept).rsplit("/", 1)[-1]

        def say(text: str) -> None:
            with self._changed:
                self._tell(kept, "progress", text)

        kept.run = Run(kept.request, kept.terms, work, cores, memory, kept.length, say)
        kept.run.begin(lambda: self._live(kept))

    def _live(self, kept: _Kept) -> None:
        run = kept.run
        if run is None or not self._move(kept, "PREPARING", ""):
            return
        why = ""
        code: Optional[int] = None
        try:
            run.prepare()
            if not self._move(kept, "RUNNING", ""):
                return
            code = self._platform.run(run)
            if code:
                why = f"The program ended with exit code {code}."
        except Stopped as stopped:
            why = str(stopped)
        except Exception as broken:  # somebody's code: whatever it does, the session has an end
            why = f"{type(broken).__name__}: {broken}"
        if self._move(kept, "RELEASING", ""):
            results: List[ResultItem] = []
            try:
                results = listed(run, _url(kept))
            except OSError as lost:
                why = why or f"The results cannot be read: {lost}"
            with self._changed:
                kept.results = results
            self._move(kept, "FAILED" if why else "COMPLETED", why)
        else:
            # It failed while it was prepared, or was cancelled: then it has its phase.
            self._move(kept, "FAILED", why)

    def _move(self, kept: _Kept, phase: str, text: str) -> bool:
        with self._changed:
            if phase not in _NEXT.get(kept.phase, set()):
                return False
            self._to(kept, phase, text)
            return True

    def _to(self, kept: _Kept, phase: str, text: str) -> None:
        assert phase in _NEXT.get(kept.phase, set()), f"{kept.phase} to {phase}"
        kept.document.phase = phase
        if phase in kinds.TERMINAL:
            kept.ended = self._platform.now()
        meta = kept.document.meta or Meta()
        kept.document.meta = meta
        meta.modified = self._platform.now()
        meta.options = _options(phase)
        if text:
            code = "ended" if phase in kinds.TERMINAL else "phase"
            level = "ERROR" if phase == "FAILED" else "INFO"
            meta.messages = [
                *(meta.messages or []),
                Message(kind=kinds.MESSAGES + code, time=meta.modified, level=level, template=text, message=text),
            ]
        self._tell(kept, "phase", text or f"The session is {phase}.")

    def _tell(self, kept: _Kept, type: str, text: str) -> None:
        kept.events.append(Event(len(kept.events) + 1, type, kept.phase, text, self._platform.now()))
        self._changed.notify_all()

    def _find(self, url: str) -> _Kept:
        self._expire()
        if url not in self._kept:
            raise _problem(NotFound, url, 404, "not-found", "There is no such session here.")
        return self._kept[url]


def _options(phase: str) -> Optional[List[Option]]:
    values = _CHOICES.get(phase)
    return [Option(kind="uri:enum-value-option", path="phase", values=list(values))] if values else None


def _message(now: datetime, refusal: Refusal) -> Message:
    return Message(
        kind=kinds.MESSAGES + refusal.code,
        time=now,
        level="ERROR",
        template=refusal.text,
        values=dict(refusal.values) or None,
        message=refusal.text,
    )


def _problem(type: Type[PlannerProblem], url: str, status: int, word: str, detail: str) -> PlannerProblem:
    return type(url, status, Problem(type=f"/planner/problems/{word}", title=word, status=status, detail=detail))


def _url(kept: _Kept) -> str:
    return (kept.document.meta.url if kept.document.meta else None) or ""
