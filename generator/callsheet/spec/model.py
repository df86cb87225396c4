"""The spec language as values. One class per kind of thing that a file can say; defaults are the language's own.

Every class that a check may want to point at keeps its `node`; `callsheet.source.nodes.place(x.node, "key")` is the
place of a value. The language's reference is the meta-schemas beside this file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from callsheet.runtime.tables import Accepted, Billed, Criterion, ErrorMeans, Mend, Phase, Retry, StateMeans
from callsheet.source.nodes import Node, Plain

Certainty = Literal["documented", "sdk", "captured", "observed", "inferred", "unknown"]
JsonType = Literal["string", "integer", "number", "boolean", "array", "object"]
Media = Literal["image", "video", "audio"]
Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a fact comes from: ids of `sources` by aspect ("" is the fact as a whole), and how sure it is."""

    sources: Mapping[str, str] = field(default_factory=dict[str, str])
    certainty: Certainty = "documented"


@dataclass(frozen=True, slots=True)
class Source:
    """One thing that facts were read from."""

    id: str
    node: Node = field(repr=False, compare=False)
    url: str | None = None
    package: str | None = None
    version: str | None = None
    read: str = ""
    sha256: str | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """A discrepancy: what was found, what was decided."""

    about: str
    found: str
    decided: str
    source: str | None
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Condition:
    """What has to hold: criteria by the name of a parameter, or by a pointer into an answer."""

    criteria: Mapping[str, Criterion]
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class ChoiceSpec:
    """A value that is used when a condition on the input holds; without one, in every other case."""

    when: Condition | None
    value: Plain
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Type:
    """A type, of a parameter or of a part of one. `named` refers to the file's `types` instead of `json`."""

    node: Node = field(repr=False, compare=False)
    json: JsonType | None = None
    named: str | None = None
    any_of: tuple[Type, ...] = ()
    nullable: bool = False
    format: str | None = None
    media: Media | None = None
    enum: tuple[Value, ...] | None = None
    minimum: float | int | None = None
    maximum: float | int | None = None
    exclusive_minimum: float | int | None = None
    exclusive_maximum: float | int | None = None
    multiple_of: float | int | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    items: Type | None = None
    min_items: int | None = None
    max_items: int | None = None
    fields: tuple[Field, ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, a field of an object, or a part of the output."""

    name: str
    type: Type
    node: Node = field(repr=False, compare=False)
    required: bool = False
    has_default: bool = False
    default: Plain = None
    example: Plain = None
    has_example: bool = False
    unit: str | None = None
    deprecated: bool = False
    about: str = ""
    cited: Citation = Citation()


@dataclass(frozen=True, slots=True)
class NamedType:
    """A type that several fields share."""

    name: str
    type: Type
    about: str
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class OutputExample:
    """An example of the output as it was printed; `defect` says why it does not fit the schema, if it does not."""

    value: Plain
    about: str
    defect: str | None
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Output:
    """What an endpoint makes. `media` points to the main file within it ("" is the output itself)."""

    type: Type
    media: str
    about: str
    examples: tuple[OutputExample, ...]
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Sample:
    """A payload as the documentation prints it."""

    id: str
    about: str
    input: dict[str, Plain]
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Price:
    """What a call costs, or that it is not stated."""

    stated: bool
    amount: float | None = None
    currency: str | None = None
    per: str | None = None
    max: float | None = None
    about: str = ""
    cited: Citation = Citation()


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One documentation page: one endpoint."""

    provider: str
    id: str
    name: str
    about: str
    sources: tuple[Source, ...]
    protocols: tuple[str, ...]
    path: Mapping[str, str]
    errors: tuple[str, ...]
    typical_seconds: float | None
    price: Price
    input: tuple[Field, ...]
    types: tuple[NamedType, ...]
    output: Output
    samples: tuple[Sample, ...]
    decisions: tuple[Decision, ...]
    file: str
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Host:
    """A host that belongs to the provider."""

    name: str
    url: str
    about: str
    cited: Citation
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class CredentialSpec:
    """How the key is given and sent, and to which hosts."""

    env: str
    header: str
    value: str
    hosts: tuple[str, ...]
    cited: Citation
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class ErrorSpec:
    """One documented error. `answer` is the body as a template; `violation` that of one broken fact within it."""

    name: str
    http: int
    means: ErrorMeans
    about: str
    accepted: Accepted
    billed: Billed
    retry: Retry
    mend: Mend
    on: tuple[Phase, ...]
    code: str | None
    match: tuple[str, Value] | None
    moderation: bool
    answer: Plain
    answer_without_key: Plain
    violation: Plain
    violation_types: Mapping[str, str]
    cited: Citation
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class ErrorBodySpec:
    """Where the words and the code of an error stand in an answer."""

    message: tuple[str, ...]
    code: tuple[str, ...]
    code_header: str | None
    cited: Citation


@dataclass(frozen=True, slots=True)
class UrlSpec:
    """An address of one job."""

    name: str
    host: str
    path: str
    cited: Citation
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class SubmitSpec:
    """The submission."""

    method: str
    host: str
    path: str
    http: int
    request_id: str
    urls: Mapping[str, str]
    answer: Plain
    cited: Citation
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class StateSpec:
    """One state, what it means, and the status answer that reports it."""

    name: str
    means: StateMeans
    http: int
    about: str
    next: tuple[str, ...]
    error: str | None
    answer: Plain
    answer_when_failed: Plain
    cited: Citation
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class LogsSpec:
    """Where log entries stand, and their parts."""

    at: str
    message: str
    time: str | None
    level: str | None


@dataclass(frozen=True, slots=True)
class StatusSpec:
    """The look at a job."""

    method: str
    url: str
    query: Mapping[str, str]
    state: str
    initial: str
    states: tuple[StateSpec, ...]
    position: str | None
    logs: LogsSpec | None
    log_entry: Plain
    failure_message: str | None
    failure_code: str | None
    cited: Citation
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class ResultSpec:
    """The fetch of the result. `early` and `failed` say what is answered instead when there is none."""

    method: str
    url: str
    http: int
    output: str
    media: tuple[str, ...]
    early: str
    failed: str
    answer: Plain
    cited: Citation
    early_cited: Citation
    failed_cited: Citation
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class JudgesSpec:
    """When and how the provider judges the input."""

    when: Literal["at_submit", "after_queueing", "never"]
    refuses_with: str | None
    unknown_fields: Literal["ignored", "refused"]
    nulls: Literal["ignored", "refused"]
    cited: Citation
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class RetentionSpec:
    """How long a result can be fetched, in seconds."""

    seconds: float
    counted_from: Literal["submit", "end"]
    large_bytes: int | None
    large_seconds: float | None
    cited: Citation


@dataclass(frozen=True, slots=True)
class ProtocolSpec:
    """One way of calling."""

    name: str
    kind: Literal["queue"]
    about: str
    path_variables: tuple[str, ...]
    request_id_header: str | None
    urls: tuple[UrlSpec, ...]
    submit: SubmitSpec
    status: StatusSpec
    result: ResultSpec
    judges: JudgesSpec
    retention: RetentionSpec | None
    poll_interval: float
    cited: Citation
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class ProviderSpec:
    """What holds for all endpoints of a provider."""

    id: str
    name: str
    about: str
    client_version: str
    sources: tuple[Source, ...]
    hosts: tuple[Host, ...]
    credential: CredentialSpec
    errors: tuple[ErrorSpec, ...]
    error_body: ErrorBodySpec
    protocols: tuple[ProtocolSpec, ...]
    decisions: tuple[Decision, ...]
    file: str
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Specs:
    """A whole folder of specs."""

    providers: tuple[ProviderSpec, ...]
    models: tuple[ModelSpec, ...]
