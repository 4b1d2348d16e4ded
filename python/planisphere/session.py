"""A session as a portal uses it, wherever it runs."""

from __future__ import annotations

from typing import BinaryIO, Callable, Iterator, List, Optional, Protocol

from . import kinds
from ._events import Event
from .errors import SessionFailed
from .results import Results
from .times import Span, format_duration, parse_duration
from .wire import Connector, ExecutionSession, Message, Option, ResultItem, Update

STDOUT = "stdout"
STDERR = "stderr"

_PIECE = 1024 * 1024


class SessionAccess(Protocol):
    """How sessions of one platform are reached. Sessions are named by their address."""

    def read(self, url: str) -> ExecutionSession:
        """The session as it is now."""

    def update(self, url: str, update: Update, key: Optional[str]) -> ExecutionSession:
        """The session after a change; raises `Conflict` when it is no option now."""

    def events(self, url: str, after: int, timeout: Optional[float]) -> Iterator[Event]:
        """Every event after the one of this number, in order, once each; ends with the session.

        Raises TimeoutError after so many seconds.
        """

    def output(self, url: str, stream: str, start: int, most: int) -> bytes:
        """What there is of stdout or stderr from a byte on; empty when nothing more is there yet."""

    def results(self, url: str) -> List[ResultItem]:
        """What the session has left."""

    def fetch(self, item: ResultItem, into: BinaryIO) -> None:
        """Writes the bytes of a result."""

    def fetch_archive(self, url: str, into: BinaryIO, most: int) -> None:
        """Writes all results as a zip file, of at most so many bytes."""

    def delete(self, url: str) -> None:
        """Removes a session that has ended."""


class Session:
    """What became of an accepted offer. Its document is read when asked for, never by itself."""

    def __init__(self, access: SessionAccess, document: ExecutionSession, platform: str = "") -> None:
        self._access = access
        self.document = document
        """As it was last read; `refresh` reads it anew."""
        self.platform = platform
        self._seen = 0

    # -- what is known ----------------------------------------------------------------------------

    @property
    def url(self) -> str:
        return (self.document.meta.url if self.document.meta else None) or ""

    @property
    def runs_on(self) -> str:
        """The planner's own platform, and whose it is where the planner that was asked tells of another's."""
        return where(self.document, self.platform)

    @property
    def phase(self) -> str:
        """The phase as last seen."""
        return self.document.phase or ""

    @property
    def ended(self) -> bool:
        return self.phase in kinds.TERMINAL

    @property
    def ok(self) -> bool:
        """Whether it has COMPLETED."""
        return self.phase == "COMPLETED"

    @property
    def options(self) -> List[Option]:
        """What may be changed now, as last seen."""
        return list((self.document.meta.options if self.document.meta else None) or [])

    @property
    def messages(self) -> List[Message]:
        return list((self.document.meta.messages if self.document.meta else None) or [])

    @property
    def connectors(self) -> List[Connector]:
        """Ways in, such as the ports of a container."""
        return list(self.document.connectors or [])

    def refresh(self) -> Session:
        """Reads it anew."""
        self.document = self._access.read(self.url)
        return self

    # -- waiting ----------------------------------------------------------------------------------

    def events(self, after: int = 0, timeout: Optional[float] = None) -> Iterator[Event]:
        """Its events as they happen, to its end. Nothing polls; a connection that is lost is taken up again."""
        return self._access.events(self.url, after, timeout)

    def wait(self, timeout: Optional[float] = None, on_event: Optional[Callable[[Event], None]] = None) -> Session:
        """Waits for its end, however it ends; see `ok` and `check`. Raises TimeoutError after so many seconds.

        A second wait goes on where the first one was left.
        """
        for event in self._access.events(self.url, self._seen, timeout):
            self._seen = max(self._seen, event.id)
            if event.phase:
                self.document.phase = event.phase
            if on_event is not None:
                on_event(event)
        return self.refresh()

    def check(self) -> Session:
        """Raises SessionFailed, with the end of stderr, unless it has COMPLETED."""
        if not self.ok:
            why = next((m.message for m in reversed(self.messages) if m.level == "ERROR" and m.message), "")
            tail = self.stderr[-2000:].strip() if self.ended else ""
            raise SessionFailed(self, "\n".join(each for each in (why, tail) if each))
        return self

    # -- what comes out ---------------------------------------------------------------------------

    @property
    def stdout(self) -> str:
        """What it has printed so far: the first 16 MiB."""
        return self.output(STDOUT).decode("utf-8", "replace")

    @property
    def stderr(self) -> str:
        return self.output(STDERR).decode("utf-8", "replace")

    def output(self, stream: str = STDOUT, start: int = 0, most: int = 16 * _PIECE) -> bytes:
        """What there is of `stdout` or `stderr` from this byte on, at most so many bytes."""
        if stream not in (STDOUT, STDERR):
            raise ValueError("the streams are stdout and stderr")
        parts = bytearray()
        while len(parts) < most:
            piece = self._access.output(self.url, stream, start + len(parts), min(_PIECE, most - len(parts)))
            if not piece:
                break
            parts += piece
        return bytes(parts)

    def follow(self, stream: str = STDOUT, timeout: Optional[float] = None) -> Iterator[bytes]:
        """What it prints, as it prints it, to its end."""
        start = 0
        for _ in self.events(timeout=timeout):
            while True:
                piece = self._access.output(self.url, stream, start, _PIECE)
                if not piece:
                    break
                start += len(piece)
                yield piece

    @property
    def results(self) -> Results:
        """What it has left; there is nothing before its end."""

        def archive(into: BinaryIO, most: int) -> None:
            self._access.fetch_archive(self.url, into, most)

        return Results(self._access.results(self.url), self._access.fetch, archive)

    # -- changing it ------------------------------------------------------------------------------

    def cancel(self) -> Session:
        """Stops it. One that has ended stays as it is."""
        if not self.ended and not self.refresh().ended:
            self.update("phase", "CANCELLED")
        return self

    def update(self, path: str, value: object, key: Optional[str] = None) -> Session:
        """Changes what is among its options now, by the option's path."""
        kind = "uri:enum-value-update"
        units = None
        for option in self.options:
            if (option.path or "").lstrip("/") == path.lstrip("/") and (option.kind or "").endswith("-value-option"):
                kind = (option.kind or "").replace("-option", "-update")
                units = option.units
        self.document = self._access.update(self.url, Update(kind=kind, path=path, value=value, units=units), key)
        return self

    def change(self, path: str, by: int, units: str = "s", key: Optional[str] = None) -> Session:
        """So much more of something, or less."""
        update = Update(kind="uri:integer-delta-update", path=path, delta=by, units=units)
        self.document = self._access.update(self.url, update, key)
        return self

    def lengthen(self, by: Span) -> Session:
        """Gives it more time, or less when `by` is below nothing, as far as its options allow."""
        seconds = by if isinstance(by, (int, float)) else parse_duration(format_duration(by)).total_seconds()
        return self.change("schedule/available/duration", int(seconds))

    def delete(self) -> None:
        """Removes it with its output and results; it must have ended."""
        self._access.delete(self.url)

    # -- shown ------------------------------------------------------------------------------------

    def show(self, timeout: Optional[float] = None) -> Session:
        """Waits and shows how it goes: as one changing line in a notebook, as lines elsewhere."""
        from .display import show_session

        return show_session(self, timeout)

    def _repr_html_(self) -> str:
        from .display import session_html

        return session_html(self)

    def __repr__(self) -> str:
        return f"<Session {self.url} {self.phase}>"


def where(document: ExecutionSession, asked: str) -> str:
    """On what it runs, in words; who was asked where the document does not say."""
    told = [each for each in (document.platform, document.planner) if each and each != asked]
    return ", ".join(dict.fromkeys(told)) or asked


def phase_update(phase: str) -> Update:
    return Update(kind="uri:enum-value-update", path="phase", value=phase)
