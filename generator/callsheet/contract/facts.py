"""What a plan says of one endpoint, as single facts: a path in the words of the evidence, and a value.

A path is a tuple of keys. The words:

- `parameter_names`; `parameters <name>` with type, format, media, required, default, allowed, minimum, maximum, and
  the other bounds of JSON Schema under their names in spelled-out form
- `rule <id>`: a rule between parameters in the words of the spec, `when`, `then` and so on
- `output <pointer>` with type, format, media, required, fields; `output_media`
- `typical_seconds`; `price` with stated, amount, currency, per, max; `sample <id>`
- `credential` with env, header, value, and the URLs of the hosts that may see the key
- `error_codes`: HTTP codes that the endpoint's own page lists
- `<protocol> submit|status|result` with method, url, http, pointers by name, `answer_keys`, `early`
- `<protocol> states <state>`: what it means; `state_http`, `next`, `state_error` (the HTTP code of its error) alike;
  `initial`, `final`; `urls <name>` of one job; `retention`; `poll_floor`
- `<protocol> judged`: when the input is; `judged_with`: the HTTP code of the refusal
- `error_message <pointer>`, `error_code <pointer>`: where they stand, in the order of looking; `error_code_header`
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, cast

from callsheet.contract.rulefacts import rule_fact
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
        **{("rule", rule.id): rule_fact(rule) for rule in model.spec.rules},
        **{("sample", name): cast("Plain", payload) for name, payload in model.samples.items()},
        **dict(_credential(provider)),
        **dict(_errors(provider, model)),
    }
    for protocol in provider.spec.protocols:
        if protocol.name in model.tables:
            found.update(_protocol(provider, model.tables[protocol.name], protocol))
    return {path: value for path, value in found.items() if value is not None or path[-1] == "default"}


def _parameters(model: ModelPlan) -> Iterator[tuple[FactPath, Plain]]:
    properties = cast("dict[str, Schema]", model.wire_schema["properties"])
    required = cast("list[str]", model.wire_schema.get("required", []))
    fields = {field.name: field for field in model.spec.input}
    for param in model.params:
        here = ("parameters", param.wire)
        for word, value in _keywords(properties[param.wire], model.wire_schema):
            yield (*here, word), value
        yield (*here, "required"), param.wire in required
        yield (*here, "media"), fields[param.wire].type.media
        yield (*here, "unit"), fields[param.wire].unit
        yield (*here, "deprecated"), fields[param.wire].deprecated or None
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
    yield from _told(model.spec.output.type, named, "")


def _output_part(schema: Schema, root: Schema, at: str, required: bool | None) -> Iterator[tuple[FactPath, Plain]]:  # noqa: FBT001 - internal, and None is meant
    schema = resolve(schema, root)
    yield from ((("output", at, word), value) for word, value in _keywords(schema, root))
    yield ("output", at, "required"), required
    if "properties" in schema:
        properties = cast("dict[str, Schema]", schema["properties"])
        yield ("output", at, "fields"), list(properties)
        for name, part in properties.items():
            yield from _output_part(part, root, f"{at}/{name}", name in cast("list[str]", schema.get("required", [])))


def _told(kind: Type, named: Mapping[str, Type], at: str) -> Iterator[tuple[FactPath, Plain]]:
    """What a JSON Schema does not say of the parts of an output."""
    yield ("output", at, "media"), kind.media
    fields: tuple[Field, ...] = named[kind.named].fields if kind.named else kind.fields
    for field in fields:
        yield ("output", f"{at}/{field.name}", "unit"), field.unit
        yield ("output", f"{at}/{field.name}", "deprecated"), field.deprecated or None
        yield from _told(field.type, named, f"{at}/{field.name}")


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


def _errors(provider: ProviderPlan, model: ModelPlan) -> Iterator[tuple[FactPath, Plain]]:
    rows = {error.row.name: error.row.http for error in provider.errors}
    body = provider.table.error_body
    yield ("error_codes",), [*sorted(rows.get(name, 0) for name in model.spec.errors)]
    yield from ((("error_message", at), place) for place, at in enumerate(body.message, 1))
    yield from ((("error_code", at), place) for place, at in enumerate(body.code, 1))
    yield ("error_code_header",), body.code_header


def _protocol(provider: ProviderPlan, table: Model, spec: ProtocolSpec) -> Facts:
    queue = table.queue
    codes = {error.row.name: error.row.http for error in provider.errors}
    found: Facts = {
        ("initial",): queue.status.initial,
        **{("next", name): list(state.next) or None for name, state in queue.status.states.items()},
        **{("state_error", name): codes.get(state.error or "") for name, state in queue.status.states.items()},
        **{("urls", name): _job_url(provider, table, name) for name in queue.urls},
        ("poll_floor",): queue.poll_floor,
        ("request_id_header",): spec.request_id_header,
        **{("states", name): state.means for name, state in queue.status.states.items()},
        **{("state_http", name): state.http for name, state in queue.status.states.items()},
        ("final",): [name for name, state in queue.status.states.items() if state.means in FINAL],
        ("judged",): spec.judges.when,
        ("judged_with",): codes.get(spec.judges.refuses_with or ""),
        **_prefixed("submit", _submit(provider, table, spec)),
        **_prefixed("status", _status(provider, table, spec)),
        **_prefixed("result", _result(provider, table, spec)),
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
    submit = table.queue.submit
    return {
        "method": submit.method,
        "url": provider.table.hosts[submit.host] + _filled(submit.path, table.path),
        "http": submit.http,
        "request_id": submit.request_id,
        **submit.urls,
        "answer_keys": _keys(spec.submit.answer),
    }


def _status(provider: ProviderPlan, table: Model, spec: ProtocolSpec) -> dict[str, Plain]:
    status = table.queue.status
    return {
        "method": status.method,
        "url": _job_url(provider, table, status.url),
        "state": status.state,
        "position": status.position,
        "logs": status.logs.at if status.logs else None,
        "log_message": status.logs.message if status.logs else None,
        "log_time": status.logs.time if status.logs else None,
        "log_level": status.logs.level if status.logs else None,
        **{f"query.{name}": value for name, value in status.query.items()},
        "failure_message": status.failure_message,
        "failure_code": status.failure_code,
        **{f"answer_keys.{state.name}": _keys(state.answer) for state in spec.status.states},
    }


def _result(provider: ProviderPlan, table: Model, spec: ProtocolSpec) -> dict[str, Plain]:
    result = table.queue.result
    codes = {error.row.name: error.row.http for error in provider.errors}
    return {
        "method": result.method,
        "url": None if result.url is None else _job_url(provider, table, result.url),
        "http": result.http,
        "output": result.output,
        "early": result.early if result.early == "status" else codes.get(result.early),
        "failed": result.failed,
        "media": list(result.media) or None,
        "answer_keys": _keys(spec.result.answer),
    }


def _job_url(provider: ProviderPlan, table: Model, name: str) -> str:
    queue: Queue = table.queue
    address = queue.urls[name]
    return provider.table.hosts[address.host] + _filled(address.path, table.path)


def _filled(path: str, variables: Mapping[str, str]) -> str:
    """The path with the endpoint's variables in it. `{request_id}` stays."""
    for name, value in variables.items():
        path = path.replace(f"{{{name}}}", value)
    return path


def _keys(answer: Plain) -> Plain:
    return [*sorted(answer)] if isinstance(answer, dict) else None
