"""The plan: what the specs come to. Nothing below is decided again by an emitter, the emulator or a test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from callsheet.runtime.tables import Blocking, ErrorRow, Model, Provider, Queue
from callsheet.source.nodes import Plain
from callsheet.spec.model import ModelSpec, ProviderSpec, RuleSpec

Schema = dict[str, Plain]
"""A JSON Schema, draft 2020-12."""


HttpLibrary = Literal["httpx", "httpx2"]
"""What a client sends with."""


class Code(str):
    """A fragment of Python that is safe to print as it stands: made by `plan.names` and `plan.types` only."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class ParamPlan:
    """One input parameter as the client shows it."""

    wire: str
    python: Code
    """Its name in a signature; equals the wire name wherever that is a Python name."""
    annotation: Code
    """Type for the caller, e.g. `Literal["480p", "720p"]`."""
    required: bool
    """Required on the wire."""
    must_give: bool
    """The caller has to give it: required, without a default."""
    has_default: bool
    default: Plain
    doc: tuple[str, ...]
    """Plain text lines: meaning, then unit, range and default. Only the docstring filter prints them."""


@dataclass(frozen=True, slots=True)
class NestedPlan:
    """An object type within the input, shown to the caller as a TypedDict."""

    name: Code
    doc: tuple[str, ...]
    params: tuple[ParamPlan, ...]


@dataclass(frozen=True, slots=True)
class WayPlan:
    """One protocol of one endpoint: a class of the client."""

    protocol: str
    kind: Literal["queue", "call"]
    class_name: Code
    attribute: Code
    """Attribute of the endpoint's main class that holds it."""
    constant: Code
    """Name of the constant that holds the endpoint's table: `MODEL`, `MODEL_SYNC`."""
    options: Code
    """Type of what a caller may ask for with one call."""
    output: Code
    """Type of `Result.output`."""
    about: str


@dataclass(frozen=True, slots=True)
class RulePlan:
    """A rule between parameters."""

    id: str
    doc: str
    """The rule and its reason, a sentence each."""
    message: str
    """The same, as it is said of an input that breaks the rule."""
    messages: Mapping[str, str]
    """The same by the parameter that would have to change, with what is asked of that one."""
    spec: RuleSpec = field(repr=False)


@dataclass(frozen=True, slots=True)
class ModelPlan:
    """One endpoint."""

    id: str
    provider: str
    module: Code
    """Module within the provider package, and attribute of the client: `wan_animate`."""
    class_name: Code
    """`WanAnimate`; the mirror is `AsyncWanAnimate`."""
    params_name: Code
    input_name: Code
    """Name of the pydantic model that judges the input."""
    output_annotation: Code
    """Type of `Result.output`: a pydantic model of this endpoint, or a plain type."""
    output_name: Code | None
    """Name of the pydantic model that reads the output; None where the output is a plain value."""
    doc: tuple[str, ...]
    params: tuple[ParamPlan, ...]
    nested: tuple[NestedPlan, ...]
    rules: tuple[RulePlan, ...]
    wire_schema: Schema
    """The completed payload: what may be sent. Self-contained."""
    output_schema: Schema
    definitions: Mapping[str, Schema]
    """Every class that datamodel-code-generator makes for this endpoint, by name; `$ref`s read `#/$defs/<name>`.

    A property that may be null says `"x-nullable": true`, since an optional one becomes `| None` in any case.
    """
    request_classes: frozenset[str]
    """Those of `definitions` that judge the input: closed and strict. The others read answers: open."""
    media: str | None
    """Pointer to the main file within the output; None where there is none."""
    media_kind: Literal["image", "video", "audio"] | None
    ways: tuple[WayPlan, ...]
    """Its protocols; the first is the endpoint's main class."""
    tables: Mapping[str, Model]
    """The engine's view by protocol; the first protocol is the one that `run` uses."""
    samples: Mapping[str, dict[str, Plain]]
    spec: ModelSpec = field(repr=False)

    @property
    def table(self) -> Model:
        """The engine's view of the endpoint under its first protocol."""
        return next(iter(self.tables.values()))


@dataclass(frozen=True, slots=True)
class ErrorPlan:
    """A documented error with the class that stands for it."""

    class_name: Code
    base: Code
    """Runtime class it derives from, by its meaning."""
    row: ErrorRow


@dataclass(frozen=True, slots=True)
class ProviderPlan:
    """One provider: a package of the generated client."""

    id: str
    package: Code
    client_name: Code
    async_client_name: Code
    doc: tuple[str, ...]
    client_version: str
    table: Provider
    protocols: Mapping[str, Queue | Blocking]
    protocol_names: Mapping[str, Code]
    """Constant that holds a protocol's table in the generated code: `QUEUE`."""
    options: Mapping[str, NestedPlan]
    """What a caller may ask for with one call, by protocol; protocols without options are left out."""
    errors: tuple[ErrorPlan, ...]
    """The most specific first: the first that fits an answer is the one."""
    models: tuple[ModelPlan, ...]
    spec: ProviderSpec = field(repr=False)

    def model(self, model_id: str) -> ModelPlan:
        """The endpoint with that id; KeyError if there is none."""
        return {model.id: model for model in self.models}[model_id]


@dataclass(frozen=True, slots=True)
class Plan:
    """All providers of a folder of specs."""

    providers: tuple[ProviderPlan, ...]

    def provider(self, provider_id: str) -> ProviderPlan:
        """The provider with that id; KeyError if there is none."""
        return {provider.id: provider for provider in self.providers}[provider_id]

    def endpoints(self) -> tuple[ModelPlan, ...]:
        """All endpoints, in order."""
        return tuple(model for provider in self.providers for model in provider.models)
