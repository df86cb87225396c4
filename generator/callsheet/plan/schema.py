"""The JSON Schema of each input and output: the one judge that validation, emulator, client and tests share."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from callsheet.plan.model import Code, Schema
from callsheet.plan.rules import rule_schemas
from callsheet.plan.types import Naming, Path, allows_null, option_path, ref_name
from callsheet.runtime.formats import URI_PATTERN
from callsheet.source.nodes import Plain
from callsheet.spec.model import ModelSpec, Type
from callsheet.spec.typeschema import schema_of

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_ROUNDED: Final = {
    "minimum": math.ceil,
    "exclusiveMaximum": math.ceil,
    "maximum": math.floor,
    "exclusiveMinimum": math.floor,
}


def wire_schema(model: ModelSpec) -> Schema:
    """What may be sent: the payload with required defaults filled in. Closed: an unknown field is refused."""
    whole = Type(node=model.node, json="object", fields=model.input, about=model.about)
    made = _unfolded(schema_of(whole, {t.name: t for t in model.types}, closed=True))
    rules = rule_schemas(model, cast("dict[str, Schema]", made["properties"]))
    return {"$schema": DIALECT, **made, **({"allOf": cast("Plain", rules)} if rules else {})}


def output_schema(model: ModelSpec) -> Schema:
    """What is answered. Open: fields that nobody documented are kept."""
    return {
        "$schema": DIALECT,
        **_unfolded(schema_of(model.output.type, {t.name: t for t in model.types}, closed=False)),
    }


def resolve(schema: Schema, root: Schema) -> Schema:
    """The schema behind a `$ref` within the same document; a schema without one is itself."""
    seen: set[str] = set()
    while isinstance(ref := schema.get("$ref"), str) and ref not in seen:
        seen.add(ref)
        schema = cast("Schema", cast("Mapping[str, Plain]", root["$defs"])[ref.removeprefix("#/$defs/")])
    return schema


def _unfolded(schema: Schema) -> Schema:
    """A schema in which only objects are referred to by name: in Python, only they become classes of their own."""
    named = cast("dict[str, Schema]", schema.get("$defs", {}))
    kept = {name for name, part in named.items() if "properties" in part}
    made = cast("Schema", _unfold({key: value for key, value in schema.items() if key != "$defs"}, named, kept))
    definitions = {
        name: {**cast("Schema", _unfold(named[name], named, kept)), "type": "object"} for name in named if name in kept
    }
    return {**made, "$defs": cast("Plain", definitions)} if definitions else made


def _unfold(part: Plain, named: dict[str, Schema], kept: set[str]) -> Plain:
    if isinstance(part, list):
        return [_unfold(item, named, kept) for item in part]
    if not isinstance(part, dict):
        return part
    name = ref_name(part)
    if name is None:
        return {key: _unfold(value, named, kept) for key, value in part.items()}
    # What stands beside a reference is of the place, not of the type.
    beside = {key: value for key, value in part.items() if key != "$ref"}
    if name not in kept:
        return {**cast("Schema", _unfold(named[name], named, kept)), **beside}
    if allows_null(named[name]):  # a class is never null; that is said wherever it is used
        return {"anyOf": [{"$ref": part["$ref"]}, {"type": "null"}], **beside}
    return part


@dataclass(frozen=True, slots=True)
class Class:
    """A class that an object type becomes. `path` leads to it: the name of a named type, or fields from the top on."""

    name: Code
    path: Path
    named: bool
    schema: Schema


def classes(schema: Schema, naming: Naming) -> list[Class]:
    """A schema taken apart into classes, so that datamodel-code-generator has no name to make up.

    Every object type becomes a definition of its own under the name that `plan.types` gives it. Whether a class is
    closed is said by its base class, so `additionalProperties` is left out; rules between parameters are a function of
    their own, see `emit.rules`. Two may get one name: see `plan.build`.
    """
    found: list[Class] = []
    for name, part in cast("dict[str, Schema]", schema.get("$defs", {})).items():
        _collect(part, naming, naming.named(name), (name,), found, named=True)
    if "properties" in schema:
        _collect(schema, naming, naming.root(), (), found)
    else:  # a list or a union, which may hold objects
        _hoist(schema, naming, (), found)
    return found


def _collect(  # noqa: PLR0913 - a step of a recursion, with all that it carries along
    schema: Schema, naming: Naming, name: Code, path: Path, found: list[Class], *, named: bool = False
) -> None:
    properties = cast("dict[str, Schema]", schema["properties"])
    made: dict[str, Plain] = {}
    for key, value in properties.items():
        part = _hoist(value, naming, (*path, key), found)
        if "default" in part and _holds_object(part["default"]):
            # No value of the class's type; and a class only judges, so leaving it out loses nothing.
            part = {word: said for word, said in part.items() if word != "default"}
        made[key] = {**part, "x-nullable": True} if allows_null(value) else part
    kept = {key: value for key, value in schema.items() if key in {"description", "required"}}
    found.append(Class(name, path, named, {"type": "object", **kept, "properties": cast("Plain", made)}))


def _hoist(schema: Schema, naming: Naming, path: Path, found: list[Class]) -> Schema:
    if name := ref_name(schema):
        return {**schema, "$ref": f"#/$defs/{naming.named(name)}"}
    if "properties" in schema:
        _collect(schema, naming, naming.inline(path), path, found)
        part: Schema = {"$ref": f"#/$defs/{naming.inline(path)}"}
        return {"anyOf": [part, {"type": "null"}]} if allows_null(schema) else part
    if any(isinstance(value, float) for value in cast("list[Plain]", schema.get("enum", []))):
        return _points(schema)
    made = _whole_bounds(_one_pattern(schema))
    if "items" in schema:
        made["items"] = _hoist(cast("Schema", schema["items"]), naming, (*path, "Item"), found)
    if options := cast("list[Schema]", schema.get("anyOf")):
        made["anyOf"] = [
            _hoist(part, naming, option_path(options, n, path), found) for n, part in enumerate(options, 1)
        ]
    return made


def _holds_object(value: Plain) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(map(_holds_object, value)))


def _points(schema: Schema) -> Schema:
    """Allowed fractions as ranges of one number each: Python has no Literal of a float."""
    values = [value for value in cast("list[float | None]", schema["enum"]) if value is not None]
    options: list[Plain] = [{"type": "number", "minimum": value, "maximum": value} for value in dict.fromkeys(values)]
    if allows_null(schema):
        options.append({"type": "null"})
    beside = {key: value for key, value in schema.items() if key in {"default", "description"}}
    return {**({"anyOf": options} if len(options) > 1 else cast("Schema", options[0])), **beside}


def _whole_bounds(schema: Schema) -> Schema:
    """Bounds of integers as integers that leave the same ones; `at least 0.5` is at least 1."""
    kinds = schema.get("type")
    if kinds != "integer" and not (isinstance(kinds, list) and "integer" in kinds):
        return schema
    bounds = {key: value for key, value in schema.items() if key in _ROUNDED and isinstance(value, float)}
    return {**schema, **{key: _ROUNDED[key](value) for key, value in bounds.items()}}


def _one_pattern(schema: Schema) -> Schema:
    """A schema without `allOf`: an address with a pattern of its own has both in one text, see `emit.spoken`."""
    made = dict(schema)
    if made.pop("allOf", None):
        made["pattern"] = f"{URI_PATTERN}{schema['pattern']}"
    return made
