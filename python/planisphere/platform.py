"""The one question, and who can be asked it."""

from __future__ import annotations

import sys
from importlib import metadata
from typing import Any, Callable, Dict, Iterable, Iterator, List, Protocol, runtime_checkable

from .offers import OfferSet
from .wire import ExecutionRequest

GROUP = "planisphere.platforms"
"""The entry points by which a package brings platforms into a portal."""


@runtime_checkable
class Platform(Protocol):
    """Something that can be asked whether it can run a task: code of the portal, a plug-in's, or a planner far away."""

    @property
    def name(self) -> str:
        """What people call it."""

    def canIDoThis(self, request: ExecutionRequest) -> OfferSet:
        """YES with offers, or NO with reasons. May block; called from many threads."""


@runtime_checkable
class PlatformPlugin(Protocol):
    """What a package names in its entry point when it brings several platforms, or needs to look for them first."""

    def platforms(self) -> Iterable[Platform]:
        """Those that can be asked from here."""


class Platforms:
    """The platforms that a portal asks, by name. One that cannot be loaded is told of in `faults` and stops nothing else."""

    def __init__(self, *platforms: Platform) -> None:
        self._all: Dict[str, Platform] = {}
        self.faults: Dict[str, str] = {}
        """What could not be loaded, and why, by the name of its entry point."""
        for each in platforms:
            self.add(each)

    def add(self, platform: Platform) -> Platforms:
        """Raises ValueError when there is one of this name."""
        if platform.name in self._all:
            raise ValueError(f"there is a platform {platform.name!r} already")
        self._all[platform.name] = platform
        return self

    def remove(self, name: str) -> None:
        self._all.pop(name, None)

    def discover(self, group: str = GROUP) -> Platforms:
        """Adds what the installed packages bring.

        An entry point names a platform, a `PlatformPlugin`, or something that is called without arguments and gives one of
        them, or several in a list.
        """
        for entry in _entries(group):
            try:
                for platform in _brought(entry.load()):
                    self.add(platform)
            except Exception as broken:  # a package of somebody else's: whatever it does, the portal goes on
                self.faults[entry.name] = f"{type(broken).__name__}: {broken}"
        return self

    def __getitem__(self, name: str) -> Platform:
        return self._all[name]

    def __iter__(self) -> Iterator[Platform]:
        return iter(list(self._all.values()))

    def __len__(self) -> int:
        return len(self._all)

    def __contains__(self, name: object) -> bool:
        return name in self._all

    def __repr__(self) -> str:
        return f"<Platforms {sorted(self._all)}>"


def _entries(group: str) -> List[Any]:
    if sys.version_info >= (3, 10):
        found: List[Any] = list(metadata.entry_points(group=group))
    else:
        found = list(metadata.entry_points().get(group, []))
    # A package that is on the path twice is one package.
    return list({(each.name, each.value): each for each in found}.values())


def _brought(thing: Any) -> List[Platform]:
    if isinstance(thing, type) or (callable(thing) and not _is_platform(thing) and not _is_plugin(thing)):
        maker: Callable[[], Any] = thing
        thing = maker()
    if _is_platform(thing):
        return [thing]
    if _is_plugin(thing):
        thing = thing.platforms()
    platforms = list(thing) if isinstance(thing, Iterable) else [thing]
    for each in platforms:
        if not _is_platform(each):
            raise TypeError(f"{type(each).__name__} is no platform: it has no name, or no canIDoThis")
    return platforms


def _is_platform(thing: Any) -> bool:
    return callable(getattr(thing, "canIDoThis", None)) and isinstance(getattr(thing, "name", None), str)


def _is_plugin(thing: Any) -> bool:
    return callable(getattr(thing, "platforms", None))
