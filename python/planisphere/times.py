"""Instants, durations and intervals as the contract writes them (ISO 8601), and as Python counts them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Optional, Tuple, Union

_INSTANT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:([Zz])|([+-])(\d\d):?(\d\d))"
)
_DURATION = re.compile(
    r"(-)?P(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:[.,](\d{1,9}))?S)?)?"
)

Span = Union[str, int, float, timedelta]
"""A duration: ISO 8601, seconds, or a `timedelta`."""


def parse_instant(text: str) -> datetime:
    """An instant with its offset; raises ValueError for anything else, a local time included."""
    match = _INSTANT.fullmatch(text.strip())
    if not match:
        raise ValueError(f"{text[:60]!r} is no instant")
    year, month, day, hour, minute, second, fraction, utc, sign, hours, minutes = match.groups()
    offset = timedelta(0) if utc else timedelta(hours=int(hours), minutes=int(minutes))
    zone = timezone(-offset if sign == "-" else offset)
    micro = int((fraction or "0").ljust(6, "0")[:6])
    return datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0), micro, zone)


def format_instant(instant: datetime) -> str:
    """In UTC, to the millisecond. An instant without a zone is refused: nobody could know what it means."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone, such as datetime.now(timezone.utc)")
    text = instant.astimezone(timezone.utc).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z").replace(".000Z", "Z")


def parse_duration(text: str) -> timedelta:
    """A duration without years and months, whose length nobody knows."""
    match = _DURATION.fullmatch(text.strip())
    if not match or not any(match.groups()[1:]):
        raise ValueError(f"{text[:60]!r} is no duration such as PT5M")
    sign, weeks, days, hours, minutes, seconds, fraction = match.groups()
    try:
        length = timedelta(
            weeks=int(weeks or 0),
            days=int(days or 0),
            hours=int(hours or 0),
            minutes=int(minutes or 0),
            seconds=int(seconds or 0),
            microseconds=int((fraction or "0").ljust(6, "0")[:6]),
        )
    except OverflowError:
        raise ValueError(f"{text[:60]!r} is too long") from None
    return -length if sign else length


def format_duration(length: Span) -> str:
    """ISO 8601 of a duration above nothing; text is taken when it is one already."""
    if isinstance(length, str):
        parse_duration(length)
        return length
    whole = length if isinstance(length, timedelta) else timedelta(seconds=length)
    if whole <= timedelta(0):
        raise ValueError("a duration is longer than nothing")
    seconds = whole.total_seconds()
    return f"PT{int(seconds)}S" if seconds == int(seconds) else f"PT{seconds:.3f}S"


def parse_interval(text: str) -> Tuple[datetime, Optional[datetime]]:
    """Both ends of `start/end`, `start/duration`, or of an instant alone, which has no end."""
    first, slash, second = text.partition("/")
    start = parse_instant(first)
    if not slash:
        return start, None
    try:
        if second.strip()[:1] in "P-":
            return start, start + parse_duration(second)
    except OverflowError:
        raise ValueError(f"{text[:60]!r} ends after the end of time") from None
    return start, parse_instant(second)


def words(length: timedelta) -> str:
    """A duration for people: `2 h 5 min`."""
    seconds = int(length.total_seconds())
    parts = []
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        if seconds >= size:
            parts.append(f"{seconds // size} {unit}")
            seconds %= size
    return " ".join(parts[:2]) or "0 s"
