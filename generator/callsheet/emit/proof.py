"""Checks the classes that datamodel-code-generator made against the schema that they were made from.

An allowed value or a bound that is lost or changed on the way would let a wrong payload be sent, and that costs money.
So each fact is read back from the syntax tree. A difference is the generator's own fault, and nothing is written.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Final, cast

from callsheet.emit.filters import EmitError
from callsheet.plan.model import Schema
from callsheet.source.nodes import Plain

Fact = tuple[str, object]
"""A kind, and what is said: `("ge", 2)`, `("value", ("str", "480p"))`, `("type", "int")`."""

_TYPES: Final = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "array": "list",
    "object": "dict",
}

_BOUNDS: Final = {
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
    "multipleOf": "multiple_of",
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_length",
    "maxItems": "max_length",
    "pattern": "pattern",
}


def prove(place: str, schema: Schema, node: ast.ClassDef, named: Mapping[str, Schema]) -> dict[str, ast.AnnAssign]:
    """The fields of a class by wire name, in the schema's order; EmitError where one differs from its schema."""
    fields = fields_of(node)
    properties = cast("dict[str, Schema]", schema["properties"])
    required = cast("list[str]", schema.get("required", []))
    if set(fields) != set(properties):
        raise EmitError(f"{place} has the fields {sorted(fields)} instead of {sorted(properties)}")
    for wire, part in properties.items():
        prove_field(f"{place}.{wire}", part, fields[wire], named, required=wire in required)
    return {wire: fields[wire] for wire in properties}


def prove_field(
    place: str, schema: Schema, field: ast.AnnAssign, named: Mapping[str, Schema], *, required: bool
) -> None:
    """EmitError where a field differs from its schema. `named` are the schemas that it may refer to."""
    asked, made = set(_asked(schema, named)), set(_made(field.annotation))
    if lost := asked - made:
        raise EmitError(f"{place} lacks {_shown(lost)}")
    if invented := {fact for fact in made - asked if fact[0] != "type"}:
        raise EmitError(f"{place} says {_shown(invented)}, and its schema does not")
    _prove_default(place, schema, field, required=required)


def fields_of(node: ast.ClassDef) -> dict[str, ast.AnnAssign]:
    """The fields of a class by wire name."""
    return {_wire_name(field): field for field in node.body if isinstance(field, ast.AnnAssign)}


def _wire_name(field: ast.AnnAssign) -> str:
    for node in ast.walk(field.annotation):
        if isinstance(node, ast.keyword) and node.arg == "alias" and isinstance(node.value, ast.Constant):
            return str(node.value.value)
    return ast.unparse(field.target)


def _asked(schema: Schema, named: Mapping[str, Schema]) -> Iterator[Fact]:
    """What a schema says about a value."""
    if "$ref" in schema:
        name = str(schema["$ref"]).removeprefix("#/$defs/")
        if "properties" in named[name]:
            yield "type", name
        else:
            yield from _asked(named[name], named)
        return
    if "enum" in schema:
        values = cast("list[Plain]", schema["enum"])
        yield from (_value(value) for value in values if value is not None)
    else:
        kinds = schema.get("type", [])
        for kind in cast("list[str]", kinds if isinstance(kinds, list) else [kinds]):
            yield from [("type", _TYPES[kind])] if kind in _TYPES else []
    yield from ((_BOUNDS[key], cast("object", value)) for key, value in schema.items() if key in _BOUNDS)
    for part in cast("list[Schema]", schema.get("anyOf", [])):
        yield from _asked(part, named)
    if "items" in schema:
        yield from _asked(cast("Schema", schema["items"]), named)


def _made(node: ast.AST) -> Iterator[Fact]:
    """What an annotation says about a value."""
    match node:
        case ast.Subscript(value=ast.Name(id=name), slice=values) if name.startswith("Literal"):
            for value in values.elts if isinstance(values, ast.Tuple) else [values]:
                yield from [_value(ast.literal_eval(value))] if ast.unparse(value) != "None" else []
        case ast.Call(keywords=keywords):
            yield from (
                (key.arg, ast.literal_eval(key.value)) for key in keywords if key.arg in frozenset(_BOUNDS.values())
            )
        case ast.Name(id=name):
            yield "type", name.removesuffix("_aliased")  # so called where a field of some class has the type's name
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _made(child)


def _value(value: object) -> Fact:
    # With its type: True equals 1 in Python, and "40" is not 40.
    return "value", (type(value).__name__, value)


def _prove_default(place: str, schema: Schema, field: ast.AnnAssign, *, required: bool) -> None:
    made = ast.literal_eval(field.value) if field.value is not None else None
    asked = None if required else schema.get("default")
    if repr(made) != repr(asked):  # repr tells 5 from 5.0
        raise EmitError(f"{place} has the default {made!r} instead of {asked!r}")


def _shown(facts: set[Fact]) -> str:
    return ", ".join(sorted(f"{kind} {value!r}" for kind, value in facts))
