"""A job, and how it stands at a time. Here, and nowhere else, it is decided that a job has failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from callsheet.emulator.hooks import Hook
from callsheet.emulator.judging import Violation
from callsheet.emulator.messages import Attempt, Charge
from callsheet.source.nodes import Plain
from callsheet.spec.model import ErrorSpec, RetentionSpec

QUEUED_SHARE: Final = 0.2
"""The part of its time that a job waits."""

_QUEUE_LENGTH: Final = 3

Stands = Literal["queued", "running", "succeeded", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job will not succeed, as one of the provider's documented errors.

    No `row`: it was cancelled, and the provider has no error for that, only a state.
    """

    row: ErrorSpec | None
    message: str
    violations: tuple[Violation, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """An accepted submission. How and when it will end is settled when it is accepted; time only uncovers it.

    Only a wish to cancel changes that.
    """

    request_id: str
    provider: str
    model: str
    protocol: str
    payload: Mapping[str, Plain]
    """The input, as the caller meant it, whatever form the body had."""
    submitted: float
    seconds: float
    scenario: str
    failure: Failure | None = None
    queued: float = 0.0
    """Seconds that it waits before it runs."""
    path: Mapping[str, str] = field(default_factory=dict[str, str])
    """Path variables that the input chose."""
    options: Mapping[str, Plain] = field(default_factory=dict[str, Plain])
    """What was asked for beside the input, by the names of the spec."""
    stops: float | None = None
    """When it ends because somebody cancelled it."""

    @property
    def starts(self) -> float:
        """When it leaves the queue."""
        return self.submitted + self.queued

    @property
    def ends(self) -> float:
        """When it is over."""
        return self.submitted + self.seconds if self.stops is None else self.stops


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a caller's, or the place where one will be; `content` is None until it has come."""

    provider: str
    name: str
    content_type: str
    content: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class State:
    """All that an emulator remembers."""

    submissions: int = 0
    jobs: Mapping[str, Job] = field(default_factory=dict[str, Job])
    ledger: tuple[Charge, ...] = ()
    answered: Mapping[tuple[str, str, str], int] = field(default_factory=dict[tuple[str, str, str], int])
    """How many scripted answers were given, per scenario, phase and job (for submissions: provider)."""
    uploads: Mapping[str, Upload] = field(default_factory=dict[str, Upload])
    hooks: Mapping[str, Hook] = field(default_factory=dict[str, Hook])
    """Webhooks that are still owed, by the job's id."""
    hooked: int = 0
    """How many were owed so far."""
    attempts: tuple[Attempt, ...] = ()
    """What became of each delivery, in order."""


def outcome(job: Job, now: float) -> Stands:
    """How a job stands: the one place where it is decided that it has failed.

    It has failed once its time is over and it carries a failure: an input that the provider refuses, a deadline that
    was missed, or a scenario.
    """
    if now < job.ends:
        return "queued" if now < job.starts else "running"
    if job.failure is None:
        return "succeeded"
    return "cancelled" if job.failure.row is None or job.failure.row.means == "cancelled" else "failed"


def expired(job: Job, retention: RetentionSpec, size: int, now: float) -> bool:
    """Whether the provider has thrown the result of an ended job away; `size` is that of its answer, in bytes."""
    kept = retention.seconds
    if retention.large_bytes is not None and retention.large_seconds is not None and size >= retention.large_bytes:
        kept = retention.large_seconds
    return now >= (job.submitted if retention.counted_from == "submit" else job.ends) + kept


def position(job: Job, now: float) -> int:
    """Jobs that are ahead of this one; it falls to 0."""
    left = job.starts - now
    return max(0, int(_QUEUE_LENGTH * left / job.queued)) if left > 0 else 0


def progress(job: Job, now: float) -> float:
    """How much of the work is done, from 0 to 1."""
    work = job.ends - job.starts
    if now >= job.ends:
        return 1.0
    return max(0.0, (now - job.starts) / work) if work > 0 else 0.0
