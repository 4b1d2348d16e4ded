"""The documents of the contract as dataclasses. Their fields have the contract's own names.

`from_dict` reads what `json.loads` gives, collects every fault, and keeps what it does not know in `extra`; `to_dict` gives
everything back. So a document that passes through a portal loses nothing, whatever a newer planner has put into it.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import lru_cache
from keyword import iskeyword
from typing import Any, Dict, Hashable, List, Mapping, Optional, Tuple, Type, TypeVar, Union, get_args, get_origin, get_type_hints

from .errors import MalformedDocument
from .times import format_instant, parse_instant

D = TypeVar("D", bound="Document")
Faults = List[Tuple[str, str]]
Extra = Dict[str, Any]

_DEEPEST = 60


class Document:
    """What all documents can do."""

    extra: Extra

    def __repr__(self) -> str:
        """What is set, and nothing of all that is not."""
        said = [(each.name, getattr(self, each.name)) for each in fields(self)]  # type: ignore[arg-type]
        shown = ", ".join(f"{name}={value!r}" for name, value in said if value is not None and value != {})
        return f"{type(self).__name__}({shown})"

    @classmethod
    def from_dict(cls: Type[D], tree: Mapping[str, Any]) -> D:
        """Raises `MalformedDocument` with every value of a wrong type."""
        faults: Faults = []
        if not isinstance(tree, Mapping):
            raise MalformedDocument([("", f"expected an object, found {_called(tree)}")])
        document = _read(cls, tree, "", faults)
        if faults:
            raise MalformedDocument(faults)
        return document

    @classmethod
    def from_json(cls: Type[D], text: Union[str, bytes]) -> D:
        return cls.from_dict(parse_json(text))

    def to_dict(self) -> Dict[str, Any]:
        """What `json.dumps` takes; without the fields that say nothing."""
        tree: Dict[str, Any] = {}
        for each in fields(self):  # type: ignore[arg-type]
            value = getattr(self, each.name)
            if each.name != "extra" and value is not None:
                tree[each.name.rstrip("_")] = _write(value)
        tree.update({name: value for name, value in self.extra.items() if name not in tree})
        return tree

    def to_json(self, indent: Optional[int] = None) -> str:
        return json.dumps(self.to_dict(), indent=indent, ensure_ascii=False, allow_nan=False)

    def copy(self: D) -> D:
        """A copy that shares nothing with it."""
        return type(self).from_dict(json.loads(self.to_json()))


def parse_json(text: Union[str, bytes]) -> Any:
    """JSON as RFC 8259 has it: no doubled names, no NaN, no number that is not finite, no bottomless nesting."""
    try:
        plain = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        tree = json.loads(
            plain, object_pairs_hook=_once, parse_constant=_no_constant, parse_float=_finite, parse_int=_whole
        )
    except MalformedDocument:
        raise
    except RecursionError:
        raise MalformedDocument([("", "it is nested too deeply")]) from None
    except ValueError as malformed:
        raise MalformedDocument([("", f"it is not JSON: {malformed}")]) from None
    _bounded(tree)
    return tree


def _once(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
    tree: Dict[str, Any] = {}
    for name, value in pairs:
        if name in tree:
            raise MalformedDocument([("", f"the name {name[:60]!r} stands twice in one object")])
        tree[name] = value
    return tree


def _no_constant(text: str) -> Any:
    raise MalformedDocument([("", f"{text} is no number")])


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise MalformedDocument([("", f"{text[:30]} is no finite number")])
    return number


def _whole(text: str) -> int:
    if len(text) > 30:
        raise MalformedDocument([("", "a whole number has more than 30 digits")])
    return int(text)


def _bounded(tree: Any) -> None:
    level: List[Any] = [tree]
    for _ in range(_DEEPEST):
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent if isinstance(parent, list) else ())
        ]
        if not level:
            return
    raise MalformedDocument([("", f"it is nested more than {_DEEPEST} levels deep")])


@lru_cache(maxsize=None)
def _hints(cls: Hashable) -> Dict[str, Any]:
    return {name.rstrip("_"): hint for name, hint in get_type_hints(cls).items() if name != "extra"}


def _read(cls: Type[D], tree: Mapping[str, Any], pointer: str, faults: Faults) -> D:
    known: Dict[str, Any] = {}
    extra: Extra = {}
    hints = _hints(cls)  # type: ignore[arg-type]
    for name, value in tree.items():
        if name not in hints:
            extra[name] = value
        elif value is not None:
            place = pointer + "/" + name.replace("~", "~0").replace("/", "~1")
            known[name + "_" * iskeyword(name)] = _value(_bare(hints[name]), value, place, faults)
    document = cls(**known)
    document.extra = extra
    return document


def _bare(hint: Any) -> Any:
    """The hint without its `Optional`."""
    if get_origin(hint) is Union:
        left = [each for each in get_args(hint) if each is not type(None)]
        return left[0] if len(left) == 1 else Any
    return hint


def _value(hint: Any, value: Any, pointer: str, faults: Faults) -> Any:
    if hint is Any:
        return value
    if get_origin(hint) is list:
        if not isinstance(value, list):
            return _fault(pointer, "a list", value, faults)
        (item,) = get_args(hint)
        return [_value(item, each, f"{pointer}/{i}", faults) for i, each in enumerate(value)]
    if get_origin(hint) is dict:
        if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
            return _fault(pointer, "an object of texts", value, faults)
        return dict(value)
    if isinstance(hint, type) and issubclass(hint, Document):
        if not isinstance(value, dict):
            return _fault(pointer, "an object", value, faults)
        return _read(hint, value, pointer, faults)
    if hint is datetime:
        try:
            return parse_instant(value)
        except (ValueError, TypeError, AttributeError):
            return _fault(pointer, "an instant with a time zone", value, faults)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, hint) and (hint is bool or not isinstance(value, bool)):
        return value
    return _fault(pointer, {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}[hint], value, faults)


def _fault(pointer: str, expected: str, found: Any, faults: Faults) -> None:
    faults.append((pointer, f"expected {expected}, found {_called(found)}"))


def _called(found: Any) -> str:
    if isinstance(found, str):
        return f"the text {found[:60]!r}"
    if isinstance(found, bool):
        return str(found).lower()
    if isinstance(found, (int, float)):
        return f"the number {found}"
    return {dict: "an object", list: "a list", type(None): "null"}.get(type(found), type(found).__name__)


def _write(value: Any) -> Any:
    if isinstance(value, Document):
        return value.to_dict()
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, (list, tuple)):
        return [_write(each) for each in value]
    if isinstance(value, dict):
        return {name: _write(each) for name, each in value.items()}
    return value


def _extra() -> Any:
    return field(default_factory=dict)


# -- values ---------------------------------------------------------------------------------------


@dataclass(repr=False)
class MinMax(Document):
    """From here to there, both ends included; an end that is not given is open."""

    min: Optional[int] = None
    max: Optional[int] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class MinMaxDuration(Document):
    min: Optional[str] = None
    max: Optional[str] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class Message(Document):
    """Something a planner says of a component. `values` are the same for programs; see docs/problems.md."""

    kind: Optional[str] = None
    time: Optional[datetime] = None
    level: Optional[str] = None
    template: Optional[str] = None
    values: Optional[Dict[str, str]] = None
    message: Optional[str] = None
    extra: Extra = _extra()

    @property
    def code(self) -> str:
        """The last part of the kind, such as `too-many-cores`."""
        return (self.kind or "").rstrip("/").rsplit("/", 1)[-1]


@dataclass(repr=False)
class Option(Document):
    """What may be changed about a session now, and within what."""

    kind: Optional[str] = None
    path: Optional[str] = None
    pattern: Optional[str] = None
    values: Optional[List[str]] = None
    min: Optional[int] = None
    max: Optional[int] = None
    units: Optional[str] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class Update(Document):
    """A change to one option."""

    kind: Optional[str] = None
    path: Optional[str] = None
    value: Any = None
    delta: Optional[int] = None
    units: Optional[str] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class Meta(Document):
    uuid: Optional[str] = None
    name: Optional[str] = None
    url: Optional[str] = None
    description: Optional[str] = None
    created: Optional[datetime] = None
    modified: Optional[datetime] = None
    messages: Optional[List[Message]] = None
    options: Optional[List[Option]] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class Cost(Document):
    """A ceiling in a request, a quote in an offer."""

    kind: Optional[str] = None
    type: Optional[str] = None
    description: Optional[str] = None
    min: Optional[float] = None
    max: Optional[float] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class Metric(Document):
    """A floor in a request, what is reached in an offer."""

    kind: Optional[str] = None
    type: Optional[str] = None
    description: Optional[str] = None
    min: Optional[float] = None
    max: Optional[float] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class RequestedSchedule(Document):
    duration: Optional[str] = None
    start: Optional[str] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class StartDuration(Document):
    start: Optional[str] = None
    duration: Optional[str] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class Schedule(Document):
    requested: Optional[RequestedSchedule] = None
    preparing: Optional[StartDuration] = None
    available: Optional[StartDuration] = None
    releasing: Optional[StartDuration] = None
    extra: Extra = _extra()


# -- components -----------------------------------------------------------------------------------


@dataclass(repr=False)
class Component(Document):
    kind: Optional[str] = None
    meta: Optional[Meta] = None
    costs: Optional[List[Cost]] = None
    metrics: Optional[List[Metric]] = None


@dataclass(repr=False)
class LifecycleComponent(Component):
    phase: Optional[str] = None
    schedule: Optional[Schedule] = None


@dataclass(repr=False)
class ImagePlatform(Document):
    architecture: Optional[str] = None
    os: Optional[str] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class Image(Document):
    locations: Optional[List[str]] = None
    digest: Optional[str] = None
    platform: Optional[ImagePlatform] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class InternalPort(Document):
    port: Optional[int] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class ExternalPort(Document):
    port: Optional[int] = None
    addresses: Optional[List[str]] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class Port(Document):
    access: Optional[bool] = None
    internal: Optional[InternalPort] = None
    external: Optional[ExternalPort] = None
    protocol: Optional[str] = None
    path: Optional[str] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class Network(Document):
    ports: Optional[List[Port]] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class Repository(Document):
    url: Optional[str] = None
    reference: Optional[str] = None
    path: Optional[str] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class Executable(LifecycleComponent):
    """What is to be run. Which fields count is a matter of its kind."""

    location: Optional[str] = None
    image: Optional[Image] = None
    privileged: Optional[bool] = None
    command: Optional[List[str]] = None
    entrypoint: Optional[str] = None
    environment: Optional[Dict[str, str]] = None
    network: Optional[Network] = None
    directory: Optional[str] = None
    repository: Optional[Repository] = None
    requirements: Optional[str] = None
    arguments: Optional[List[str]] = None
    mainClass: Optional[str] = None
    options: Optional[List[str]] = None
    path: Optional[str] = None
    languages: Optional[List[str]] = None
    content: Optional[str] = None
    language: Optional[str] = None
    document: Optional[str] = None
    interactive: Optional[bool] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class Accelerator(Document):
    kind: Optional[str] = None
    type: Optional[str] = None
    count: Optional[MinMax] = None
    memory: Optional[MinMax] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class Volume(Component):
    """Where a storage or data resource appears in the run's file system."""

    path: Optional[str] = None
    mode: Optional[str] = None
    resource: Optional[str] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class Compute(LifecycleComponent):
    """Cores, and memory in GiB."""

    cores: Optional[MinMax] = None
    memory: Optional[MinMax] = None
    accelerators: Optional[List[Accelerator]] = None
    volumes: Optional[List[Volume]] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class Storage(LifecycleComponent):
    """Room for files, in GiB."""

    size: Optional[MinMax] = None
    data: Optional[List[str]] = None
    lifetime: Optional[MinMaxDuration] = None
    lifecycle: Optional[str] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class Rucio(Document):
    endpoint: Optional[str] = None
    scope: Optional[str] = None
    object: Optional[str] = None
    type: Optional[str] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class ObsCore(Document):
    obs_id: Optional[str] = None
    obs_collection: Optional[str] = None
    obs_publisher_did: Optional[str] = None
    obs_creator_did: Optional[str] = None
    dataproduct_type: Optional[str] = None
    calib_level: Optional[int] = None
    access_url: Optional[str] = None
    access_format: Optional[str] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class DataLink(Document):
    ID: Optional[str] = None
    access_url: Optional[str] = None
    service_def: Optional[str] = None
    error_message: Optional[str] = None
    description: Optional[str] = None
    semantics: Optional[str] = None
    content_type: Optional[str] = None
    content_length: Optional[int] = None
    content_qualifier: Optional[str] = None
    local_semantics: Optional[str] = None
    link_auth: Optional[str] = None
    link_authorized: Optional[str] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class Ivoa(Document):
    ivoid: Optional[str] = None
    obscore: Optional[ObsCore] = None
    datalink: Optional[DataLink] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class Checksum(Document):
    type: Optional[str] = None
    value: Optional[str] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class Replica(Document):
    rsename: Optional[str] = None
    dataurl: Optional[str] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class Skao(Document):
    namespace: Optional[str] = None
    objectname: Optional[str] = None
    objecttype: Optional[str] = None
    datasize: Optional[int] = None
    checksum: Optional[Checksum] = None
    replicas: Optional[List[Replica]] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class Data(LifecycleComponent):
    """Something to be read. Which fields count is a matter of its kind."""

    location: Optional[str] = None
    storage: Optional[str] = None
    endpoint: Optional[str] = None
    template: Optional[str] = None
    bucket: Optional[str] = None
    object: Optional[str] = None
    rucio: Optional[Rucio] = None
    ivoa: Optional[Ivoa] = None
    skao: Optional[Skao] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class Connector(Document):
    """A way to reach a session."""

    kind: Optional[str] = None
    status: Optional[str] = None
    protocol: Optional[str] = None
    location: Optional[str] = None
    extra: Extra = _extra()


# -- whole documents ------------------------------------------------------------------------------


@dataclass(repr=False)
class ExecutionRequest(Document):
    """The question: can this be run? Everything but the executable may be left open."""

    executable: Optional[Executable] = None
    compute: Optional[Compute] = None
    storage: Optional[List[Storage]] = None
    data: Optional[List[Data]] = None
    schedule: Optional[Schedule] = None
    costs: Optional[List[Cost]] = None
    metrics: Optional[List[Metric]] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class ExecutionSession(Component):
    """An offer, and everything that becomes of it."""

    phase: Optional[str] = None
    expires: Optional[datetime] = None
    offerset: Optional[str] = None
    platform: Optional[str] = None
    planner: Optional[str] = None
    executable: Optional[Executable] = None
    compute: Optional[Compute] = None
    storage: Optional[List[Storage]] = None
    data: Optional[List[Data]] = None
    connectors: Optional[List[Connector]] = None
    schedule: Optional[Schedule] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class OfferSetResponse(Component):
    """The answer as a document: YES with offers, or NO with reasons."""

    result: Optional[str] = None
    description: Optional[str] = None
    expires: Optional[datetime] = None
    offers: Optional[List[ExecutionSession]] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class ResultItem(Document):
    """A file that a task left; `size` in bytes."""

    name: Optional[str] = None
    size: Optional[int] = None
    sha256: Optional[str] = None
    mediaType: Optional[str] = None
    modified: Optional[datetime] = None
    url: Optional[str] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class ResultList(Document):
    items: Optional[List[ResultItem]] = None
    next: Optional[str] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class SessionList(Document):
    items: Optional[List[ExecutionSession]] = None
    next: Optional[str] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class OfferSetList(Document):
    items: Optional[List[OfferSetResponse]] = None
    next: Optional[str] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class AcceptsResponse(Document):
    responseword: Optional[str] = None
    tasktype: Optional[str] = None
    messages: Optional[List[Message]] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class AllowanceResource(Document):
    name: Optional[str] = None
    unit: Optional[str] = None
    limit: Optional[float] = None
    carried: Optional[float] = None
    used: Optional[float] = None
    held: Optional[float] = None
    left: Optional[float] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class AllowanceItem(Document):
    holder: Optional[str] = None
    longest: Optional[str] = None
    ahead: Optional[str] = None
    openOffers: Optional[int] = None
    openOffersHeld: Optional[int] = None
    resources: Optional[List[AllowanceResource]] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class BudgetItem(Document):
    """What may be used over a period; `from_` is the contract's `from`, which Python keeps for itself."""

    holder: Optional[str] = None
    period: Optional[str] = None
    from_: Optional[datetime] = None
    until: Optional[datetime] = None
    resources: Optional[List[AllowanceResource]] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class ShareItem(Document):
    """A share of a platform that runs are counted on, and what is lent beyond it."""

    platform: Optional[str] = None
    holder: Optional[str] = None
    percent: Optional[int] = None
    lately: Optional[float] = None
    factor: Optional[float] = None
    lend: Optional[str] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class GrantItem(Document):
    """A grant of the policy, or a denial, with what it says of each single offer."""

    grant: Optional[str] = None
    title: Optional[str] = None
    group: Optional[str] = None
    priority: Optional[int] = None
    price: Optional[float] = None
    results: Optional[str] = None
    longest: Optional[str] = None
    ahead: Optional[str] = None
    resources: Optional[List[AllowanceResource]] = None
    kinds: Optional[List[str]] = None
    images: Optional[List[str]] = None
    repositories: Optional[List[str]] = None
    digests: Optional[List[str]] = None
    approvedOnly: Optional[bool] = None
    shapes: Optional[List[str]] = None
    platforms: Optional[List[str]] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class Me(Document):
    """Who the planner takes the caller for, and what that allows."""

    id: Optional[str] = None
    name: Optional[str] = None
    anonymous: Optional[bool] = None
    groups: Optional[List[str]] = None
    roles: Optional[List[str]] = None
    grants: Optional[List[GrantItem]] = None
    denials: Optional[List[GrantItem]] = None
    allowances: Optional[List[AllowanceItem]] = None
    budgets: Optional[List[BudgetItem]] = None
    shares: Optional[List[ShareItem]] = None
    policy: Optional[str] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class ProblemFault(Document):
    pointer: Optional[str] = None
    detail: Optional[str] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class Problem(Document):
    """What an HTTP answer from 400 on says. See RFC 9457, and docs/problems.md for the types."""

    type: Optional[str] = None
    title: Optional[str] = None
    status: Optional[int] = None
    detail: Optional[str] = None
    instance: Optional[str] = None
    errors: Optional[List[ProblemFault]] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class RegistryInterface(Document):
    type: Optional[str] = None
    role: Optional[str] = None
    version: Optional[str] = None
    accessURL: Optional[str] = None
    use: Optional[str] = None
    securityMethod: Optional[str] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class RegistryCapability(Document):
    standardID: Optional[str] = None
    type: Optional[str] = None
    interfaces: Optional[List[RegistryInterface]] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class RegistryItem(Document):
    """What a registry says of one service, in its publisher's words."""

    identifier: Optional[str] = None
    type: Optional[str] = None
    title: Optional[str] = None
    shortName: Optional[str] = None
    description: Optional[str] = None
    status: Optional[str] = None
    updated: Optional[datetime] = None
    availability: Optional[str] = None
    checked: Optional[datetime] = None
    stale: Optional[bool] = None
    capabilities: Optional[List[RegistryCapability]] = None
    extra: Extra = _extra()


@dataclass(repr=False)
class RegistryList(Document):
    items: Optional[List[RegistryItem]] = None
    next: Optional[str] = None
    extra: Extra = _extra()
