"""Server-sent events: lines of bytes become a session's events.

See https://html.spec.whatwg.org/multipage/server-sent-events.html.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Dict, Iterator, List, Optional

from . import kinds
from .errors import BadAnswer, MalformedDocument
from .times import parse_instant
from .wire import parse_json

LARGEST = 1024 * 1024


@dataclass(frozen=True)
class Event:
    """Something that happened to a session.

    `id` counts a session's events from 1; 0 has none and is not told again. `type` is `phase`, `message`, `progress`,
    `output`, `option` or `deleted`; others may come. `text` is for people, `values` for programs: those of `output` say how
    many bytes of `stdout` and `stderr` there are.
    """

    id: int
    type: str
    phase: Optional[str] = None
    text: str = ""
    time: Optional[datetime] = None
    values: Dict[str, str] = field(default_factory=dict)

    @property
    def last(self) -> bool:
        """Whether nothing follows."""
        return self.type == "deleted" or self.phase in kinds.TERMINAL


class Parser:
    """Takes bytes as they come and gives the events that are whole."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._rest = b""
        self._type = ""
        self._id = ""
        self._data: List[str] = []
        self._size = 0
        self.retry: Optional[float] = None
        """Seconds after which the server wants to be called again, where it says so."""

    def feed(self, part: bytes) -> Iterator[Event]:
        lines = re.split(rb"\r\n|\n|\r(?!$)", self._rest + part)
        self._rest = lines.pop()
        if len(self._rest) > LARGEST:
            raise BadAnswer(self._url, f"sends an event of more than {LARGEST} bytes")
        for line in lines:
            event = self._line(line.rstrip(b"\r").decode("utf-8", "replace"))
            if event is not None:
                yield event

    def _line(self, line: str) -> Optional[Event]:
        if not line:
            return self._dispatch()
        name, _, value = line.partition(":")
        value = value[1:] if value.startswith(" ") else value
        if name == "data":
            self._size += len(value)
            if self._size > LARGEST:
                raise BadAnswer(self._url, f"sends an event of more than {LARGEST} bytes")
            self._data.append(value)
        elif name == "event":
            self._type = value
        elif name == "id":
            self._id = value
        elif name == "retry" and re.fullmatch(r"[0-9]{1,6}", value):
            self.retry = int(value) / 1000
        return None

    def _dispatch(self) -> Optional[Event]:
        data, type, number = "\n".join(self._data), self._type or "message", self._id
        self._data, self._type, self._id, self._size = [], "", "", 0
        if not data:
            return None
        try:
            tree = parse_json(data)
        except MalformedDocument as malformed:
            raise BadAnswer(self._url, f"sends an event that is no JSON: {malformed}") from None
        if not isinstance(tree, dict):
            raise BadAnswer(self._url, "sends an event that is no JSON object")
        return event(int(number) if re.fullmatch(r"[0-9]{1,18}", number) else 0, type, tree)


def event(number: int, type: str, tree: Dict[str, Any]) -> Event:
    message = tree.get("message")
    inner: Dict[str, Any] = message if isinstance(message, dict) else {}
    values = tree.get("values", inner.get("values"))
    text = message if isinstance(message, str) else inner.get("message")
    phase = tree.get("phase")
    try:
        time = parse_instant(str(tree.get("time")))
    except ValueError:
        time = None
    return Event(
        number,
        type,
        phase if isinstance(phase, str) else None,
        text if isinstance(text, str) else "",
        time,
        {str(n): str(v) for n, v in values.items()} if isinstance(values, dict) else {},
    )
