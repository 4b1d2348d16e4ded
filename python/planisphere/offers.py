"""Offers and offer sets as a portal uses them, wherever they come from."""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta, timezone
from typing import Iterator, List, Optional, Sequence, Union, overload

from .session import Session, SessionAccess, phase_update, where
from .times import parse_duration, parse_interval
from .wire import Cost, ExecutionSession, Message, MinMax, OfferSetResponse


class Offer:
    """One way in which a platform would run the task; held until it expires."""

    def __init__(self, access: SessionAccess, document: ExecutionSession, platform: str) -> None:
        self._access = access
        self.document = document
        self.platform = platform

    @property
    def url(self) -> str:
        return (self.document.meta.url if self.document.meta else None) or ""

    @property
    def runs_on(self) -> str:
        """The planner's own platform, and whose it is where the planner that was asked tells of another's."""
        return where(self.document, self.platform)

    @property
    def expires(self) -> Optional[datetime]:
        return self.document.expires

    @property
    def expired(self) -> bool:
        """By this machine's clock; the platform's own decides."""
        return self.expires is not None and self.expires <= datetime.now(timezone.utc)

    @property
    def cores(self) -> Optional[int]:
        return _most(self.document.compute.cores if self.document.compute else None)

    @property
    def memory(self) -> Optional[int]:
        """GiB."""
        return _most(self.document.compute.memory if self.document.compute else None)

    @property
    def storage(self) -> Optional[int]:
        """GiB of all storage together."""
        sizes = [_most(each.size) for each in self.document.storage or []]
        return sum(size for size in sizes if size is not None) if sizes else None

    @property
    def starts(self) -> Optional[datetime]:
        """The earliest start of the run; nothing when the offer does not say, or not in a way that can be read."""
        available = self.document.schedule.available if self.document.schedule else None
        try:
            return parse_interval(available.start)[0] if available and available.start else None
        except (ValueError, OverflowError):
            return None

    @property
    def duration(self) -> Optional[timedelta]:
        available = self.document.schedule.available if self.document.schedule else None
        try:
            return parse_duration(available.duration) if available and available.duration else None
        except ValueError:
            return None

    @property
    def ends(self) -> Optional[datetime]:
        try:
            return self.starts + self.duration if self.starts and self.duration else None
        except OverflowError:
            return None

    @property
    def price(self) -> Optional[float]:
        """The most it may cost, in its `currency`."""
        money = self._cost("money")
        return _ceiling(money) if money else None

    @property
    def currency(self) -> str:
        """Three letters; empty when no price is named."""
        money = self._cost("money")
        last = re.split(r"[/#]", (money.type if money else None) or "")[-1]
        return last.upper() if re.fullmatch(r"[A-Za-z]{3}", last) else ""

    @property
    def energy(self) -> Optional[float]:
        """The most energy it may take, in what the platform counts it in."""
        energy = self._cost("energy")
        return _ceiling(energy) if energy else None

    @property
    def messages(self) -> List[Message]:
        """Notes, such as what the platform cannot enforce."""
        return list((self.document.meta.messages if self.document.meta else None) or [])

    def accept(self, key: Optional[str] = None) -> Session:
        """Takes it: the platform runs the task, and the other offers of its set are free again.

        Raises `Conflict` when it has gone. A key makes the call the same when it is made again; without one it is made safe
        by a key of its own.
        """
        document = self._access.update(self.url, phase_update("ACCEPTED"), key)
        return Session(self._access, document, self.platform)

    def reject(self) -> None:
        """Gives it back before it expires. Raises `Conflict` when it has gone."""
        self.document = self._access.update(self.url, phase_update("REJECTED"), None)

    def refresh(self) -> Offer:
        self.document = self._access.read(self.url)
        return self

    def _cost(self, word: str) -> Optional[Cost]:
        return next((each for each in self.document.costs or [] if word in (each.type or "").lower()), None)

    def _repr_html_(self) -> str:
        from .display import offers_html

        return offers_html([self])

    def __repr__(self) -> str:
        return f"<Offer of {self.platform}: {self.cores} cores, starts {self.starts}, {self.url}>"


class OfferSet(Sequence[Offer]):
    """A platform's answer: YES with offers, or NO with reasons. The same class for every sort of platform."""

    def __init__(self, access: SessionAccess, document: OfferSetResponse, platform: str) -> None:
        self.document = document
        self.platform = platform
        self.offers = [Offer(access, each, platform) for each in document.offers or []]

    @property
    def yes(self) -> bool:
        return (self.document.result or "").upper() == "YES" and bool(self.offers)

    @property
    def messages(self) -> List[Message]:
        return list((self.document.meta.messages if self.document.meta else None) or [])

    @property
    def reasons(self) -> List[str]:
        """Why it is a NO, in the platform's words."""
        said = [each.message for each in self.messages if each.message and (self.yes or each.level == "ERROR")]
        said = said or [each.message for each in self.messages if each.message]
        return said or ([self.document.description] if self.document.description and not self.yes else [])

    @overload
    def __getitem__(self, key: int) -> Offer: ...

    @overload
    def __getitem__(self, key: slice) -> List[Offer]: ...

    def __getitem__(self, key: Union[int, slice]) -> Union[Offer, List[Offer]]:
        return self.offers[key]

    def __len__(self) -> int:
        return len(self.offers)

    def __iter__(self) -> Iterator[Offer]:
        return iter(self.offers)

    def __bool__(self) -> bool:
        return self.yes

    def _repr_html_(self) -> str:
        from .display import offer_set_html

        return offer_set_html(self)

    def __repr__(self) -> str:
        return f"<OfferSet of {self.platform}: {self.document.result}, {len(self)} offers>"


def _most(range: Optional[MinMax]) -> Optional[int]:
    if range is None:
        return None
    return range.max if range.max is not None else range.min


def _ceiling(cost: Cost) -> Optional[float]:
    value = cost.max if cost.max is not None else cost.min
    return value if value is not None and math.isfinite(value) else None

