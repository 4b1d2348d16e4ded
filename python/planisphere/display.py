"""How offers and sessions look in a notebook. Every text is escaped, whoever wrote it; nothing in it can run."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta, timezone
from html import escape
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Sequence, Union
from urllib.parse import urlsplit

from ._events import Event
from .offers import Offer, OfferSet
from .times import words

if TYPE_CHECKING:
    from .federation import Answers
    from .ranking import Score
    from .session import Session

_COLOURS = ("#3366aa", "#cc6633", "#448844", "#885599", "#997700", "#227788", "#aa4466", "#667788")
_MOST = 200
_LEFT, _WIDTH, _ROW = 190, 720, 24


def offers_html(offers: Sequence[Offer], scores: Optional[Dict[int, Score]] = None) -> str:
    """A table and a time plot."""
    return _table(offers, scores or {}) + time_plot(offers)


def offer_set_html(answer: OfferSet) -> str:
    if not answer.yes:
        return f"<p>{_text(answer.platform)} says <b>NO</b></p>{_list(answer.reasons)}"
    return offers_html(answer.offers)


def answers_html(answers: Answers) -> str:
    scores = {id(offer): score for offer, score in answers.ranked}
    whole = offers_html(answers.offers, scores) if answers.offers else "<p><b>Nobody offers to run it.</b></p>"
    return whole + (f"<p>Not offered:</p>{_list(answers.reasons)}" if answers.reasons else "")


def answers_text(answers: Answers) -> str:
    """The same for a terminal: a line for each offer, and one for each reason."""
    heads = ["", "platform", "starts", "duration", "cores", "memory", "price", "score"]
    rows = [heads] + [
        [
            str(number),
            _plain(_whose(offer)),
            _instant(offer.starts),
            words(offer.duration) if offer.duration else "",
            "" if offer.cores is None else str(offer.cores),
            "" if offer.memory is None else f"{offer.memory} GiB",
            _plain(_price(offer)),
            f"{score.total:.2f}",
        ]
        for number, (offer, score) in enumerate(answers.ranked[:_MOST], 1)
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
    if not answers.offers:
        lines = ["Nobody offers to run it."]
    return "\n".join(lines + [f"Not offered: {_plain(each)}" for each in answers.reasons[:_MOST]])


def session_html(session: Session, events: Sequence[Event] = ()) -> str:
    """The session in a line, with the sentences that its last events told."""
    told = [each.text for each in events if each.text][-5:]
    return (
        f'<div><b>{_text(session.phase)}</b> on {_text(_whose(session))} <small>{_link(session.url)}</small>'
        + (_list(told) if told else "")
        + "</div>"
    )


def _whose(it: Union[Offer, Session]) -> str:
    return it.platform if it.runs_on == it.platform else f"{it.platform}: {it.runs_on}"


def time_plot(offers: Sequence[Offer]) -> str:
    """When each offer would run, as an SVG drawing that stands in the page."""
    shown = [each for each in offers[:_MOST] if each.starts is not None]
    starts = [each.starts for each in shown if each.starts is not None]
    if not starts:
        return ""
    first = min(starts)
    last = max(_end(each) for each in shown)
    seconds = max((last - first).total_seconds(), 60.0)
    height = _ROW * len(shown) + 34
    platforms = list(dict.fromkeys(each.platform for each in shown))

    def x(instant: datetime) -> float:
        return _LEFT + (_WIDTH - _LEFT - 20) * (instant - first).total_seconds() / seconds

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}" '
        'role="img" font-family="sans-serif" font-size="12" fill="currentColor">'
        f"<title>When {len(shown)} offers would run</title>"
    ]
    for tick in range(5):
        instant = first + timedelta(seconds=seconds * tick / 4)
        parts.append(
            f'<line x1="{x(instant):.1f}" x2="{x(instant):.1f}" y1="4" y2="{height - 26}" stroke="currentColor" '
            f'stroke-opacity="0.2"/><text x="{x(instant):.1f}" y="{height - 10}" text-anchor="middle">'
            f"{_text(_when(instant, seconds))}</text>"
        )
    for row, offer in enumerate(shown):
        y = 6 + row * _ROW
        start = offer.starts or first
        colour = _COLOURS[platforms.index(offer.platform) % len(_COLOURS)]
        width = max(2.0, x(_end(offer)) - x(start))
        told = f"{_whose(offer)}: {_instant(start)}, {words(offer.duration) if offer.duration else 'no duration'}"
        parts.append(
            f'<text x="{_LEFT - 8}" y="{y + 14}" text-anchor="end">{_text(_short(offer.platform))}</text>'
            f'<rect x="{x(start):.1f}" y="{y + 3}" width="{width:.1f}" height="{_ROW - 8}" rx="3" fill="{colour}">'
            f"<title>{_text(told)}</title></rect>"
        )
    return "".join(parts) + "</svg>"


def show_session(session: Session, timeout: Optional[float] = None) -> Session:
    """Waits, and shows how it goes."""
    events: List[Event] = []
    draw = _drawer(session, events)
    draw()

    def on_event(event: Event) -> None:
        events.append(event)
        del events[:-20]
        draw()

    session.wait(timeout, on_event)
    draw()
    return session


def _drawer(session: Session, events: List[Event]) -> Callable[[], None]:
    display = _notebook()
    if display is None:
        told: List[str] = []

        def line() -> None:
            text = f"{session.phase}  {events[-1].text if events else ''}".rstrip()
            if not told or told[-1] != text:
                told[:] = [text]
                sys.stdout.write(_plain(text) + "\n")
                sys.stdout.flush()

        return line
    handle = display({"text/html": session_html(session), "text/plain": repr(session)}, raw=True, display_id=True)

    def update() -> None:
        handle.update({"text/html": session_html(session, events), "text/plain": repr(session)}, raw=True)

    return update


def _notebook() -> Optional[Callable[..., Any]]:
    """IPython's `display`, when this runs in a notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None or not hasattr(shell, "kernel"):
        return None
    from IPython.display import display  # type: ignore[import-not-found,unused-ignore]

    found: Callable[..., Any] = display
    return found


def _table(offers: Sequence[Offer], scores: Dict[int, Score]) -> str:
    heads = ["", "platform", "starts", "duration", "cores", "memory", "price", "expires"] + (["score"] if scores else [])
    rows = []
    for number, offer in enumerate(offers[:_MOST], 1):
        cells = [
            str(number),
            _text(_whose(offer)),
            _text(_instant(offer.starts)),
            _text(words(offer.duration) if offer.duration else ""),
            _text("" if offer.cores is None else str(offer.cores)),
            _text("" if offer.memory is None else f"{offer.memory} GiB"),
            _text(_price(offer)),
            _text(_instant(offer.expires)),
        ]
        if scores:
            score = scores.get(id(offer))
            cells.append(
                f'<span title="{_text(score)}">{score.total:.2f}</span>' if score else "",
            )
        rows.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    if len(offers) > _MOST:
        rows.append(f'<tr><td colspan="{len(heads)}">and {len(offers) - _MOST} more</td></tr>')
    head = "".join(f'<th scope="col">{each}</th>' for each in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _list(sentences: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{_text(each)}</li>" for each in sentences[:_MOST]) + "</ul>"


def _link(url: str) -> str:
    if urlsplit(url).scheme not in ("http", "https"):
        return _text(url)
    return f'<a href="{_text(url)}" rel="noopener noreferrer" target="_blank">{_text(url)}</a>'


def _text(text: object) -> str:
    return escape(_plain(str(text)), quote=True)


def _plain(text: str) -> str:
    """Without control characters, so that it can steer no terminal."""
    return "".join(letter if letter.isprintable() or letter == " " else "\ufffd" for letter in text[:2000])


def _short(text: str) -> str:
    return text if len(text) <= 26 else text[:25] + "…"


def _end(offer: Offer) -> datetime:
    return offer.ends or offer.starts or datetime.now(timezone.utc)


def _price(offer: Offer) -> str:
    if offer.price is None:
        return ""
    return "free" if offer.price == 0 else f"{offer.price:.4g} {offer.currency}".strip()


def _instant(instant: Optional[datetime]) -> str:
    return instant.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC") if instant else ""


def _when(instant: datetime, seconds: float) -> str:
    form = "%H:%M:%S" if seconds < 600 else "%H:%M" if seconds < 86400 else "%d %b %H:%M"
    return instant.astimezone(timezone.utc).strftime(form)
