"""One question to many platforms."""

from __future__ import annotations

import queue
import ssl
import threading
import time
from dataclasses import dataclass
from typing import Callable, Dict, Iterable, Iterator, List, Optional, Tuple, Union

from . import kinds
from .errors import Conflict, NoOffer, NotFound, PlanisphereError
from .offers import Offer, OfferSet
from .platform import Platform
from .ranking import Score, Weights, ranked
from .registry import Registry
from .remote import RemotePlatform
from .session import Session
from .tokens import Token
from .wire import ExecutionRequest


@dataclass(frozen=True)
class Silence:
    """A platform that did not answer, and why."""

    platform: str
    reason: str


Answer = Union[OfferSet, Silence]


class Federation:
    """Platforms that are asked together, of whatever sort they are."""

    def __init__(self, platforms: Iterable[Platform], *, weights: Optional[Weights] = None) -> None:
        self.platforms = list(platforms)
        self.weights = weights or Weights()

    @classmethod
    def of(cls, *urls: str, token: Token = None, timeout: float = 30.0) -> Federation:
        """Planners by their base addresses. A token as text is shown to each of them."""
        return cls(RemotePlatform(url, token, timeout=timeout) for url in urls)

    @classmethod
    def from_registry(
        cls,
        url: str,
        *,
        token: Union[None, Callable[[str], Optional[str]]] = None,
        text: Optional[str] = None,
        standard: str = kinds.EXECUTION_BROKER,
        timeout: float = 30.0,
        tls: Optional[ssl.SSLContext] = None,
    ) -> Federation:
        """All planners of a registry, or those with these words in their record, by the standard they are registered under.

        Anybody may register a planner, so a token as text is not taken here: `tokens.for_hosts` says who may see it.
        """
        if isinstance(token, str):
            raise ValueError("say who may see the token: tokens.for_hosts(token, 'planner.example.org')")
        registry = Registry(url, timeout=timeout, tls=tls)
        found: Dict[str, RemotePlatform] = {}
        names: Dict[str, int] = {}
        for item in registry.planners(text, standard):
            for address in registry.addresses(item, standard):
                if address in found:
                    continue
                platform = RemotePlatform(address, token, name=item.title or None, timeout=timeout, tls=tls)
                names[platform.name] = names.get(platform.name, 0) + 1
                if names[platform.name] > 1:
                    platform.name += f" ({names[platform.name]})"
                found[address] = platform
        return cls(found.values())

    def ask(
        self,
        request: ExecutionRequest,
        deadline: float = 10.0,
        on_answer: Optional[Callable[[Answer], None]] = None,
        weights: Optional[Weights] = None,
    ) -> Answers:
        """Asks all of them at once and comes back when all have answered, or after `deadline` seconds with what there is.

        `on_answer` is told each answer as it comes, in the caller's own thread. Offers that come after the deadline are
        given back to their platform.
        """
        if deadline <= 0:
            raise ValueError("a deadline is longer than nothing")
        until = time.monotonic() + deadline
        arrived: queue.SimpleQueue[Tuple[int, Answer]] = queue.SimpleQueue()
        answers: Dict[int, Answer] = {}
        gate = _Gate()

        def take(left: float) -> bool:
            try:
                number, answer = arrived.get(timeout=left) if left > 0 else arrived.get_nowait()
            except queue.Empty:
                return False
            answers[number] = answer
            if on_answer is not None:
                on_answer(answer)
            return True

        try:
            for number, platform in enumerate(self.platforms):
                worker = threading.Thread(
                    target=_ask, args=(number, platform, request, arrived, gate), name=f"ask {platform.name}", daemon=True
                )
                try:
                    worker.start()
                except RuntimeError:
                    arrived.put((number, Silence(platform.name, "could not be asked: too many threads here")))
                # The first may have answered before the last is asked.
                while take(0):
                    pass
            while len(answers) < len(self.platforms) and take(until - time.monotonic()):
                pass
        finally:
            gate.shut()
        # What was let in just before the gate was shut still counts.
        while take(0):
            pass
        late = f"did not answer within {deadline:g} s"
        in_order = [
            answers.get(number, Silence(platform.name, late)) for number, platform in enumerate(self.platforms)
        ]
        return Answers(request, in_order, weights or self.weights)

    def __len__(self) -> int:
        return len(self.platforms)

    def __repr__(self) -> str:
        return f"<Federation of {len(self)} platforms>"


class Answers:
    """What a federation answered: the offers of all, the best first, and what the others said."""

    def __init__(self, request: ExecutionRequest, answers: List[Answer], weights: Weights) -> None:
        self.request = request
        self.sets = [each for each in answers if isinstance(each, OfferSet)]
        self.silent = [each for each in answers if isinstance(each, Silence)]
        """Who did not answer, and why."""
        self.ranked: List[Tuple[Offer, Score]] = ranked([o for each in self.sets if each.yes for o in each], weights)

    @property
    def offers(self) -> List[Offer]:
        """The best first."""
        return [offer for offer, _ in self.ranked]

    @property
    def best(self) -> Offer:
        """Raises NoOffer, with everybody's reasons, when there is none."""
        if not self.ranked:
            raise NoOffer("nobody offers to run it:\n  " + "\n  ".join(self.reasons or ["nobody was asked"]))
        return self.ranked[0][0]

    @property
    def refusals(self) -> List[OfferSet]:
        """The answers NO."""
        return [each for each in self.sets if not each.yes]

    @property
    def reasons(self) -> List[str]:
        """Why nobody else offers: a line for each platform that said no or nothing."""
        said = [f"{each.platform}: {_sentences(each.reasons) or 'NO'}" for each in self.refusals]
        return said + [f"{each.platform}: {each.reason}" for each in self.silent]

    def accept(self, offer: Optional[Offer] = None, *, or_next: bool = True, reject_others: bool = False) -> Session:
        """Accepts an offer, or the best; and with `or_next` the one after it, when one has gone in the meantime.

        `reject_others` gives back the other platforms' offers at once, rather than when they expire.
        """
        candidates = [offer] if offer is not None else self.offers
        gone: List[str] = []
        for candidate in candidates:
            try:
                session = candidate.accept()
            except (Conflict, NotFound) as taken:
                gone.append(f"{candidate.platform}: {taken}")
                if not or_next:
                    raise
                continue
            if reject_others:
                self._reject(apart_from=candidate)
            return session
        if not gone:
            return self.best.accept()
        raise NoOffer("every offer was gone:\n  " + "\n  ".join(gone))

    def reject(self) -> None:
        """Gives all offers back."""
        self._reject(apart_from=None)

    def _reject(self, apart_from: Optional[Offer]) -> None:
        spared = {id(o) for each in self.sets if apart_from in each.offers for o in each} if apart_from else set()
        for offer in self.offers:
            if id(offer) not in spared:
                _give_back(offer)

    def __iter__(self) -> Iterator[Offer]:
        return iter(self.offers)

    def __len__(self) -> int:
        return len(self.ranked)

    def __bool__(self) -> bool:
        return bool(self.ranked)

    def _repr_html_(self) -> str:
        from .display import answers_html

        return answers_html(self)

    def __str__(self) -> str:
        from .display import answers_text

        return answers_text(self)

    def __repr__(self) -> str:
        return (
            f"<Answers: {len(self)} offers, {len(self.refusals)} platforms said no, {len(self.silent)} did not answer>"
        )


def _sentences(said: List[str]) -> str:
    """One after the other; what has no end of its own is parted from what follows."""
    text = ""
    for each in said:
        text += ("" if not text else " " if text.endswith((".", "!", "?")) else "; ") + each
    return text


class _Gate:
    """Lets answers in until it is shut; then they are late."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open = True

    def let(self, arrived: queue.SimpleQueue[Tuple[int, Answer]], number: int, answer: Answer) -> bool:
        with self._lock:
            if self._open:
                arrived.put((number, answer))
            return self._open

    def shut(self) -> None:
        with self._lock:
            self._open = False


def _ask(
    number: int,
    platform: Platform,
    request: ExecutionRequest,
    arrived: queue.SimpleQueue[Tuple[int, Answer]],
    gate: _Gate,
) -> None:
    answer: Answer
    try:
        given = platform.canIDoThis(request.copy())
        answer = given if isinstance(given, OfferSet) else Silence(platform.name, "answered no OfferSet")
    except PlanisphereError as told:
        answer = Silence(platform.name, str(told))
    except Exception as broken:  # somebody's plug-in: one that fails must not silence the others
        answer = Silence(platform.name, f"failed: {type(broken).__name__}: {broken}")
    if not gate.let(arrived, number, answer) and isinstance(answer, OfferSet):
        for offer in answer:
            _give_back(offer)


def _give_back(offer: Offer) -> None:
    try:
        offer.reject()
    except Exception:  # it expires by itself
        pass
