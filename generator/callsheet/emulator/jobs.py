"""A job, and what is seen of it at a time. Here, and nowhere else, it is decided that a job has failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from callsheet.emulator.judging import Violation
from callsheet.emulator.messages import Charge
from callsheet.runtime.tables import StateMeans
from callsheet.source.nodes import Plain
from callsheet.spec.model import ErrorSpec, ProtocolSpec, RetentionSpec, StateSpec

QUEUED_SHARE: Final = 0.2
"""The part of its time that a job waits."""

_QUEUE_LENGTH: Final = 3


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a job will not succeed, as one of the provider's documented errors."""

    row: ErrorSpec
    message: str
    violations: tuple[Violation, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """An accepted submission. How and when it will end is settled when it is accepted; time only uncovers it."""

    request_id: str
    provider: str
    model: str
    protocol: str
    payload: Mapping[str, Plain]
    submitted: float
    seconds: float
    scenario: str
    fault: Fault | None = None

    @property
    def starts(self) -> float:
        """When it leaves the queue."""
        return self.submitted + self.seconds * QUEUED_SHARE

    @property
    def ends(self) -> float:
        """When it is over."""
        return self.submitted + self.seconds


@dataclass(frozen=True, slots=True)
class State:
    """All that an emulator remembers."""

    submissions: int = 0
    jobs: Mapping[str, Job] = field(default_factory=dict[str, Job])
    ledger: tuple[Charge, ...] = ()
    answered: Mapping[tuple[str, str, str], int] = field(default_factory=dict[tuple[str, str, str], int])
    """How many scripted answers were given, per scenario, phase and job (for submissions: provider)."""


def outcome(job: Job, now: float) -> Literal["queued", "running", "succeeded", "failed", "cancelled"]:
    """How a job stands: the one place where it is decided that it has failed.

    It has failed once its time is over and it carries a fault: an input that the provider refuses, or a scenario.
    """
    if now < job.starts:
        return "queued"
    if now < job.ends:
        return "running"
    if job.fault is None:
        return "succeeded"
    return "cancelled" if job.fault.row.means == "cancelled" else "failed"


def observe(job: Job, protocol: ProtocolSpec, now: float) -> StateSpec:
    """The state that the provider's status shows for how the job stands."""
    stands = outcome(job, now)
    states = protocol.status.states
    if stands == "failed" and job.fault is not None:
        for state in states:
            if state.means == "failed" and state.error == job.fault.row.name:
                return state
    return next(state for means in _SHOWN_AS[stands] for state in states if state.means == means)


_SHOWN_AS: Final[Mapping[str, tuple[StateMeans, ...]]] = {
    "queued": ("queued", "running"),
    "running": ("running", "queued"),
    "succeeded": ("succeeded", "ended"),
    "failed": ("failed", "ended", "cancelled"),
    "cancelled": ("cancelled", "ended", "failed"),
}
"""A provider without a state of that meaning shows the next one."""


def expired(job: Job, retention: RetentionSpec, size: int, now: float) -> bool:
    """Whether the provider has thrown the result of an ended job away; `size` is that of its answer, in bytes."""
    kept = retention.seconds
    if retention.large_bytes is not None and retention.large_seconds is not None and size >= retention.large_bytes:
        kept = retention.large_seconds
    return now >= (job.submitted if retention.counted_from == "submit" else job.ends) + kept


def position(job: Job, now: float) -> int:
    """Jobs that are ahead of this one; it falls to 0."""
    left = job.starts - now
    return max(0, int(_QUEUE_LENGTH * left / (job.starts - job.submitted))) if left > 0 else 0
