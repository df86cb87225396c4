"""What a schema comes to once `$ref`, `allOf`, `anyOf` and null are seen through: one shape, with places."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from callsheet.pages.gather import same
from callsheet.pages.openapi.document import At, Document
from callsheet.source.nodes import Plain

_DEEPEST: Final = 16
"""Levels of schemas within schemas that say nothing but what they are put together from."""
_EACH: Final = 5
"""Steps that one schema takes, beside those for its keys."""
_SHOWN: Final = 100
"""Characters of a reference, in a message."""

_OF_KIND: Final = {
    "string": ("enum", "const", "format", "pattern", "minLength", "maxLength"),
    "integer": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "enum", "const"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "enum", "const"),
    "array": ("minItems", "maxItems"),
    "boolean": ("enum", "const"),
}
_LIMITS: Final = frozenset({*(word for words in _OF_KIND.values() for word in words)})
_TAKEN: Final = frozenset(
    {
        *_LIMITS,
        *("type", "nullable", "properties", "required", "items", "anyOf", "oneOf", "allOf", "default", "deprecated"),
        *("title", "description", "example", "examples", "$ref", "$comment", "$id", "$schema", "$defs", "definitions"),
        *("readOnly", "writeOnly", "externalDocs", "xml", "ui", "hidden", "discriminator", "additionalProperties"),
    }
)
_KINDS: Final = frozenset({"string", "integer", "number", "boolean", "array", "object"})
_ORDER: Final = "x-fal-order-properties"


@dataclass(slots=True)
class Shape:
    """One schema, seen through. `through` are the definitions that were followed to come here."""

    types: set[str] = field(default_factory=set[str])
    nullable: bool = False
    words: dict[str, At] = field(default_factory=dict[str, At])
    properties: dict[str, At] = field(default_factory=dict[str, At])
    required: set[str] = field(default_factory=set[str])
    order: list[str] = field(default_factory=list[str])
    items: At | None = None
    through: set[str] = field(default_factory=set[str])
    unread: list[tuple[At, str]] = field(default_factory=list[tuple[At, str]])

    def names(self) -> list[str]:
        """The fields in the order in which the provider shows them."""
        first = [name for name in dict.fromkeys(self.order) if name in self.properties]
        known = set(first)
        return [*first, *(name for name in self.properties if name not in known)]


def shape_of(document: Document, at: At, within: tuple[str, ...] = ()) -> Shape:
    """The shape of the schema at a place. `within` has what was gone through to come here, the `$ref`s by name."""
    shape = Shape()
    ref = at.text("$ref")[1:]
    if ref:
        shape.through.add(ref)
    here, lost = document.resolved(at)
    if lost is not None:
        shape.unread.append((at, f"the reference to {lost[:_SHOWN]} cannot be followed"))
    if (ref and ref in within) or len(within) > _DEEPEST:
        shape.unread.append((at, "it is put together from itself, or from too many others"))
        return shape
    if not document.budget.spend(_EACH + len(here.map) + _size(here)):
        return shape
    _own(shape, here)
    inside = (*within, ref)
    for part in here.down("allOf").items():
        _join(shape, shape_of(document, part, inside))
    for keyword in ("anyOf", "oneOf"):
        branches = [shape_of(document, part, inside) for part in here.down(keyword).items()]
        _branch(shape, here.down(keyword), branches)
    _inferred(shape)
    return shape


def _size(here: At) -> int:
    """How much there is to look at in a schema, beside what lies below it."""
    lists = sum(
        len(value)
        for word in ("properties", "required", "enum", _ORDER)
        if isinstance(value := here.map.get(word), list | dict)
    )
    return lists + len(here.text("description")) // 20 + len(here.pointer) // 20


def _own(shape: Shape, here: At) -> None:
    """What the schema itself says."""
    kinds = here.map.get("type")
    for kind in kinds if isinstance(kinds, list) else [kinds]:
        if kind == "null":
            shape.nullable = True
        elif isinstance(kind, str) and kind in _KINDS:
            shape.types.add(kind)
        elif kind is not None:
            shape.unread.append((here.down("type"), "a type that JSON Schema does not know"))
    shape.nullable = shape.nullable or here.map.get("nullable") is True
    properties = here.down("properties")
    shape.properties = {name: properties.down(name) for name in properties.map}
    shape.required = {item.value for item in here.down("required").items() if isinstance(item.value, str)}
    shape.order = [item.value for item in here.down(_ORDER).items() if isinstance(item.value, str)]
    if isinstance(here.map.get("items"), dict):
        shape.items = here.down("items")
    for word in here.map:
        if word in _LIMITS or word in {"default", "deprecated", "description", "title", "examples", "example"}:
            shape.words[word] = here.down(word)
        elif word not in _TAKEN and not word.startswith(("x-", "_")):
            shape.unread.append((here.down(word), f"the keyword {word}"))
    more = here.down("additionalProperties")
    if more.map:
        shape.unread.append((more, "what keys beside the listed ones hold"))


def _join(shape: Shape, part: Shape) -> None:
    """Another schema holds as well."""
    shape.types = shape.types & part.types if shape.types and part.types else shape.types | part.types
    shape.nullable = shape.nullable or part.nullable
    for name, at in part.properties.items():
        shape.properties.setdefault(name, at)
    shape.required |= part.required
    shape.order += part.order
    shape.items = shape.items or part.items
    shape.through |= part.through
    shape.unread += part.unread
    for word, at in part.words.items():
        known = shape.words.get(word)
        if known is None:
            shape.words[word] = at
        elif word in _LIMITS and not same(known.value, at.value):
            shape.unread.append((at, f"another {word} holds at the same time"))


def _branch(shape: Shape, at: At, branches: list[Shape]) -> None:
    """One of several schemas holds. What only says null makes the whole nullable."""
    real = [branch for branch in branches if not _is_null(branch)]
    shape.nullable = shape.nullable or len(real) < len(branches) or any(branch.nullable for branch in real)
    if len(real) == 1:
        _join(shape, real[0])
        return
    if not real:
        return
    for branch in real:
        shape.unread += branch.unread
        shape.through |= branch.through
        for name, below in branch.properties.items():
            shape.properties.setdefault(name, below)
        shape.items = shape.items or branch.items
        shape.order += branch.order
    if all(branch.types for branch in real):
        shape.types = shape.types or set().union(*(branch.types for branch in real))
    objects = [branch.required for branch in real if "object" in branch.types]
    shape.required |= set[str].intersection(*objects) if objects else set()
    for kind, words in _OF_KIND.items():
        _limits(shape, at, [branch for branch in real if branch.types == {kind}], words)


def _limits(shape: Shape, at: At, branches: list[Shape], words: tuple[str, ...]) -> None:
    """Limits of one kind of values. Where two schemas are of one kind, they hold only if all of them say the same."""
    for word in words:
        said = [branch.words.get(word) for branch in branches]
        there = [one for one in said if one is not None]
        if not there:
            continue
        if len(there) == len(said) and all(same(one.value, there[0].value) for one in there):
            shape.words.setdefault(word, there[0])
        elif word in {"enum", "const"} and len(there) == len(said):
            values: list[Plain] = []
            for one in there:
                values += one.value if isinstance(one.value, list) else [one.value]
            shape.words.setdefault("enum", At(values, at.pointer))
        else:
            shape.unread.append((there[0], f"{word} holds in one of several cases"))


def _is_null(shape: Shape) -> bool:
    only = shape.words.get("enum") or shape.words.get("const")
    values = None if only is None else only.value if isinstance(only.value, list) else [only.value]
    return not shape.types and (values == [None] if values is not None else shape.nullable)


def _inferred(shape: Shape) -> None:
    """The type where it is left to be seen from the rest."""
    if shape.types:
        return
    if shape.properties:
        shape.types = {"object"}
    elif shape.items is not None:
        shape.types = {"array"}
    else:
        listed = shape.words.get("enum") or shape.words.get("const")
        values = [] if listed is None else listed.value if isinstance(listed.value, list) else [listed.value]
        shape.types = {kind for kind in map(_kind, values) if kind}


def _kind(value: Plain) -> str | None:
    match value:
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case _:
            return None
