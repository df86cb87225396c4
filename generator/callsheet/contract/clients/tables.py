"""What a generated client holds as data, against the plan that its specs come to, fact by fact."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any, Final, cast

from callsheet.contract.clients.calls import Caller
from callsheet.plan.model import NestedPlan, ParamPlan, Schema

_NOTHING: Final = "(nothing)"

_LIMITS: Final = (
    *("type", "enum", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    *("minLength", "maxLength", "minItems", "maxItems"),
)
"""What JSON Schema says of a value, as far as it reads the same however it is written."""


def differences(said: Any, found: Any, at: str) -> Iterator[str]:
    """Each place where a table of a client is not what the spec says, in the spec's own words."""
    if is_dataclass(said):
        for field in fields(said):
            if field.compare:
                value = getattr(found, field.name, _NOTHING)
                yield from differences(getattr(said, field.name), value, f"{at}.{field.name}")
    elif isinstance(said, Mapping) and isinstance(found, Mapping):
        yield from _of_mappings(cast("Mapping[str, object]", said), cast("Mapping[str, object]", found), at)
    elif isinstance(said, list | tuple) and isinstance(found, list | tuple):
        yield from _of_lists(cast("Sequence[object]", said), cast("Sequence[object]", found), at)
    else:
        yield from _of_values(cast("object", said), found, at)


def of_endpoint(caller: Caller) -> Iterator[str]:
    """What the tables of one class of a client say otherwise than the spec: protocol, parameters, types."""
    endpoint = caller.endpoint(caller.client())
    kind: Any = endpoint.__class__
    name = f"{'Async' if caller.asynchronous else ''}{caller.way.class_name}"
    yield from differences(name, kind.__name__, "the class of the endpoint")
    yield from differences(caller.table, kind.model, caller.way.constant)
    module = importlib.import_module(kind.__module__)
    yield from _of_params(caller.model.params, getattr(module, caller.model.params_name), caller.model.params_name)
    for method in ("run",) if caller.blocking else ("submit", "run"):
        taken = getattr(kind, method).__annotations__.get("params")
        yield from differences(f"Unpack[{caller.model.params_name}]", taken, f"the parameters of {method}")
    options: NestedPlan | None = caller.provider.options.get(caller.way.protocol)
    if options is not None:
        tables = importlib.import_module(f"{caller.package}.{caller.provider.package}._provider")
        yield from _of_params(options.params, getattr(tables, options.name), options.name)
    yield from _of_input(caller.model.wire_schema, kind.input_model)


def of_provider(caller: Caller) -> Iterator[str]:
    """What the tables of a client say otherwise than its provider's spec: hosts, credential, files, errors."""
    client: Any = caller.client()
    yield from differences(caller.provider.table, client.provider, "PROVIDER")
    planned = {error.class_name: error for error in caller.provider.errors}
    names = [kind.__name__ for kind in client.error_classes]
    yield from differences([*planned], names, "the errors, the most specific first")
    for kind in client.error_classes:
        if (error := planned.get(kind.__name__)) is not None:
            yield from differences(error.row, kind.row, f"the error {kind.__name__}")
            yield from differences(error.base, kind.__mro__[1].__name__, f"the error {kind.__name__} as one of")


def _of_values(said: object, found: object, at: str) -> Iterator[str]:
    if said != found or isinstance(said, bool) != isinstance(found, bool):  # true is not 1
        yield _words(at, said, found)


def _of_lists(said: Sequence[object], found: Sequence[object], at: str) -> Iterator[str]:
    if len(said) != len(found):
        yield _words(at, [*said], [*found])
        return
    for number, (one, other) in enumerate(zip(said, found, strict=True)):
        yield from differences(one, other, f"{at}.{number}")


def _of_mappings(said: Mapping[str, object], found: Mapping[str, object], at: str) -> Iterator[str]:
    for key in dict.fromkeys([*said, *found]):
        if key in said and key in found:
            yield from differences(said[key], found[key], f"{at}.{key}")
        else:
            yield _words(f"{at}.{key}", said.get(key, _NOTHING), found.get(key, _NOTHING))
    if said.keys() == found.keys() and [*said] != [*found]:
        yield _words(f"the order of {at}", [*said], [*found])


def _of_params(planned: Sequence[ParamPlan], typed: Any, at: str) -> Iterator[str]:
    """What type-checkers let a caller give, against what may be given."""
    said = {
        str(one.python): _plain(one.annotation if one.must_give else f"NotRequired[{one.annotation}]")
        for one in planned
    }
    found = {name: _plain(getattr(kind, "__forward_arg__", str(kind))) for name, kind in typed.__annotations__.items()}
    yield from differences(said, found, at)


def _of_input(schema: Schema, judged: Any) -> Iterator[str]:
    """The parameters of the model that judges the input: their limits, allowed values and defaults."""
    properties = cast("Mapping[str, Schema]", schema["properties"])
    found = {(field.alias or name): field for name, field in judged.model_fields.items()}
    yield from differences(sorted(properties), sorted(found), f"{judged.__name__}, its parameters")
    for name, field in found.items():
        if name in properties and "default" in properties[name] and not field.is_required():
            yield from differences(properties[name]["default"], field.default, f"{judged.__name__}.{name}, its default")
    shown: Mapping[str, Schema] = judged.model_json_schema()["properties"]
    for name in properties.keys() & shown.keys():
        if "type" in properties[name] and "type" in shown[name]:  # options of a union are the other checks'
            said, has = _limits(properties[name]), _limits(shown[name])
            yield from differences(said, has, f"{judged.__name__}.{name}")


def _limits(schema: Schema) -> dict[str, object]:
    found: dict[str, object] = {name: schema[name] for name in _LIMITS if name in schema}
    return {**found, "enum": [schema["const"]]} if "const" in schema else found


def _plain(annotation: str) -> str:
    """An annotation in one spelling: quotes, blanks and lines are the formatter's."""
    return ast.unparse(ast.parse(annotation.strip(), mode="eval"))


def _words(at: str, said: object, found: object) -> str:
    return f"{at}: the spec says {said!r}, the client has {found!r}"
