"""What a plan says of one endpoint, as single facts: a path in the words of the evidence, and a value.

A path is a tuple of keys. The words:

- `parameter_names`; `parameters <name>` with type, format, media, required, default, allowed, minimum, maximum, and
  the other bounds of JSON Schema under their names in spelled-out form
- `output <pointer>` with type, format, media, required, fields; `output_media`
- `typical_seconds`; `price` with stated, amount, currency, per, max; `sample <id>`
- `credential` with env, header, value, and the URLs of the hosts that may see the key
- `<protocol> submit|status|result` with method, url, http, the pointers by name, and `answer_keys`, what is sent
- `<protocol> states <state>`: what it means; `state_http <state>`; `final`; `retention`; `judged`: when the input is
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, cast

from callsheet.contract.schemas import resolve
from callsheet.plan.model import ModelPlan, ProviderPlan, Schema
from callsheet.runtime.tables import FINAL, Model, Queue
from callsheet.source.nodes import Plain
from callsheet.spec.model import Field, ModelSpec, ProtocolSpec, Type

FactPath = tuple[str, ...]
Facts = dict[FactPath, Plain]

_SCHEMA_WORDS: Final = {
    "type": "type",
    "format": "format",
    "enum": "allowed",
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusiveMinimum": "exclusive_minimum",
    "exclusiveMaximum": "exclusive_maximum",
    "multipleOf": "multiple_of",
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_items",
    "maxItems": "max_items",
}


def facts_of(provider: ProviderPlan, model: ModelPlan) -> Facts:
    """Every fact that the plan states of an endpoint. What it does not state is not among them."""
    found: Facts = {
        ("parameter_names",): [param.wire for param in model.params],
        ("output_media",): model.media,
        **dict(_parameters(model)),
        **dict(_outputs(model)),
        **dict(_costs(model.spec)),
        **{("sample", name): cast("Plain", payload) for name, payload in model.samples.items()},
        **dict(_credential(provider)),
    }
    for protocol in provider.spec.protocols:
        if protocol.name in model.tables:
            found.update(_protocol(provider, model.tables[protocol.name], protocol))
    return {path: value for path, value in found.items() if value is not None or path[-1] == "default"}


def _parameters(model: ModelPlan) -> Iterator[tuple[FactPath, Plain]]:
    properties = cast("dict[str, Schema]", model.wire_schema["properties"])
    required = cast("list[str]", model.wire_schema.get("required", []))
    media = {field.name: field.type.media for field in model.spec.input}
    for param in model.params:
        here = ("parameters", param.wire)
        for word, value in _keywords(properties[param.wire], model.wire_schema):
            yield (*here, word), value
        yield (*here, "required"), param.wire in required
        yield (*here, "media"), media[param.wire]
        if param.has_default:
            yield (*here, "default"), param.default


def _keywords(schema: Schema, root: Schema) -> Iterator[tuple[str, Plain]]:
    schema = resolve(schema, root)
    for keyword, word in _SCHEMA_WORDS.items():
        if keyword in schema:
            yield word, schema[keyword]


def _outputs(model: ModelPlan) -> Iterator[tuple[FactPath, Plain]]:
    named = {one.name: one.type for one in model.spec.types}
    yield from _output_part(model.output_schema, model.output_schema, "", None)
    yield from ((("output", at, "media"), media) for at, media in _media(model.spec.output.type, named, ""))


def _output_part(schema: Schema, root: Schema, at: str, required: bool | None) -> Iterator[tuple[FactPath, Plain]]:  # noqa: FBT001 - internal, and None is meant
    schema = resolve(schema, root)
    yield from ((("output", at, word), value) for word, value in _keywords(schema, root))
    yield ("output", at, "required"), required
    if "properties" in schema:
        properties = cast("dict[str, Schema]", schema["properties"])
        yield ("output", at, "fields"), list(properties)
        for name, part in properties.items():
            yield from _output_part(part, root, f"{at}/{name}", name in cast("list[str]", schema.get("required", [])))


def _media(kind: Type, named: Mapping[str, Type], at: str) -> Iterator[tuple[str, Plain]]:
    yield at, kind.media
    fields: tuple[Field, ...] = named[kind.named].fields if kind.named else kind.fields
    for field in fields:
        yield from _media(field.type, named, f"{at}/{field.name}")


def _costs(spec: ModelSpec) -> Iterator[tuple[FactPath, Plain]]:
    yield ("typical_seconds",), spec.typical_seconds
    price = spec.price
    yield ("price", "stated"), price.stated
    yield ("price", "amount"), price.amount
    yield ("price", "currency"), price.currency
    yield ("price", "per"), price.per
    yield ("price", "max"), price.max


def _credential(provider: ProviderPlan) -> Iterator[tuple[FactPath, Plain]]:
    credential = provider.table.credential
    yield ("credential", "env"), credential.env
    yield ("credential", "header"), credential.header
    yield ("credential", "value"), credential.value
    yield ("credential", "hosts"), [provider.table.hosts[host] for host in credential.hosts]


def _protocol(provider: ProviderPlan, table: Model, spec: ProtocolSpec) -> Facts:
    queue = table.protocol
    found: Facts = {
        **{("states", name): state.means for name, state in queue.status.states.items()},
        **{("state_http", name): state.http for name, state in queue.status.states.items()},
        ("final",): [name for name, state in queue.status.states.items() if state.means in FINAL],
        ("judged",): spec.judges.when,
        **_prefixed("submit", _submit(provider, table, spec)),
        **_prefixed("status", _status(provider, table, spec)),
        **_prefixed("result", _result(provider, table)),
    }
    if kept := queue.retention:
        found[("retention", "seconds")] = kept.seconds
        found[("retention", "from")] = kept.counted_from
        found[("retention", "large_bytes")] = kept.large_bytes
        found[("retention", "large_seconds")] = kept.large_seconds
    return {(queue.name, *path): value for path, value in found.items()}


def _prefixed(word: str, facts: Mapping[str, Plain]) -> Facts:
    return {(word, *name.split(".")): value for name, value in facts.items()}


def _submit(provider: ProviderPlan, table: Model, spec: ProtocolSpec) -> dict[str, Plain]:
    submit = table.protocol.submit
    return {
        "method": submit.method,
        "url": provider.table.hosts[submit.host] + _filled(submit.path, table.path),
        "http": submit.http,
        "request_id": submit.request_id,
        **submit.urls,
        "answer_keys": _keys(spec.submit.answer),
    }


def _status(provider: ProviderPlan, table: Model, spec: ProtocolSpec) -> dict[str, Plain]:
    status = table.protocol.status
    return {
        "method": status.method,
        "url": _job_url(provider, table, status.url),
        "state": status.state,
        "position": status.position,
        "logs": status.logs.at if status.logs else None,
        "failure_message": status.failure_message,
        "failure_code": status.failure_code,
        **{f"answer_keys.{state.name}": _keys(state.answer) for state in spec.status.states},
    }


def _result(provider: ProviderPlan, table: Model) -> dict[str, Plain]:
    result = table.protocol.result
    return {
        "method": result.method,
        "url": _job_url(provider, table, result.url),
        "http": result.http,
        "output": result.output,
        "early": result.early,
        "failed": result.failed,
    }


def _job_url(provider: ProviderPlan, table: Model, name: str) -> str:
    queue: Queue = table.protocol
    address = queue.urls[name]
    return provider.table.hosts[address.host] + _filled(address.path, table.path)


def _filled(path: str, variables: Mapping[str, str]) -> str:
    """The path with the endpoint's variables in it. `{request_id}` stays."""
    for name, value in variables.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def _keys(answer: Plain) -> Plain:
    return [*sorted(answer)] if isinstance(answer, dict) else None
