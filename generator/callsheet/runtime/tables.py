"""The words in which a provider's protocol is written down: plain data, run by `flows`.

A generated client holds one `Provider` with its protocols. The emulator and the contract tests read the same tables.
Pointers are JSON pointers (RFC 6901); "" is the whole document. Times are seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Phase = Literal["submit", "status", "result", "download"]

StateMeans = Literal["queued", "running", "succeeded", "failed", "cancelled", "ended"]
"""`ended` is a final state that does not say how it ended: the answer at the result's address does."""

ErrorMeans = Literal["refused", "failed", "cancelled", "unknown_job", "not_finished", "unavailable"]

Accepted = Literal["never", "maybe", "always"]
"""Whether a job runs for the caller when a submission is answered so. Only `never` allows sending it again."""

Billed = Literal["never", "maybe", "always"]

Retry = Literal["never", "reads_only", "after_delay"]
"""`after_delay`: any request may be repeated later; `reads_only`: all but a submission; `never`: none."""

Mend = Literal["caller", "account", "provider"]
"""Who can do something about it."""

FINAL: frozenset[StateMeans] = frozenset({"succeeded", "failed", "cancelled", "ended"})


@dataclass(frozen=True, slots=True)
class Address:
    """A URL on a declared host. `path` may hold `{request_id}` and the model's path variables."""

    host: str
    path: str


@dataclass(frozen=True, slots=True)
class Credential:
    """How the key travels: `header: value`, where `{key}` stands for the key, and to which hosts only."""

    env: str
    header: str
    value: str
    hosts: tuple[str, ...]


Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Criterion:
    """A condition on one value. What is not there, or is null, fails every test but `present=False`."""

    one_of: tuple[Scalar, ...] | None = None
    none_of: tuple[Scalar, ...] | None = None
    minimum: float | int | None = None
    maximum: float | int | None = None
    present: bool = True


When = Mapping[str, Criterion]
"""Criteria by the name of a parameter, or by a pointer into an answer. All must hold; an empty one always does."""


@dataclass(frozen=True, slots=True)
class Match:
    """A condition on an answer's body: the value at `at` equals `value`."""

    at: str
    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """One documented error: how it is recognised, and what it means for the caller."""

    name: str
    http: int
    means: ErrorMeans
    about: str
    accepted: Accepted
    billed: Billed
    retry: Retry
    mend: Mend
    on: tuple[Phase, ...] = ()
    """The phases it occurs in; empty means any."""
    code: str | None = None
    """The provider's own code, read as `ErrorBody` says; None matches any."""
    match: Match | None = None
    moderation: bool = False


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """Where an error's words and code stand: pointers that are tried in order, and a header."""

    message: tuple[str, ...]
    code: tuple[str, ...] = ()
    code_header: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """One state of a job. `next` are the states that may follow; a final state has none."""

    means: StateMeans
    http: int = 200
    next: tuple[str, ...] = ()
    error: str | None = None
    """Name of the error row that a failed state stands for."""


@dataclass(frozen=True, slots=True)
class Submit:
    """The request that costs money. `urls` maps names of job addresses to pointers into its answer."""

    host: str
    path: str
    request_id: str
    urls: Mapping[str, str] = field(default_factory=dict[str, str])
    method: str = "POST"
    http: int = 200


@dataclass(frozen=True, slots=True)
class Logs:
    """Where log entries stand in a status answer, and their parts within one entry."""

    at: str
    message: str
    time: str | None = None
    level: str | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """The look at a job. `url` names the job address that is asked."""

    url: str
    state: str
    states: Mapping[str, State]
    initial: str
    method: str = "GET"
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    position: str | None = None
    logs: Logs | None = None
    failure_message: str | None = None
    failure_code: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """The fetch of what was made. `media` are pointers where the main file's address may stand, in order."""

    url: str
    output: str
    media: tuple[str, ...] = ()
    method: str = "GET"
    http: int = 200
    early: str = "status"
    """What is answered before the end: `status`, the status object, or the name of an error row."""
    failed: str = "error"
    """What is answered for a failed job: `status`, the status object, or `error`, an error row."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a result can be fetched: `seconds` from the submission or from the end of the job."""

    seconds: float
    counted_from: Literal["submit", "end"]
    large_bytes: int | None = None
    large_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """Submit, then poll, then fetch. `urls` are the addresses of one job, for when the answer names none."""

    name: str
    submit: Submit
    status: Status
    result: Result
    urls: Mapping[str, Address]
    retention: Retention | None = None
    poll_floor: float = 0.0
    """No two looks closer than this, in seconds: the interval that the provider documents."""


@dataclass(frozen=True, slots=True)
class Provider:
    """All that the engine has to know of a provider."""

    id: str
    name: str
    hosts: Mapping[str, str]
    credential: Credential
    error_body: ErrorBody


@dataclass(frozen=True, slots=True)
class Model:
    """All that the engine has to know of one endpoint."""

    id: str
    protocol: Queue
    path: Mapping[str, str]
    required_defaults: Mapping[str, object]
    """Sent when the caller leaves them out: required on the wire, with a default."""
    typical: float | None
    """Documented duration of a job, in seconds."""
    media: str = ""
    """Pointer to the main file within the output."""
    wire_names: Mapping[str, str] = field(default_factory=dict[str, str])
    """Python name → wire name, for the parameters whose wire name is no Python name."""
