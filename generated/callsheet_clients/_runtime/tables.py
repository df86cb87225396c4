# Copied by callsheet from generator/callsheet/runtime/tables.py.
# Do not edit: change that file, then `make generate`.
"""The words in which a provider's protocol is written down: plain data, run by `flows`.

A generated client holds one `Provider` with its protocols. The emulator and the contract tests read the same tables.
Pointers are JSON pointers (RFC 6901); "" is the whole document. Times are seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .addresses import Address
from .offers import Files, Option, Webhook
from .words import Accepted, Billed, CancelMeans, Choice, Criterion, ErrorMeans, Mend, Phase, Retry, StateMeans, When


@dataclass(frozen=True, slots=True)
class Credential:
    """How the key travels, in a header or in the query, and to which hosts only. `{key}` in `value` is the key."""

    env: str
    value: str
    hosts: tuple[str, ...]
    header: str | None = None
    query: str | None = None


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
    protocols: tuple[str, ...] = ()
    """The protocols that answer so; empty means any."""
    code: str | None = None
    """The provider's own code, read as `ErrorBody` says; None matches any."""
    match: When = field(default_factory=dict[str, Criterion])
    """What the body says. A row for a status that means success has this or a code."""
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
    """Status code of the answer that reports it."""
    next: tuple[str, ...] = ()
    error: str | None = None
    """Name of the error row that a failed state stands for."""
    by_http: bool = False
    """That code is what tells this state from the others."""
    seen: When | None = None
    """What in the answer tells this state from those below it; None: the word at `Status.state`."""


@dataclass(frozen=True, slots=True)
class Submit:
    """The request that costs money. `urls` maps names of job addresses to pointers into its answer."""

    host: str
    path: str
    request_id: str = ""
    """Pointer to the job's id. Of a blocking call: not used."""
    urls: Mapping[str, str] = field(default_factory=dict[str, str])
    method: str = "POST"
    http: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    body: object = "{input}"
    """Template of the body (`bodies`): `{input}`, `{input.name}`, `{rest}`, and the model's path variables."""
    options: Mapping[str, Option] = field(default_factory=dict[str, Option])


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
    state: str | None
    """Pointer to the word; None where every state is told otherwise."""
    states: Mapping[str, State]
    initial: str
    method: str = "GET"
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    position: str | None = None
    percent: str | None = None
    """Pointer to the progress, a number up to `percent_of`."""
    percent_of: int = 100
    logs: Logs | None = None
    failure_message: str | None = None
    failure_code: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """The fetch of what was made. `media` are pointers where the main file's address may stand, in order."""

    url: str | None
    """Name of the job address; None where the status answer of a job that succeeded is the result."""
    output: str
    media: tuple[str, ...] = ()
    decode: Literal["json", "json_text", "bytes"] = "json"
    """`json_text`: the output is JSON written into a string. `bytes`: the body is the file itself."""
    method: str = "GET"
    http: int = 200
    early: str = "status"
    """What is answered before the end: `status`, the status object, or the name of an error row."""
    failed: str = "error"
    """What is answered for a failed job: `status`, the status object, or `error`, an error row."""


@dataclass(frozen=True, slots=True)
class File:
    """A further request, for the file. `takes` names values of the result for the address: pointers into its answer."""

    address: Address | None
    """None where the result names a whole URL, as `url` says."""
    takes: Mapping[str, str]
    gives: Literal["address", "bytes"]
    """`address`: the answer names the file's address, at `at`. `bytes`: the answer is the file, and needs the key."""
    at: str = ""
    method: str = "GET"
    url: str | None = None
    """Which of `takes` is the whole URL."""


@dataclass(frozen=True, slots=True)
class CancelAnswer:
    """One answer to the wish to cancel."""

    means: CancelMeans
    http: int
    match: When = field(default_factory=dict[str, Criterion])


@dataclass(frozen=True, slots=True)
class Cancel:
    """The wish to cancel a job. `url` names the job address; of `answers`, the first that fits is the one."""

    url: str
    answers: tuple[CancelAnswer, ...]
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Stream:
    """Looks that the provider sends by itself (server-sent events): each event holds a status answer at `at`."""

    url: str
    at: str = ""
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    logs: Literal["incremental", "cumulative"] = "cumulative"


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
    file: File | None = None
    cancel: Cancel | None = None
    stream: Stream | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Sent with every request of this protocol."""
    credential: Credential | None = None
    """Instead of the provider's own."""
    retention: Retention | None = None
    pace_header: str | None = None
    """Header of a status answer that says in how many seconds to look again."""
    poll_floor: float = 0.0
    """No two looks closer than this, in seconds: the interval that the provider documents."""


@dataclass(frozen=True, slots=True)
class Blocking:
    """One call that lasts until the job is done, and answers with what it made."""

    name: str
    submit: Submit
    output: str = ""
    media: tuple[str, ...] = ()
    decode: Literal["json", "json_text", "bytes"] = "json"
    cutoff: float | None = None
    """Seconds after which the provider's gateway breaks a call off, though the job may go on."""
    request_id_header: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    credential: Credential | None = None


@dataclass(frozen=True, slots=True)
class Provider:
    """All that the engine has to know of a provider."""

    id: str
    name: str
    hosts: Mapping[str, str]
    credential: Credential
    error_body: ErrorBody
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Sent with every request to a declared host: a version, for example."""
    files: Files | None = None
    webhook: Webhook | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """All that the engine has to know of one endpoint under one protocol."""

    id: str
    protocol: Queue | Blocking
    path: Mapping[str, str]
    required_defaults: Mapping[str, object]
    """Sent when the caller leaves them out: required on the wire, with a default."""
    typical: float | None
    """Documented duration of a job, in seconds."""
    media: str | None = ""
    """Pointer to the main file within the output; None where there is none."""
    chosen_path: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict[str, tuple[Choice, ...]])
    """Path variables whose value depends on the input."""
    body: tuple[Choice, ...] = ()
    """Templates of the body, where the model says them: instead of the protocol's."""
    defaults: Mapping[str, object] = field(default_factory=dict[str, object])
    """Documented defaults that are not sent, for the conditions above."""
    files: Mapping[str, Literal["image", "video", "audio"]] = field(
        default_factory=dict[str, Literal["image", "video", "audio"]]
    )
    """Parameters that take a file: kinds by wire name; within lists and objects by the way there, `frames/*/url`."""
    wire_names: Mapping[str, str] = field(default_factory=dict[str, str])
    """Python name → wire name, for the parameters whose wire name is no Python name."""

    @property
    def queue(self) -> Queue:
        """The protocol of an endpoint that has a queue."""
        if isinstance(self.protocol, Queue):
            return self.protocol
        raise TypeError(f"{self.id} has no queue: its protocol {self.protocol.name} is one blocking call")

    @property
    def blocking(self) -> Blocking:
        """The protocol of an endpoint that is called in one go."""
        if isinstance(self.protocol, Blocking):
            return self.protocol
        raise TypeError(f"{self.id} is no blocking call: its protocol {self.protocol.name} has a queue")
