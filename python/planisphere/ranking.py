"""Which offer is best, and why. Pure: offers in, scores out; no clock, no network."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Callable, Dict, List, Optional, Sequence, Tuple

from .offers import Offer


@dataclass(frozen=True)
class Weights:
    """How much each part counts; nothing below 0. An offer that is better in every part never ranks lower."""

    start: float = 1.0
    end: float = 1.0
    price: float = 1.0
    energy: float = 0.0
    cores: float = 0.0
    memory: float = 0.0

    def __post_init__(self) -> None:
        for each in fields(self):
            if not 0 <= getattr(self, each.name) < float("inf"):
                raise ValueError(f"the weight of {each.name} must be 0 or more")


@dataclass(frozen=True)
class Score:
    """From 0 to 1. `parts` says what each part of the weights gave, from 0 (the worst of these offers) to 1 (the best)."""

    total: float
    parts: Dict[str, float]

    def __str__(self) -> str:
        told = ", ".join(f"{name} {part:.2f}" for name, part in self.parts.items())
        return f"{self.total:.2f} ({told})" if told else f"{self.total:.2f}"


def _seconds(instant: Optional[datetime]) -> Optional[float]:
    return instant.timestamp() if instant else None


def _float(value: Optional[int]) -> Optional[float]:
    return None if value is None else float(value)


_PARTS: Dict[str, Tuple[Callable[[Offer], Optional[float]], bool]] = {
    "start": (lambda offer: _seconds(offer.starts), False),
    "end": (lambda offer: _seconds(offer.ends), False),
    "price": (lambda offer: offer.price, False),
    "energy": (lambda offer: offer.energy, False),
    "cores": (lambda offer: _float(offer.cores), True),
    "memory": (lambda offer: _float(offer.memory), True),
}


def scores(offers: Sequence[Offer], weights: Optional[Weights] = None) -> List[Score]:
    """The score of each, in their order.

    Each part is placed between the worst and the best of these offers; an offer that says nothing about it gets 0. Prices
    are compared in the currency that most of them name; others count as saying nothing.
    """
    weights = weights or Weights()
    counted = {name: getattr(weights, name) for name in _PARTS if getattr(weights, name) > 0}
    columns = {name: _part(offers, name) for name in counted}
    whole = sum(counted.values())
    found = []
    for i in range(len(offers)):
        parts = {name: columns[name][i] for name in counted}
        total = sum(counted[name] * part for name, part in parts.items()) / whole if whole else 0.0
        found.append(Score(total, parts))
    return found


def ranked(offers: Sequence[Offer], weights: Optional[Weights] = None) -> List[Tuple[Offer, Score]]:
    """The best first; of equals, the one that came first."""
    pairs = list(zip(offers, scores(offers, weights)))
    return sorted(pairs, key=lambda pair: -pair[1].total)


def _part(offers: Sequence[Offer], name: str) -> List[float]:
    value, more_is_better = _PARTS[name]
    values = [value(offer) for offer in offers]
    if name == "price":
        currencies = [offer.currency for offer, price in zip(offers, values) if price is not None]
        usual = max(sorted(set(currencies)), key=currencies.count, default="")
        values = [price if offer.currency == usual else None for offer, price in zip(offers, values)]
    known = [each for each in values if each is not None]
    if not known:
        return [0.0] * len(values)
    low, high = min(known), max(known)
    span = high - low

    def place(each: Optional[float]) -> float:
        if each is None:
            return 0.0
        if span <= 0:
            return 1.0
        return (each - low) / span if more_is_better else (high - each) / span

    return [place(each) for each in values]
