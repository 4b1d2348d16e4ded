"""The addresses by which components, costs and phases are named."""

from __future__ import annotations

IVOA = "https://www.purl.org/ivoa.net/Calycopis-openapi/schema/v1.0/kinds/"
"""Base of the standard's kinds."""

PLANISPHERE = "https://www.purl.org/planisphere/kinds/"
"""Base of the kinds that the standard does not have."""

NOTEBOOK = IVOA + "executable/jupyter-notebook.yaml"
DOCKER_CONTAINER = IVOA + "executable/docker-container.yaml"
SINGULARITY_CONTAINER = IVOA + "executable/singularity-container.yaml"
PROCESS = PLANISPHERE + "executable/process"
PYTHON_PROGRAM = PLANISPHERE + "executable/python-program"

COMPUTE = IVOA + "compute/simple-compute-resource.yaml"
STORAGE = IVOA + "storage/simple-storage-resource.yaml"
DATA = IVOA + "data/simple-data-resource.yaml"
VOLUME = IVOA + "volume/simple-volume-mount.yaml"
COST = IVOA + "costs/simple-minmax-float-cost.yaml"
METRIC = IVOA + "metrics/simple-minmax-float-metric.yaml"
ACCELERATOR = PLANISPHERE + "compute/accelerator"
OFFER_SET = IVOA + "offerset/execution-offerset.yaml"
SESSION = IVOA + "session/scheduled-execution-session.yaml"

MESSAGES = "https://www.purl.org/planisphere/messages/"
MONEY = "https://www.purl.org/planisphere/costs/money#"
"""Followed by the three letters of a currency."""

EXECUTION_BROKER = "ivo://planisphere.local/std/ExecutionBroker"
"""The standardID under which planners are registered; the IVOA has given the standard none of its own yet."""

TERMINAL = frozenset({"REJECTED", "EXPIRED", "COMPLETED", "FAILED", "CANCELLED"})
"""The phases after which nothing comes."""


def same(kind: object, other: str) -> bool:
    """Whether two kinds are the same whatever base they were spelled with: their group and name decide."""
    return isinstance(kind, str) and _tail(kind) == _tail(other)


def _tail(kind: str) -> str:
    tail = "/".join(kind.rstrip("/").split("/")[-2:])
    return tail[:-5] if tail.endswith(".yaml") else tail
