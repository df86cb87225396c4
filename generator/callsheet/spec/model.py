"""The spec language as values. One class per kind of thing that a file can say; defaults are the language's own.

Every class that a check may want to point at keeps its `node`; `callsheet.source.nodes.place(x.node, "key")` is the
place of a value. The language's reference is the meta-schemas beside this file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from callsheet.runtime.words import Accepted, Billed, CancelMeans, Criterion, ErrorMeans, Mend, Phase, Retry, StateMeans
from callsheet.source.nodes import Node, Plain

Certainty = Literal["documented", "sdk", "captured", "observed", "inferred", "unknown"]
JsonType = Literal["string", "integer", "number", "boolean", "array", "object"]
Media = Literal["image", "video", "audio"]
Value = str | int | float | bool | None
Count = Literal["one_of", "any_of", "at_most_one"]
"""How many of several parameters are given: exactly one, at least one, at most one."""


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
class Settled:
    """What a page says of a fact and the spec does not follow, on purpose; None where it says nothing of it.

    The path is in the words of `callsheet.facts`.
    """

    path: tuple[str, ...]
    value: Plain
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Decision:
    """A discrepancy: what was found, what was decided, and what pages may therefore say without being reported."""

    about: str
    found: str
    decided: str
    source: str | None
    node: Node = field(repr=False, compare=False)
    settles: tuple[Settled, ...] = ()


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
class RuleSpec:
    """A rule between parameters: for the inputs of which `when` holds, `then` has to hold, too.

    Or, with `count`, so many of the parameters `among` are given; then `then` has no criteria. `about` is the reason.
    """

    id: str
    about: str
    when: Condition
    then: Condition
    count: Count | None
    among: tuple[str, ...]
    cited: Citation
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
    """What an endpoint makes. `media` points to the main file within it, where the file says so; see `main_file`."""

    type: Type
    media: str | None
    about: str
    examples: tuple[OutputExample, ...]
    base64_when: Condition | None
    """When the main file comes as base64 text in the place of an address."""
    base64_cited: Citation
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
    """Path variables that are the same for every input."""
    chosen_path: Mapping[str, tuple[ChoiceSpec, ...]]
    body: tuple[ChoiceSpec, ...]
    errors: tuple[str, ...]
    typical_seconds: float | None
    price: Price
    input: tuple[Field, ...]
    rules: tuple[RuleSpec, ...]
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
    also: tuple[str, ...] = ()
    """Its names in other clients. Generated clients do not go there; the emulator stands for them, too."""


@dataclass(frozen=True, slots=True)
class CredentialSpec:
    """How the key is given and sent, and to which hosts."""

    env: str
    header: str | None
    query: str | None
    value: str
    hosts: tuple[str, ...]
    refuses_with: str | None
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
    protocols: tuple[str, ...]
    code: str | None
    match: Condition | None
    moderation: bool
    answer: Plain
    answer_without_key: Plain
    violation: Plain
    violation_types: Mapping[str, str]
    answer_headers: Mapping[str, str]
    """Headers of the answer, as templates."""
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
    query: Mapping[str, str]
    only_given: bool
    also: tuple[str, ...]
    """Other paths that the provider serves it at. Only the emulator knows them."""
    cited: Citation
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class OptionSpec:
    """What a caller may ask for with one call, beside the input. `to` says where it travels."""

    name: str
    to: Literal["header", "query", "body"]
    wire: str
    type: Literal["string", "integer", "number", "boolean", "object"]
    enum: tuple[Value, ...] | None
    minimum: float | int | None
    exclusive_minimum: float | int | None
    maximum: float | int | None
    default: Plain
    unit: str | None
    missed: str | None
    """Of a deadline for the start, in seconds: name of the error that a job ends with that could not keep it."""
    about: str
    cited: Citation
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class SubmitSpec:
    """The submission; of a blocking call, the call itself."""

    method: str
    host: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Plain
    options: tuple[OptionSpec, ...]
    http: int
    request_id: str
    urls: Mapping[str, str]
    id_form: str | None
    answer: Plain
    answer_headers: Mapping[str, str]
    cited: Citation
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class StateSpec:
    """One state, what it means, and the status answer that reports it."""

    name: str
    means: StateMeans
    http: int
    by_http: bool
    seen: Condition | None
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
    state: str | None
    initial: str
    states: tuple[StateSpec, ...]
    position: str | None
    percent: str | None
    percent_of: int
    logs: LogsSpec | None
    log_entry: Plain
    failure_message: str | None
    failure_code: str | None
    cited: Citation
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Base64Spec:
    """What is answered in the place of bytes where the output is asked for as base64 text."""

    always: bool
    """Whether it is answered so without being asked for."""
    output: str
    answer: Plain
    cited: Citation
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class FileSpec:
    """A further request, for the file."""

    method: str
    host: str
    path: str
    query: Mapping[str, str]
    url: str | None
    takes: Mapping[str, str]
    gives: Literal["address", "bytes"]
    at: str
    answer: Plain
    cited: Citation
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class CancelAnswerSpec:
    """One answer to the wish to cancel."""

    name: str
    means: CancelMeans
    http: int
    match: Condition | None
    answer: Plain
    rare: bool
    """The emulator gives another one where that will do, too."""
    about: str
    cited: Citation
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class CancelSpec:
    """The wish to cancel a job."""

    method: str
    url: str
    answers: tuple[CancelAnswerSpec, ...]
    cited: Citation
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class StreamSpec:
    """Looks that the provider sends by itself."""

    url: str
    at: str
    query: Mapping[str, str]
    logs: Literal["incremental", "cumulative"]
    ping: float
    """Seconds between the comments that keep the connection alive; 0 where none are sent."""
    cited: Citation
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class FileAtSpec:
    """An address of one job that answers with the file itself, once there is one, and with an error before."""

    url: str
    http: int
    """HTTP status of the answer where there is no file."""
    answer: Plain
    cited: Citation
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class ResultSpec:
    """The fetch of the result. `early` and `failed` say what is answered instead when there is none.

    Without a `url` the status answer of a job that succeeded is the result. A blocking call has neither.
    """

    method: str
    url: str | None
    http: int
    output: str
    media: tuple[str, ...]
    decode: Literal["json", "json_text", "bytes"]
    base64: Base64Spec | None
    early: str
    failed: str
    answer: Plain
    answer_headers: Mapping[str, str]
    file_at: FileAtSpec | None
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
    without_credits: str | None
    """Name of the error that a submission is refused with which the account cannot pay for."""
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
    """One way of calling: submit, look, fetch."""

    name: str
    kind: Literal["queue"]
    about: str
    path_variables: tuple[str, ...]
    headers: Mapping[str, str]
    credential: CredentialSpec | None
    request_id_header: str | None
    urls: tuple[UrlSpec, ...]
    submit: SubmitSpec
    status: StatusSpec
    result: ResultSpec
    file: FileSpec | None
    cancel: CancelSpec | None
    stream: StreamSpec | None
    judges: JudgesSpec
    retention: RetentionSpec | None
    poll_interval: float
    pace_header: str | None
    poll_cited: Citation
    cited: Citation
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class CallSpec:
    """One way of calling: a single request that lasts until the job is done."""

    name: str
    kind: Literal["call"]
    about: str
    path_variables: tuple[str, ...]
    headers: Mapping[str, str]
    credential: CredentialSpec | None
    request_id_header: str | None
    submit: SubmitSpec
    result: ResultSpec
    judges: JudgesSpec
    cutoff: float | None
    cutoff_cited: Citation
    cited: Citation
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class UploadStepSpec:
    """One request of an upload: to a declared host, or to a URL that an earlier step took."""

    method: str
    host: str | None
    path: str
    query: Mapping[str, str]
    url: str | None
    headers: Mapping[str, str]
    body: Plain
    takes: Mapping[str, tuple[str, ...]]
    """Names for values of the answer, with pointers to look at in order."""
    answer: Plain
    answer_headers: Mapping[str, str]
    cited: Citation
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class UploadWaySpec:
    """Another way to bring a file, which the provider's own clients go and ours do not."""

    name: str
    about: str
    upload: tuple[UploadStepSpec, ...]
    file_url: str
    cited: Citation
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class FilesSpec:
    """How a file of the caller's reaches the provider."""

    data_uris: bool
    largest_data_uri: int | None
    data_uris_cited: Citation
    upload: tuple[UploadStepSpec, ...]
    file_url: str
    largest_upload: int | None
    also: tuple[UploadWaySpec, ...]
    """Other ways. Only the emulator goes them."""
    cited: Citation
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class SignatureSpec:
    """What proves that a webhook is the provider's. The fields are those of `callsheet.runtime.tables.Signature`."""

    kind: Literal["ed25519", "hmac_sha256"]
    header: str
    message: str
    headers: Mapping[str, str]
    encoding: Literal["hex", "base64"]
    prefix: str
    keys_host: str | None
    keys_path: str
    keys_for: float
    secret: str | None
    secret_prefix: str
    secret_encoding: Literal["text", "base64"]
    tolerance: float
    cited: Citation
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class DeliverySpec:
    """How often a webhook is sent until it is answered with 2xx. Times are seconds."""

    timeout: float
    later_timeout: float | None
    """Of each attempt after the first, where it is another."""
    retries: int
    within: float | None
    """From the first attempt to the last."""
    until_expiry: bool
    cited: Citation
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class WebhookSpec:
    """What the provider sends when a job has ended."""

    option: str | None
    request_id: str
    succeeded: Condition
    output: str
    message: str | None
    body: Plain
    """What is sent for a job that succeeded, as a template."""
    body_when_failed: Plain
    signature: SignatureSpec | None
    deliveries: DeliverySpec | None
    """None where nothing is said of repeated attempts."""
    cited: Citation
    node: Node = field(repr=False, compare=False)
    body_without_output: Plain = None
    """What is sent for a job that succeeded, where its output cannot be; None where nothing is known of that."""


@dataclass(frozen=True, slots=True)
class EndpointSpec:
    """A request that is about no job, such as one for the credits that are left. Only the emulator knows it."""

    name: str
    about: str
    method: str
    host: str
    path: str
    query: Mapping[str, str]
    http: int
    answer: Plain
    answer_headers: Mapping[str, str]
    cited: Citation
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class ChangeSpec:
    """A place of a provider's file, by the keys that lead there, and what stands there instead; None takes it out."""

    at: tuple[str, ...]
    to: Node | None = field(repr=False, compare=False)
    node: Node = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class SwitchSpec:
    """Another behaviour that has evidence, too, as changes of the file: see `callsheet.spec.switches`."""

    name: str
    about: str
    changes: tuple[ChangeSpec, ...]
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
    headers: Mapping[str, str]
    credential: CredentialSpec
    errors: tuple[ErrorSpec, ...]
    error_body: ErrorBodySpec
    protocols: tuple[ProtocolSpec, ...]
    """Those with a queue."""
    calls: tuple[CallSpec, ...]
    """Those of one blocking call."""
    files: FilesSpec | None
    webhook: WebhookSpec | None
    request_ids: Literal["hex", "uuid4", "uuid7"]
    """Form of the ids that the emulator gives."""
    endpoints: tuple[EndpointSpec, ...]
    switches: tuple[SwitchSpec, ...]
    decisions: tuple[Decision, ...]
    file: str
    node: Node = field(repr=False, compare=False)

    def way(self, name: str) -> ProtocolSpec | CallSpec:
        """The protocol of that name, of either kind; KeyError if there is none."""
        return {way.name: way for way in self.ways}[name]

    @property
    def ways(self) -> tuple[ProtocolSpec | CallSpec, ...]:
        """The protocols of both kinds."""
        return (*self.protocols, *self.calls)


@dataclass(frozen=True, slots=True)
class Specs:
    """A whole folder of specs."""

    providers: tuple[ProviderSpec, ...]
    models: tuple[ModelSpec, ...]
