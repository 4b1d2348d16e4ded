"""Asks execution planners where, when and on what terms a task can be run, and runs it there.

`Federation.from_registry(url).ask(process(["/bin/echo", "hello"]))` is the whole of it; docs/client-python.md tells the rest.
"""

from . import kinds, ranking, tokens, wire
from ._events import Event
from ._run import Run, Stopped
from .errors import (
    BadAnswer,
    Conflict,
    MalformedDocument,
    NoOffer,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    NotReachable,
    PlanisphereError,
    PlannerProblem,
    SessionFailed,
    TooOften,
    Unavailable,
    UnsafeArchive,
)
from .federation import Answers, Federation, Silence
from .local import LocalPlatform, Refusal, Terms
from .offers import Offer, OfferSet
from .platform import Platform, PlatformPlugin, Platforms
from .ranking import Score, Weights
from .registry import Registry
from .remote import RemotePlatform
from .results import Result, Results
from .session import Session, SessionAccess
from .tasks import container, load, needing, notebook, process, python_program, to_file
from .wire import ExecutionRequest

__version__ = "0.1.0"

__all__ = [
    "Answers",
    "BadAnswer",
    "Conflict",
    "Event",
    "ExecutionRequest",
    "Federation",
    "LocalPlatform",
    "MalformedDocument",
    "NoOffer",
    "NotAllowed",
    "NotAuthenticated",
    "NotFound",
    "NotReachable",
    "Offer",
    "OfferSet",
    "PlanisphereError",
    "PlannerProblem",
    "Platform",
    "PlatformPlugin",
    "Platforms",
    "Refusal",
    "Registry",
    "RemotePlatform",
    "Result",
    "Results",
    "Run",
    "Score",
    "Session",
    "SessionAccess",
    "SessionFailed",
    "Silence",
    "Stopped",
    "Terms",
    "TooOften",
    "Unavailable",
    "UnsafeArchive",
    "Weights",
    "container",
    "kinds",
    "load",
    "needing",
    "notebook",
    "process",
    "python_program",
    "ranking",
    "to_file",
    "tokens",
    "wire",
]
