"""What can go wrong. Everything a caller may want to catch is a `PlanisphereError`."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Optional, Tuple

if TYPE_CHECKING:
    from .session import Session
    from .wire import Problem


class PlanisphereError(Exception):
    """A call did not give what it was asked for."""


class NotReachable(PlanisphereError):
    """No answer: nobody listens, the connection broke, or time ran out."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"{url} {why}")
        self.url = url


class BadAnswer(PlanisphereError):
    """An answer that cannot be used: no document, too large, a redirection that may not be followed, wrong bytes."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"{url} {why}")
        self.url = url


class MalformedDocument(PlanisphereError):
    """A document with values of the wrong type; all of them are listed, each with its place as a JSON Pointer."""

    def __init__(self, faults: List[Tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{pointer or '/'}: {detail}" for pointer, detail in faults))
        self.faults = faults


class PlannerProblem(PlanisphereError):
    """The server said no. `problem` is its RFC 9457 document."""

    def __init__(self, url: str, status: int, problem: Problem, retry_after: Optional[float] = None) -> None:
        text = problem.detail or problem.title or f"HTTP {status}"
        for fault in problem.errors or []:
            text += f"\n  {fault.pointer or '/'}: {fault.detail}"
        super().__init__(text)
        self.url = url
        self.status = status
        self.problem = problem
        self.retry_after = retry_after
        """Seconds after which it is worth asking again, where the server says so."""

    @property
    def word(self) -> str:
        """The last part of the problem's type, such as `not-found`: the word to match on."""
        return (self.problem.type or "").rstrip("/").rsplit("/", 1)[-1].rsplit("#", 1)[-1]


class NotAuthenticated(PlannerProblem):
    """401: a token is due, or is not known, or has expired."""


class NotAllowed(PlannerProblem):
    """403: the caller is known and may not do it."""


class NotFound(PlannerProblem):
    """404: nothing there that this caller may see."""


class Conflict(PlannerProblem):
    """409: the phase does not allow it; an offer that is gone, a change that is no option now."""


class TooOften(PlannerProblem):
    """429: ask again later."""


class Unavailable(PlannerProblem):
    """503: the planner cannot answer now; nothing was done."""


BY_STATUS = {
    401: NotAuthenticated,
    403: NotAllowed,
    404: NotFound,
    409: Conflict,
    429: TooOften,
    503: Unavailable,
}


class UnsafeArchive(PlanisphereError):
    """An archive or a file name that would write where it must not, or more than was announced."""


class SessionFailed(PlanisphereError):
    """A session that has ended otherwise than COMPLETED."""

    def __init__(self, session: Session, why: str) -> None:
        super().__init__(f"{session.url} has ended as {session.phase}" + (f": {why}" if why else ""))
        self.session = session


class NoOffer(PlanisphereError):
    """Nobody offers, or every offer was gone when it was to be accepted."""
