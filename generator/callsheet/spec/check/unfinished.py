"""What is left to a person: texts that begin with TODO, wherever the language itself has a text.

Data of a provider is none of these: a default, a sample or an answer may well begin with that word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from callsheet.findings import Finding
from callsheet.rules import drafting as rules
from callsheet.rules.words import quoted
from callsheet.source.nodes import Mapping, Node, Scalar, Sequence
from callsheet.spec.structure import Kind, meta_schema

Schema = dict[str, Any]

_OPEN: Final = re.compile(r"TODO\b[\s:.,]*")


def check(node: Node, kind: Kind) -> Iterator[Finding]:
    """Every open place of a file, judged by what its meta-schema has there."""
    root = meta_schema(kind)
    yield from _within(node, [root], root, ())


def _within(node: Node, at: list[Schema], root: Schema, path: tuple[str, ...]) -> Iterator[Finding]:
    schemas = [part for one in at for part in _resolved(one, root)]
    match node:
        case Mapping():
            for key, value in node.items():
                yield from _within(value, [part for one in schemas for part in _below(one, key)], root, (*path, key))
        case Sequence():
            items = [one["items"] for one in schemas if "items" in one]
            for item in node.items:
                yield from _within(item, items, root, path)
        case Scalar(value=str(text)) if any(one.get("type") == "string" for one in schemas):
            if found := _OPEN.match(text):
                more = text[found.end() :]
                what = f"{_name(path)} is open{f': {more}' if more else ''}"
                yield rules.TODO_LEFT.at(node.span, what, next((_mend(one) for one in at if "description" in one), ""))
        case Scalar():
            pass


def _mend(schema: Schema) -> str:
    description = str(schema["description"])
    return f"write it: {description[:1].lower()}{description[1:]}"


def _name(path: tuple[str, ...]) -> str:
    *before, last = path
    holder = [step for step in before if step not in {"input", "fields", "types", "sources", "decisions"}]
    return f"{quoted(last)} of {quoted(holder[-1])}" if holder else f"{quoted(last)}"


def _below(schema: Schema, key: str) -> Iterator[Schema]:
    if key in schema.get("properties", {}):
        yield schema["properties"][key]
    elif isinstance(schema.get("additionalProperties"), dict):
        yield schema["additionalProperties"]


def _resolved(schema: Schema, root: Schema) -> Iterator[Schema]:
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    yield schema
    for branch in schema.get("anyOf", ()):
        yield from _resolved(branch, root)
