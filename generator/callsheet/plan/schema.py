"""The JSON Schema of each input and output: the one judge that validation, emulator, client and tests share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from callsheet.plan.model import Schema
from callsheet.plan.types import Naming, Path, allows_null, option_path, ref_name
from callsheet.source.nodes import Plain
from callsheet.spec.model import ModelSpec, Type
from callsheet.spec.typeschema import schema_of

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def wire_schema(model: ModelSpec) -> Schema:
    """What may be sent: the payload with required defaults filled in. Closed: an unknown field is refused."""
    whole = Type(node=model.node, json="object", fields=model.input, about=model.about)
    return {"$schema": DIALECT, **_unfolded(schema_of(whole, {t.name: t for t in model.types}, closed=True))}


def output_schema(model: ModelSpec) -> Schema:
    """What is answered. Open: fields that nobody documented are kept."""
    return {
        "$schema": DIALECT,
        **_unfolded(schema_of(model.output.type, {t.name: t for t in model.types}, closed=False)),
    }


def _unfolded(schema: Schema) -> Schema:
    """A schema in which only objects are referred to by name: in Python, only they become classes of their own."""
    named = cast("dict[str, Schema]", schema.get("$defs", {}))
    kept = {name for name, part in named.items() if "properties" in part}
    made = cast("Schema", _unfold({key: value for key, value in schema.items() if key != "$defs"}, named, kept))
    definitions = {name: _unfold(named[name], named, kept) for name in named if name in kept}
    return {**made, "$defs": cast("Plain", definitions)} if definitions else made


def _unfold(part: Plain, named: dict[str, Schema], kept: set[str]) -> Plain:
    if isinstance(part, list):
        return [_unfold(item, named, kept) for item in part]
    if not isinstance(part, dict):
        return part
    name = ref_name(part)
    if name is not None and name not in kept:
        # What stands beside a reference is of the place, not of the type.
        beside = {key: value for key, value in part.items() if key != "$ref"}
        return {**cast("Schema", _unfold(named[name], named, kept)), **beside}
    return {key: _unfold(value, named, kept) for key, value in part.items()}


def definitions(schema: Schema, naming: Naming) -> dict[str, Schema]:
    """A schema taken apart into classes, so that datamodel-code-generator has no name to make up.

    Every object type becomes a definition of its own under the name that `plan.types` gives it. Whether a class is
    closed is said by its base class, so `additionalProperties` is left out.
    """
    found: dict[str, Schema] = {}
    for name, part in cast("dict[str, Schema]", schema.get("$defs", {})).items():
        _collect(part, naming, naming.named(name), (name,), found)
    if schema.get("type") == "object" and "properties" in schema:
        _collect(schema, naming, naming.root(), (), found)
    return found


def _collect(schema: Schema, naming: Naming, name: str, path: Path, found: dict[str, Schema]) -> None:
    properties = cast("dict[str, Schema]", schema.get("properties", {}))
    made: dict[str, Plain] = {}
    for key, value in properties.items():
        part = _hoist(value, naming, (*path, key), found)
        made[key] = {**part, "x-nullable": True} if allows_null(value) else part
    kept = {key: value for key, value in schema.items() if key in {"type", "description", "required"}}
    found[name] = (
        {**kept, "properties": cast("Plain", made)} if "properties" in schema else _hoist(schema, naming, path, found)
    )


def _hoist(schema: Schema, naming: Naming, path: Path, found: dict[str, Schema]) -> Schema:
    if name := ref_name(schema):
        return {**schema, "$ref": f"#/$defs/{naming.named(name)}"}
    if schema.get("type") == "object" and "properties" in schema:
        _collect(schema, naming, naming.inline(path), path, found)
        return {"$ref": f"#/$defs/{naming.inline(path)}"}
    made = dict(schema)
    if "items" in schema:
        made["items"] = _hoist(cast("Schema", schema["items"]), naming, (*path, "Item"), found)
    if options := cast("list[Schema]", schema.get("anyOf")):
        made["anyOf"] = [
            _hoist(part, naming, option_path(options, n, path), found) for n, part in enumerate(options, 1)
        ]
    return made


def objects(schema: Schema, naming: Naming) -> Iterator[tuple[str, Schema]]:
    """Every object type within a schema but the root, under its name: nested TypedDicts, as a caller sees them."""
    root = naming.root()
    return ((name, part) for name, part in definitions(schema, naming).items() if name != root and "properties" in part)
