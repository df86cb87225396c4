"""A job, and how it stands at a time. Here, and nowhere else, it is decided that a job has failed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from callsheet.emulator.jobs.hooks import Hook
from callsheet.emulator.messages import Attempt, Charge
from callsheet.emulator.requests.judging import Violation
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
    credits: float = 0.0
    """What the account has, where that is why a submission is refused."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of a scripted job: a state, and the looks or the seconds that it lasts."""

    state: str
    means: Literal["queued", "running"]
    polls: int | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Job:
    """An accepted submission. How and when it will end is settled when it is accepted; time only uncovers it.

    Only a wish to cancel changes that, and looks at a job that waits for them: its `seconds` are infinite until they
    are known.
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
    """What its submission chose for itself; empty where it goes by what holds for the provider."""
    failure: Failure | None = None
    queued: float = 0.0
    """Seconds that it waits before it runs."""
    path: Mapping[str, str] = field(default_factory=dict[str, str])
    """Path variables that the input chose."""
    options: Mapping[str, Plain] = field(default_factory=dict[str, Plain])
    """What was asked for beside the input, by the names of the spec."""
    stops: float | None = None
    """When it ends because somebody cancelled it."""
    addresses: Mapping[str, str] = field(default_factory=dict[str, str])
    """Paths of its addresses, by the names of the spec: they stay as they are."""
    credits: float = 0.0
    """What the account had left when it was accepted, itself paid for."""
    stages: tuple[Stage, ...] = ()
    """Where its progress is scripted."""
    passed: tuple[float, ...] = ()
    """When its stages end, as far as that is known."""
    looks: int = 0
    """Looks at the stage that waits for some."""
    looked: int = 0
    """All looks that were waited for."""

    @property
    def held(self) -> Stage | None:
        """The stage that lasts until it has been looked at so often."""
        return self.stages[len(self.passed)] if len(self.passed) < len(self.stages) else None

    @property
    def begun(self) -> float:
        """When the stage began that waits for looks."""
        return self.passed[-1] if self.passed else self.submitted

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
    way: str = ""
    """Which of a provider's ways to upload it goes; "" is the one that clients go."""
    parts: Mapping[int, bytes] = field(default_factory=dict[int, bytes], repr=False)
    """Pieces of it that have come, by their numbers."""


@dataclass(frozen=True, slots=True)
class OpenIntent:
    """One wish of a caller in another process, and how long the ledger was when it began."""

    name: str
    since: int


@dataclass(frozen=True, slots=True)
class State:
    """All that an emulator remembers."""

    submissions: int = 0
    jobs: Mapping[str, Job] = field(default_factory=dict[str, Job])
    ledger: tuple[Charge, ...] = ()
    answered: Mapping[tuple[str, str, str], int] = field(default_factory=dict[tuple[str, str, str], int])
    """How many scripted answers were given, per scenario, phase and job (for submissions: provider)."""
    scenarios: Mapping[str, str] = field(default_factory=dict[str, str])
    """The scenario of each provider for which one was chosen since the beginning, in place of that of the options."""
    progress: str | None = None
    """How jobs get on, where the control API says so; over the emulator's options."""
    uploads: Mapping[str, Upload] = field(default_factory=dict[str, Upload])
    spent: Mapping[str, float] = field(default_factory=dict[str, float])
    """Credits that went to each provider."""
    hooks: Mapping[str, Hook] = field(default_factory=dict[str, Hook])
    """Webhooks that are still owed, by the job's id."""
    hooked: int = 0
    """How many were owed so far."""
    attempts: tuple[Attempt, ...] = ()
    """What became of each delivery, in order."""
    intent: OpenIntent | None = None
    """What the control API was told to begin."""


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
    if job.stages:
        return int(_QUEUE_LENGTH * (1.0 - _share(job, now, "queued")))
    left = job.starts - now
    return max(0, int(_QUEUE_LENGTH * left / job.queued)) if left > 0 else 0


def progress(job: Job, now: float) -> float:
    """How much of the work is done, from 0 to 1."""
    if now >= job.ends:
        return 1.0
    if job.stages:
        return _share(job, now, "running")
    work = job.ends - job.starts
    return max(0.0, (now - job.starts) / work) if work > 0 else 0.0


def stage_at(job: Job, now: float) -> int:
    """Which of its stages a scripted job is in: one past the last when they are over."""
    return bisect_right(job.passed, now)


def _share(job: Job, now: float, means: Literal["queued", "running"]) -> float:
    """How much of the stages of a meaning is over, from 0 to 1: each counts the same."""
    present = stage_at(job, now)
    shares: list[float] = []
    for n, stage in enumerate(job.stages):
        if stage.means != means:
            continue
        if n != present:
            shares.append(float(n < present))
        elif stage.polls:
            shares.append(job.looks / stage.polls)
        else:
            begun = job.passed[n - 1] if n else job.submitted
            shares.append((now - begun) / stage.seconds if stage.seconds else 1.0)
    return min(1.0, max(0.0, sum(shares) / len(shares))) if shares else 1.0
