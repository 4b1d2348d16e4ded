"""A planner far away as a platform: the plug-in that wraps the web service."""

from __future__ import annotations

import ssl
import time
from typing import BinaryIO, Dict, Iterator, List, Optional, Set, Type, TypeVar, Union
from urllib.parse import quote, urlencode

from . import kinds
from ._events import Event, Parser
from ._http import LARGEST, Http, Reply, Stream
from ._net import Clock
from .errors import BadAnswer, NotReachable, PlannerProblem
from .offers import OfferSet
from .session import Session
from .tokens import Token
from .wire import (
    AcceptsResponse,
    Document,
    ExecutionRequest,
    ExecutionSession,
    Me,
    OfferSetResponse,
    ResultItem,
    ResultList,
    SessionList,
    Update,
)

D = TypeVar("D", bound=Document)

SILENCE = 60.0
"""Seconds after which a stream over which nothing comes, not even a comment, is taken for dead."""

PATIENCE = 600.0
"""Seconds for which a planner may be out of reach while a session is watched."""

_FINAL = frozenset({400, 401, 403, 404, 405, 406, 410})
_LONGEST_PAUSE = 10.0


class RemotePlatform:
    """A planner by its base address, such as `https://host/planner`. Safe for many threads.

    A token as text is shown to this planner only; see `tokens` for what else it can be. `timeout` is for each call, with
    its repetitions, in seconds. `hold=False` asks for answers that hold nothing and cannot be accepted.
    """

    def __init__(
        self,
        url: str,
        token: Token = None,
        *,
        name: Optional[str] = None,
        timeout: float = 30.0,
        hold: bool = True,
        tls: Optional[ssl.SSLContext] = None,
    ) -> None:
        self._http = Http(url, token, timeout, tls=tls)
        self._sessions = RemoteSessions(self._http)
        self._hold = hold
        address = self._http.home
        self.name = name or f"{address.host}:{address.port}"
        """What people call it."""

    @property
    def url(self) -> str:
        return self._http.home.url

    def canIDoThis(self, request: ExecutionRequest) -> OfferSet:
        """Asks the planner. What it offers is held until it expires."""
        url = self._http.under("/requests" if self._hold else "/requests?hold=false")
        return self._set(self._http.post(url, request, OfferSetResponse))

    def direct(self, request: ExecutionRequest, key: Optional[str] = None) -> Session:
        """Asks and accepts the best offer in one step; raises PlannerProblem with the word `cannot-be-met` for a NO."""
        url = self._http.under("/direct")
        return self._session(self._http.post(url, request, ExecutionSession, key))

    def session(self, url: str) -> Session:
        """A session by its address or its UUID."""
        return self._session(self._sessions.read(url if "/" in url else self._http.under("/sessions/" + quote(url, ""))))

    def offer_set(self, url: str) -> OfferSet:
        """An offer set by its address, as it stands now."""
        return self._set(self._http.get(self._http.link(url), OfferSetResponse))

    def sessions(self, phase: Optional[str] = None, limit: int = 100) -> List[Session]:
        """The caller's own sessions, newest first; anonymous callers have no list."""
        query = {"limit": str(min(limit, 100)), **({"phase": phase} if phase else {})}
        found: List[Session] = []
        for page in pages(self._http, self._http.under("/sessions?" + urlencode(query)), SessionList):
            found += [self._session(each) for each in page.items or []]
            if len(found) >= limit:
                break
        return found[:limit]

    def accepts(self, kind: str) -> bool:
        """The simple question: whether executables of this kind are taken at all."""
        url = self._http.under("/accepts?" + urlencode({"tasktype": kind}))
        return self._http.get(url, AcceptsResponse).responseword == "YES"

    def me(self) -> Me:
        """Who the planner takes the caller for, and what that allows."""
        return self._http.get(self._http.under("/me"), Me)

    def _set(self, document: OfferSetResponse) -> OfferSet:
        for each in document.offers or []:
            if each.meta is None or not each.meta.url:
                raise BadAnswer(self.url, "offers something without an address")
            each.meta.url = self._http.link(each.meta.url, self.url + "/")
        return OfferSet(self._sessions, document, self.name)

    def _session(self, document: ExecutionSession) -> Session:
        return Session(self._sessions, document, self.name)

    def __repr__(self) -> str:
        return f"<RemotePlatform {self.name} at {self.url}>"


class RemoteSessions:
    """Sessions over HTTP. Their addresses may lie at other servers, as those of an aggregator do; the token stays here."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def read(self, url: str) -> ExecutionSession:
        return self._addressed(url, self._http.get(self._http.link(url), ExecutionSession))

    def update(self, url: str, update: Update, key: Optional[str]) -> ExecutionSession:
        return self._addressed(url, self._http.post(self._http.link(url), update, ExecutionSession, key))

    def delete(self, url: str) -> None:
        self._http.call("DELETE", self._http.link(url), {"Accept": "application/json"})

    def events(self, url: str, after: int, timeout: Optional[float]) -> Iterator[Event]:
        whole = Clock(timeout)
        last = after
        failures = 0
        lost_since: Optional[float] = None
        while True:
            parser = Parser(url)
            trouble: Optional[Exception] = None
            pause: Optional[float] = None
            try:
                for event in self._connection(url, last, parser, _left(whole, url)):
                    failures, lost_since = 0, None
                    if event.id and event.id <= last:
                        continue
                    last = max(last, event.id)
                    yield event
                    if event.last:
                        return
                # The planner closed it: perhaps there is nothing more to tell.
                if self.read(url).phase in kinds.TERMINAL:
                    return
            except PlannerProblem as problem:
                if problem.status in _FINAL:
                    raise
                trouble, pause = problem, problem.retry_after
            except NotReachable as lost:
                trouble = lost
            now = time.monotonic()
            lost_since = now if lost_since is None else lost_since
            if trouble is not None and now - lost_since > PATIENCE:
                raise trouble
            wait = pause if pause is not None else parser.retry
            wait = min(_LONGEST_PAUSE, 0.1 * 2.0 ** min(failures, 10)) if wait is None else min(wait, PATIENCE)
            left = _left(whole, url)
            time.sleep(wait if left is None else min(wait, left))
            failures += 1

    def _connection(self, url: str, last: int, parser: Parser, seconds: Optional[float]) -> Iterator[Event]:
        headers: Dict[str, str] = {"Accept": "text/event-stream", "Cache-Control": "no-store"}
        if last:
            headers["Last-Event-ID"] = str(last)
        with self._http.stream(self._http.link(url) + "/events", headers, Clock(seconds, SILENCE)) as stream:
            kind = (stream.headers.get("Content-Type") or "").lower()
            if stream.status != 204 and not kind.startswith("text/event-stream"):
                raise BadAnswer(url, "answered no event stream")
            while True:
                part = stream.read()
                if not part:
                    return
                yield from parser.feed(part)

    def output(self, url: str, stream: str, start: int, most: int) -> bytes:
        headers = {"Accept": "text/plain, */*;q=0.1", "Range": f"bytes={start}-{start + most - 1}"}
        reply = self._http.call("GET", f"{self._http.link(url)}/{stream}", headers, most=max(most, LARGEST))
        if reply.status in (204, 416):
            return b""
        if reply.status == 206:
            _same_range(reply, start)
            return reply.body[:most]
        return reply.body[start : start + most]

    def results(self, url: str) -> List[ResultItem]:
        first = self._http.link(url) + "/results"
        items = [item for page in pages(self._http, first, ResultList) for item in page.items or []]
        for item in items:
            item.url = self._http.link(item.url or first + "/" + quote(item.name or ""), first)
        return items

    def fetch(self, item: ResultItem, into: BinaryIO) -> None:
        size = item.size or 0
        taken = 0
        fruitless = 0
        while taken < size or (size == 0 and fruitless == 0):
            before = taken
            try:
                taken = self._part(item.url or "", into, taken, size)
                if taken < size:
                    raise BadAnswer(item.url or "", f"has {taken} bytes, listed are {size}")
                return
            except NotReachable:
                taken = into.tell()
                fruitless = 0 if taken > before else fruitless + 1
                if fruitless > 3:
                    raise
                time.sleep(0.1 * 2.0**fruitless)

    def _part(self, url: str, into: BinaryIO, start: int, size: int) -> int:
        headers = {"Accept": "*/*", **({"Range": f"bytes={start}-"} if start else {})}
        with self._http.stream(url, headers, Clock(None, self._http.timeout)) as stream:
            if stream.status == 206:
                _same_range(stream, start)
            else:
                into.seek(0)
                into.truncate()
                start = 0
            while True:
                part = stream.read()
                if not part:
                    return start
                start += len(part)
                if start > size:
                    raise BadAnswer(url, f"has more than the listed {size} bytes")
                into.write(part)

    def fetch_archive(self, url: str, into: BinaryIO, most: int) -> None:
        where = self._http.link(url) + "/results.zip"
        taken = 0
        with self._http.stream(where, {"Accept": "application/zip"}, Clock(None, self._http.timeout)) as stream:
            while True:
                part = stream.read()
                if not part:
                    return
                taken += len(part)
                if taken > most:
                    raise BadAnswer(where, f"is larger than its {most} bytes can be")
                into.write(part)

    def _addressed(self, url: str, document: ExecutionSession) -> ExecutionSession:
        """The document under the address by which it was reached: a planner behind a proxy may think of itself otherwise."""
        if document.meta is not None:
            document.meta.url = self._http.link(url)
        return document


def pages(http: Http, first: str, type: Type[D]) -> Iterator[D]:
    """The pages of a list; a page is fetched when the one before it is used up. A list that runs in a circle is refused."""
    seen: Set[str] = set()
    url: Optional[str] = first
    while url:
        if url in seen or len(seen) > 10000:
            raise BadAnswer(url, "is named as the next page a second time")
        seen.add(url)
        page = http.get(url, type)
        yield page
        following = getattr(page, "next", None)
        url = http.link(following, url) if following else None


def _same_range(answer: Union[Reply, Stream], start: int) -> None:
    said = answer.headers.get("Content-Range") or ""
    if not said.startswith(f"bytes {start}-"):
        raise BadAnswer(answer.url, f"answered another part than asked: {said[:60]}")


def _left(clock: Clock, url: str) -> Optional[float]:
    try:
        return clock.left()
    except OSError:
        raise TimeoutError(f"{url} has not ended in time") from None
