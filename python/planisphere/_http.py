"""One server over HTTP: deadlines, bounded answers, safe repetition, redirections and problems."""

from __future__ import annotations

import email.utils
import http.client
import re
import ssl
import time
import uuid
from dataclasses import dataclass
from typing import Dict, Mapping, Optional, Type, TypeVar
from urllib.parse import urljoin

from . import errors
from ._net import Address, Clock, Connection, Late, base, is_loopback, is_near, resolve
from .errors import BadAnswer, MalformedDocument, NotReachable, PlannerProblem
from .tokens import Token, checked
from .wire import Document, Problem, parse_json

D = TypeVar("D", bound=Document)

LARGEST = 4 * 1024 * 1024
"""Bytes of the largest document that is taken."""

_HOPS = 5
_FIRST_PAUSE = 0.1
_AGENT = "planisphere-python/0.1"


@dataclass(frozen=True)
class Reply:
    """An answer that is no problem: 200 to 299, 304, 416, or a 303 with a body."""

    url: str
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def document(self, type: Type[D]) -> D:
        kind = (self.headers.get("Content-Type") or "").split(";", 1)[0].strip().lower()
        if not (kind == "application/json" or kind.endswith("+json")):
            raise BadAnswer(self.url, f"answered {kind[:60] or 'something untold'}, not a JSON document")
        try:
            return type.from_json(self.body)
        except MalformedDocument as malformed:
            raise BadAnswer(self.url, f"answered a malformed {type.__name__}: {malformed}") from None


class Stream:
    """An answer whose body is read as it comes. Close it, from any thread, to hang up."""

    def __init__(self, url: str, connection: Connection, response: http.client.HTTPResponse) -> None:
        self.url = url
        self.status = response.status
        self.headers = response.headers
        self._connection = connection
        self._response = response
        self._closed = False
        self._left = None if response.chunked else _length(response.headers)

    def read(self) -> bytes:
        """What has come, at least a byte; empty at the end. Raises NotReachable when the connection breaks before it."""
        try:
            part = self._response.read1(65536)
        except (OSError, ValueError, AttributeError, http.client.HTTPException) as broken:
            raise NotReachable(self.url, f"broke the connection: {_why(broken)}") from None
        if self._left is not None:
            self._left -= len(part)
            if not part and self._left > 0 and not self._closed:
                raise NotReachable(self.url, "broke the connection in the middle of its answer")
        return part

    def close(self) -> None:
        self._closed = True
        self._connection.hang_up()

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Http:
    """Calls to one server and to where its links lead. Safe for many threads.

    The token goes to the server's own origin, and over https or to this machine only; a function may name tokens for other
    origins. Redirections from https to http are not followed.
    """

    def __init__(
        self,
        home: str,
        token: Token = None,
        timeout: float = 30.0,
        repeats: int = 3,
        tls: Optional[ssl.SSLContext] = None,
    ) -> None:
        if timeout <= 0:
            raise ValueError("a timeout is longer than nothing")
        self.home = base(home)
        self.timeout = timeout
        self._token = checked(token) if isinstance(token, str) else token
        self._repeats = repeats
        self._tls = tls
        if isinstance(token, str) and not _private(self.home):
            raise ValueError(f"{self.home.url} is no https address: the token would travel in clear")

    def under(self, path: str) -> str:
        return self.home.url + path

    def link(self, url: Optional[str], of: Optional[str] = None) -> str:
        """An address that a document names, resolved and checked for its form."""
        try:
            return Address(urljoin(of or self.home.url, url or "")).url
        except ValueError as hostile:
            raise BadAnswer(of or self.home.url, f"names an address that cannot be called: {hostile}") from None

    def get(self, url: str, type: Type[D], timeout: Optional[float] = None) -> D:
        return self.call("GET", url, {"Accept": "application/json"}, timeout=timeout).document(type)

    def post(
        self, url: str, document: Document, type: Type[D], key: Optional[str] = None, timeout: Optional[float] = None
    ) -> D:
        """Posts with an idempotency key, so that it can be repeated when the connection breaks."""
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "Idempotency-Key": key or str(uuid.uuid4()),
        }
        return self.call("POST", url, headers, document.to_json().encode(), timeout=timeout).document(type)

    def call(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: Optional[bytes] = None,
        timeout: Optional[float] = None,
        most: int = LARGEST,
    ) -> Reply:
        """Sends, and again when the connection is lost or the server asks to come back, until the deadline."""
        allowed = self.timeout if timeout is None else timeout
        clock = Clock(allowed)
        repeatable = method != "POST" or "Idempotency-Key" in headers
        repeated = 0
        while True:
            try:
                with self._follow(method, url, dict(headers), body, clock) as answer:
                    return self._whole(answer, most, clock)
            except PlannerProblem as problem:
                twin = problem.status == 409 and repeated > 0 and problem.word == "twin-under-way"
                later = problem.status in (429, 503) and problem.retry_after is not None
                if not (twin or later):
                    raise
                wait = problem.retry_after if problem.retry_after is not None else _pause(repeated)
                if not repeatable or repeated >= self._repeats or not _sleep(wait, clock):
                    raise
            except NotReachable as lost:
                if not _time(clock):
                    raise NotReachable(url, f"did not answer within {allowed:g} s") from None
                if not repeatable or repeated >= self._repeats or not _sleep(_pause(repeated), clock):
                    raise lost
            repeated += 1

    def stream(self, url: str, headers: Mapping[str, str], clock: Clock) -> Stream:
        """A GET whose answer is read as it comes; a problem is raised as one."""
        answer = self._follow("GET", url, dict(headers), None, clock)
        if answer.status < 300 or answer.status == 416:
            return answer
        with answer:
            self._whole(answer, LARGEST, clock)
        raise BadAnswer(url, f"answered {answer.status}, which is no stream")

    def _follow(self, method: str, url: str, headers: Dict[str, str], body: Optional[bytes], clock: Clock) -> Stream:
        here = Address(url)
        for _ in range(_HOPS + 1):
            answer = self._once(method, here, headers, body, clock)
            location = answer.headers.get("Location")
            if answer.status not in (301, 302, 303, 307, 308):
                return answer
            if answer.status == 303 and answer.headers.get("Content-Type") and _length(answer.headers) != 0:
                return answer
            answer.close()
            if not location:
                raise BadAnswer(here.url, "redirects to nowhere")
            there = Address(self.link(location, here.url))
            if here.scheme == "https" and there.scheme == "http":
                raise BadAnswer(here.url, "redirects from https to http")
            if answer.status in (307, 308) and method != "GET" and not self._ours(there):
                raise BadAnswer(here.url, f"redirects a {method} to another server")
            if answer.status not in (307, 308):
                method, body = "GET", None
                headers = {n: v for n, v in headers.items() if n not in ("Content-Type", "Idempotency-Key")}
            here = there
        raise BadAnswer(url, "redirects again and again")

    def _once(
        self, method: str, address: Address, headers: Mapping[str, str], body: Optional[bytes], clock: Clock
    ) -> Stream:
        foreign = not self._ours(address)
        to = resolve(address, foreign, foreign and is_near(self.home))
        token = self._token_for(address)
        sent = {"User-Agent": _AGENT, "Accept-Encoding": "identity", "Connection": "close", **headers}
        if token:
            sent["Authorization"] = "Bearer " + token
        connection = Connection(address, to, clock, self._tls)
        try:
            connection.request(method, address.target, body, sent)
            return Stream(address.url, connection, connection.getresponse())
        except ssl.SSLCertVerificationError as unknown:
            connection.hang_up()
            raise BadAnswer(address.url, f"shows a certificate that is not good: {unknown.verify_message}") from None
        except (OSError, http.client.HTTPException) as lost:
            connection.hang_up()
            raise NotReachable(address.url, _why(lost)) from None
        except BaseException:
            connection.hang_up()
            raise

    def _whole(self, answer: Stream, most: int, clock: Clock) -> Reply:
        if answer.headers.get("Content-Encoding", "identity").lower() not in ("identity", ""):
            raise BadAnswer(answer.url, "answered in an encoding that was not asked for")
        announced = _length(answer.headers)
        if announced is not None and announced > most:
            raise BadAnswer(answer.url, f"answered more than the {most} bytes that are taken")
        parts = bytearray()
        while True:
            part = answer.read()
            if not part:
                break
            parts += part
            if len(parts) > most:
                raise BadAnswer(answer.url, f"answered more than the {most} bytes that are taken")
        body = bytes(parts)
        if answer.status < 400:
            return Reply(answer.url, answer.status, answer.headers, body)
        if answer.status == 416:
            return Reply(answer.url, answer.status, answer.headers, b"")
        raise _problem(answer, body)

    def _ours(self, address: Address) -> bool:
        return address.origin == self.home.origin or address.upgrades(self.home)

    def _token_for(self, address: Address) -> Optional[str]:
        if self._token is None:
            return None
        if isinstance(self._token, str):
            return self._token if self._ours(address) else None
        token = self._token(address.origin)
        if token is None:
            return None
        if not _private(address):
            raise BadAnswer(address.url, "is no https address: the token would travel in clear")
        return checked(token)


def _private(address: Address) -> bool:
    return address.scheme == "https" or is_loopback(address.host)


def _problem(answer: Stream, body: bytes) -> PlannerProblem:
    problem = Problem()
    kind = (answer.headers.get("Content-Type") or "").lower()
    if "json" in kind:
        try:
            problem = Problem.from_dict(parse_json(body))
        except MalformedDocument:
            problem = Problem()
    elif kind.startswith("text/plain"):
        problem.detail = re.sub(r"[\x00-\x20\x7f]+", " ", body[:800].decode("utf-8", "replace")).strip()[:200] or None
    if problem.title is None:
        problem.title = f"HTTP {answer.status}"
    type = errors.BY_STATUS.get(answer.status, PlannerProblem)
    return type(answer.url, answer.status, problem, _retry_after(answer.headers))


def _retry_after(headers: http.client.HTTPMessage) -> Optional[float]:
    text = (headers.get("Retry-After") or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time()) if text else None
    except (TypeError, ValueError, OverflowError):
        return None


def _length(headers: http.client.HTTPMessage) -> Optional[int]:
    text = (headers.get("Content-Length") or "").strip()
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def _pause(repeated: int) -> float:
    return _FIRST_PAUSE * 2.0 ** min(repeated, 6)


def _time(clock: Clock) -> bool:
    try:
        clock.left()
        return True
    except Late:
        return False


def _sleep(seconds: float, clock: Clock) -> bool:
    """Waits, if there is still time to ask afterwards."""
    try:
        left = clock.left()
    except Late:
        return False
    if left is not None and seconds >= left:
        return False
    time.sleep(seconds)
    return True


def _why(lost: BaseException) -> str:
    if isinstance(lost, ConnectionRefusedError):
        return "refuses the connection"
    if isinstance(lost, (Late, TimeoutError)) or "timed out" in str(lost):
        return "did not answer in time"
    return f"broke the connection: {lost or type(lost).__name__}"
