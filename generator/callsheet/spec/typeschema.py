"""A type of the spec language as JSON Schema. This is the only place where one becomes the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from callsheet.runtime.formats import URI_PATTERN
from callsheet.source.nodes import Plain
from callsheet.spec.model import Field, NamedType, Type

Schema = dict[str, Plain]

_KEYWORDS: Final = (
    ("minimum", "minimum"),
    ("maximum", "maximum"),
    ("exclusive_minimum", "exclusiveMinimum"),
    ("exclusive_maximum", "exclusiveMaximum"),
    ("multiple_of", "multipleOf"),
    ("min_length", "minLength"),
    ("max_length", "maxLength"),
    ("min_items", "minItems"),
    ("max_items", "maxItems"),
)
WORDS: Final[Mapping[str, str]] = {keyword: word for word, keyword in _KEYWORDS}
"""The words of the spec language for limits, by the keywords of JSON Schema."""


def schema_of(type_: Type, named: Mapping[str, NamedType], *, closed: bool) -> Schema:
    """The schema of a type, with the named types that it needs under `$defs`.

    `closed` refuses unknown fields of objects, as for input; output is open. A name that is not in `named` gives a
    `$ref` to nothing, so look for `unknown-type` before the schema is used.
    """
    schema = _type(type_, closed=closed)
    needed = _needed(type_, named)
    if needed:
        schema["$defs"] = {name: _named(named[name], closed=closed) for name in named if name in needed}
    return schema


def mentioned(type_: Type) -> Iterable[Type]:
    """The type and all types written within it, named ones not followed."""
    yield type_
    for option in type_.any_of:
        yield from mentioned(option)
    if type_.items is not None:
        yield from mentioned(type_.items)
    for field in type_.fields:
        yield from mentioned(field.type)


def _needed(type_: Type, named: Mapping[str, NamedType]) -> frozenset[str]:
    found: set[str] = set()
    todo = [type_]
    while todo:
        for part in mentioned(todo.pop()):
            if part.named is not None and part.named in named and part.named not in found:
                found.add(part.named)
                todo.append(named[part.named].type)
    return frozenset(found)


def _named(named: NamedType, *, closed: bool) -> Schema:
    schema = _type(named.type, closed=closed)
    return schema | {"description": named.about} if named.about else schema


def _field(field: Field, *, closed: bool) -> Schema:
    schema = _type(field.type, closed=closed)
    if field.about:
        schema["description"] = field.about
    if field.has_default:
        schema["default"] = field.default
    if field.deprecated:
        schema["deprecated"] = True
    return schema


def _type(type_: Type, *, closed: bool) -> Schema:
    schema = _whole(type_, closed=closed)
    if type_.about:
        schema["description"] = type_.about
    return schema


def _whole(type_: Type, *, closed: bool) -> Schema:
    if type_.named is not None:
        part: Schema = {"$ref": f"#/$defs/{type_.named}"}
        return {"anyOf": [part, {"type": "null"}]} if type_.nullable else part
    if type_.any_of:
        options: list[Plain] = [_type(option, closed=closed) for option in type_.any_of]
        return {"anyOf": [*options, {"type": "null"}] if type_.nullable else options}
    json = type_.json or "object"
    schema: Schema = {"type": [json, "null"] if type_.nullable else json}
    if type_.enum is not None:
        schema["enum"] = [*type_.enum, None] if type_.nullable and None not in type_.enum else list(type_.enum)
    schema |= _limits(type_)
    if type_.items is not None:
        schema["items"] = _type(type_.items, closed=closed)
    if json == "object" and (type_.fields or closed):
        schema |= _object(type_.fields, closed=closed)
    return schema


def _limits(type_: Type) -> Schema:
    schema: Schema = {}
    if type_.format is not None:
        schema["format"] = type_.format
    if type_.pattern is not None:
        schema["pattern"] = type_.pattern
    if type_.format == "uri":
        if type_.pattern is None:
            schema["pattern"] = URI_PATTERN
        else:
            schema["allOf"] = [{"pattern": URI_PATTERN}]
    for ours, keyword in _KEYWORDS:
        if (limit := getattr(type_, ours)) is not None:
            schema[keyword] = limit
    return schema


def _object(fields: tuple[Field, ...], *, closed: bool) -> Schema:
    schema: Schema = {"properties": {field.name: _field(field, closed=closed) for field in fields}}
    if required := [field.name for field in fields if field.required]:
        schema["required"] = list[Plain](required)
    if closed:
        schema["additionalProperties"] = False
    return schema
