"""Makes requests: what is to be run, and with `needing`, what it needs."""

from __future__ import annotations

import json
import os
import re
from datetime import datetime
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Union

from . import kinds
from .times import Span, format_duration, format_instant, parse_interval
from .wire import (
    Accelerator,
    Compute,
    Cost,
    Data,
    Executable,
    ExecutionRequest,
    Image,
    InternalPort,
    Meta,
    MinMax,
    Network,
    Port,
    RequestedSchedule,
    Schedule,
    Storage,
    Volume,
)

Range = Union[int, Tuple[int, Optional[int]]]
"""At least so much; or at least and at most."""

Place = Union[str, "os.PathLike[str]"]

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_LARGEST_FILE = 4 * 1024 * 1024


def process(
    command: Sequence[str],
    *,
    name: Optional[str] = None,
    environment: Optional[Mapping[str, str]] = None,
    directory: Optional[str] = None,
) -> ExecutionRequest:
    """A command as a list of words. No shell reads it."""
    if isinstance(command, str):
        raise TypeError('a command is a list of words, such as ["/bin/echo", "hello"]')
    return _request(
        Executable(
            kind=kinds.PROCESS, command=list(command), environment=_texts(environment), directory=directory
        ),
        name,
    )


def python_program(
    location: Place,
    arguments: Sequence[str] = (),
    *,
    name: Optional[str] = None,
    environment: Optional[Mapping[str, str]] = None,
    requirements: Optional[str] = None,
) -> ExecutionRequest:
    """A Python file at an address. A file that exists here becomes a `file:` address, for planners that may read it."""
    return _request(
        Executable(
            kind=kinds.PYTHON_PROGRAM,
            location=_address(location),
            arguments=[str(each) for each in arguments] or None,
            environment=_texts(environment),
            requirements=requirements,
        ),
        name,
    )


def notebook(location: Place, *, name: Optional[str] = None) -> ExecutionRequest:
    """A Jupyter notebook at an address."""
    return _request(Executable(kind=kinds.NOTEBOOK, location=_address(location)), name)


def container(
    image: Union[str, Sequence[str]],
    command: Sequence[str] = (),
    *,
    name: Optional[str] = None,
    digest: Optional[str] = None,
    entrypoint: Optional[str] = None,
    environment: Optional[Mapping[str, str]] = None,
    ports: Sequence[int] = (),
) -> ExecutionRequest:
    """An OCI container, by one image name or by several of the same image. `ports` are opened over HTTP."""
    return _request(
        Executable(
            kind=kinds.DOCKER_CONTAINER,
            image=Image(locations=[image] if isinstance(image, str) else list(image), digest=digest),
            command=list(command) or None,
            entrypoint=entrypoint,
            environment=_texts(environment),
            network=Network(
                ports=[Port(access=True, internal=InternalPort(each), protocol="HTTP", path="/") for each in ports]
            )
            if ports
            else None,
        ),
        name,
    )


def load(source: Union[Place, Mapping[str, Any]]) -> ExecutionRequest:
    """A request from a JSON file or a dict. Locations without a scheme are files beside the file."""
    if isinstance(source, Mapping):
        request = ExecutionRequest.from_dict(source)
        folder = Path.cwd()
    else:
        path = Path(source)
        with open(path, "rb") as file:
            text = file.read(_LARGEST_FILE + 1)
        if len(text) > _LARGEST_FILE:
            raise ValueError(f"{path} is larger than {_LARGEST_FILE} bytes")
        request = ExecutionRequest.from_json(text)
        folder = path.absolute().parent
    if request.executable is not None and request.executable.location:
        request.executable.location = _address(request.executable.location, folder)
    for each in request.data or []:
        if each.location:
            each.location = _address(each.location, folder)
    return request


def needing(
    request: ExecutionRequest,
    *,
    cores: Optional[Range] = None,
    memory: Optional[Range] = None,
    duration: Optional[Span] = None,
    start: Union[None, str, Tuple[datetime, datetime]] = None,
    data: Optional[Mapping[str, Place]] = None,
    storage: Optional[Mapping[str, Range]] = None,
    accelerators: Optional[Range] = None,
    max_price: Optional[float] = None,
    currency: str = "EUR",
) -> ExecutionRequest:
    """The request with these needs, as a new one; what is not named stays as it was.

    `memory` and the sizes of `storage` are GiB. `data` names files by their path in the run's work folder; `storage` names
    folders in the same way. `start` is the interval within which the run must begin.
    """
    wanted = request.copy()
    compute = wanted.compute or Compute(kind=kinds.COMPUTE, meta=Meta(name="compute"))
    if cores is not None:
        compute.cores = _range(cores)
    if memory is not None:
        compute.memory = _range(memory)
    if accelerators is not None:
        compute.accelerators = [Accelerator(kind=kinds.ACCELERATOR, count=_range(accelerators))]
    for path, place in (data or {}).items():
        name = f"data-{len(wanted.data or []) + 1}"
        item = Data(kind=kinds.DATA, meta=Meta(name=name), location=_address(place))
        wanted.data = [*(wanted.data or []), item]
        _mount(compute, path, "READONLY", name)
    for path, size in (storage or {}).items():
        name = f"storage-{len(wanted.storage or []) + 1}"
        room = Storage(kind=kinds.STORAGE, meta=Meta(name=name), size=_range(size))
        wanted.storage = [*(wanted.storage or []), room]
        _mount(compute, path, "READWRITE", name)
    if wanted.compute is not None or compute != Compute(kind=kinds.COMPUTE, meta=Meta(name="compute")):
        wanted.compute = compute
    if duration is not None or start is not None:
        schedule = wanted.schedule or Schedule()
        schedule.requested = schedule.requested or RequestedSchedule()
        if duration is not None:
            schedule.requested.duration = format_duration(duration)
        if start is not None:
            schedule.requested.start = _interval(start)
        wanted.schedule = schedule
    if max_price is not None:
        ceiling = Cost(kind=kinds.COST, type=kinds.MONEY + currency, max=float(max_price))
        wanted.costs = [*(wanted.costs or []), ceiling]
    return wanted


def _request(executable: Executable, name: Optional[str]) -> ExecutionRequest:
    if name:
        executable.meta = Meta(name=name)
    return ExecutionRequest(executable=executable)


def _texts(values: Optional[Mapping[str, str]]) -> Optional[Dict[str, str]]:
    return {str(name): str(value) for name, value in values.items()} if values else None


def _range(asked: Range) -> MinMax:
    low, high = asked if isinstance(asked, tuple) else (asked, None)
    if high is not None and high < low:
        raise ValueError(f"the minimum {low} is above the maximum {high}")
    return MinMax(low, high)


def _interval(start: Union[str, Tuple[datetime, datetime]]) -> str:
    if isinstance(start, str):
        parse_interval(start)
        return start
    first, last = start
    if last < first:
        raise ValueError("the interval ends before it begins")
    return f"{format_instant(first)}/{format_instant(last)}"


def _mount(compute: Compute, path: str, mode: str, name: str) -> None:
    volumes: List[Volume] = [*(compute.volumes or [])]
    volumes.append(Volume(kind=kinds.VOLUME, path=path, mode=mode, resource=name))
    compute.volumes = volumes


def _address(place: Place, folder: Optional[Path] = None) -> str:
    text = os.fspath(place)
    if _SCHEME.match(text):
        return text
    path = (folder or Path.cwd()) / text
    return path.resolve().as_uri() if path.is_file() else text


def to_file(request: ExecutionRequest, path: Place) -> None:
    """Writes a request as JSON, for `load` and for the command line."""
    Path(path).write_text(json.dumps(request.to_dict(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
