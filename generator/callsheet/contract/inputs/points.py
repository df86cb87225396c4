"""The boundaries of a JSON Schema, one by one: values right at each edge and right beyond it, each with a name.

Nothing is drawn: the same schema gives the same points. Whether a number or a text fits is worked out here with exact
arithmetic, so that judges can be held against it. Only patterns, and what another option of a union takes, are asked of
a judge.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final, cast

from callsheet.contract.inputs.numbers import faults, numbers
from callsheet.contract.inputs.schemas import Path, accepts, within
from callsheet.contract.inputs.texts import fits_text, plain_text, texts
from callsheet.plan.model import Schema
from callsheet.plan.schema import resolve
from callsheet.runtime.conditions import same
from callsheet.runtime.words import Scalar
from callsheet.source.nodes import Plain

DEPTH: Final = 4
"""Values within values are looked into this far; a type that holds itself has no end."""

_OTHERS: Final[dict[str, dict[str, Plain]]] = {
    "null": {"null": None},
    "boolean": {"true": True, "false": False},
    "number": {"five": 5, "nought": 0, "one": 1, "half": 0.5},
    "string": {"no_text": "", "five_in_quotes": "5", "true_in_quotes": "true", "null_in_quotes": "null"},
    "array": {"empty_list": [], "list_of_null": [None]},
    "object": {"empty_object": {}, "object": {"a": 1}},
}
"""Values of each type, to stand where another type is asked for."""


@dataclass(frozen=True, slots=True)
class Point:
    """A value that is special in one thing."""

    path: Path
    """From the value down to what is special."""
    word: str
    value: Plain = field(repr=False)
    good: bool
    union: Path | None = None
    """Where the outermost union stands on the way: a judge reports what fits none of its types there."""


def plain(schema: Schema, root: Schema) -> Plain:  # noqa: PLR0911 - one line for each type of JSON
    """A value that a schema accepts, as plain as can be: the first allowed one, the least, nothing that is optional."""
    schema = resolve(schema, root)
    if "const" in schema or "enum" in schema:
        return schema["const"] if "const" in schema else cast("list[Plain]", schema["enum"])[0]
    if "anyOf" in schema:
        return plain(cast("list[Schema]", schema["anyOf"])[0], root)
    match kinds(schema, root)[:1]:
        case ["boolean"]:
            return False
        case ["integer" | "number" as kind]:
            whole = kind == "integer"
            return next(value for _, value in numbers(schema, whole=whole) if not faults(schema, value, whole=whole))
        case ["string"]:
            return plain_text(within(root, schema))
        case ["array"]:
            size = cast("int", schema.get("minItems", 0))
            return [plain(cast("Schema", schema.get("items", {})), root) for _ in range(size)]
        case ["object"]:
            properties = cast("dict[str, Schema]", schema.get("properties", {}))
            return {name: plain(properties[name], root) for name in cast("list[str]", schema.get("required", []))}
        case _:
            return None


def kinds(schema: Schema, root: Schema) -> list[str]:
    """The types that a schema asks for, those of its options included; null last."""
    schema = resolve(schema, root)
    kind = schema.get("type", [])
    own = [kind] if isinstance(kind, str) else cast("list[str]", kind)
    found = [*own, *(each for option in cast("list[Schema]", schema.get("anyOf", [])) for each in kinds(option, root))]
    return sorted(dict.fromkeys(found), key=lambda each: each == "null")


def points(schema: Schema, root: Schema, depth: int = DEPTH) -> Iterator[Point]:
    """Every point of a schema. `root` is the document that its `$ref`s point into."""
    asked = kinds(schema, root)
    for kind, others in _OTHERS.items():
        if asked and kind not in asked and not (kind == "number" and "integer" in asked):
            # Of a union a judge reports the whole, which is this place.
            yield from (Point((), word, value, good=False) for word, value in others.items())
    yield from _own(schema, root, depth)


def _own(schema: Schema, root: Schema, depth: int) -> Iterator[Point]:
    """Those of the types that are asked for."""
    schema = resolve(schema, root)
    if "anyOf" in schema:
        yield from _of_union(schema, root, depth)
        return
    asked = kinds(schema, root)
    if "null" in asked and None in cast("list[Plain]", schema.get("enum", [None])):
        yield Point((), "null", None, good=True)
    if "const" in schema or "enum" in schema:
        yield from _allowed(cast("list[Scalar]", schema["enum"] if "enum" in schema else [schema["const"]]))
        return
    for kind in asked:
        yield from _of_kind(kind, schema, root, depth)


def _of_kind(kind: str, schema: Schema, root: Schema, depth: int) -> Iterator[Point]:
    match kind:
        case "boolean":
            yield from (Point((), str(value).lower(), value, good=True) for value in (True, False))
        case "integer" | "number":
            whole = kind == "integer"
            for word, value in numbers(schema, whole=whole):
                if (broken := faults(schema, value, whole=whole)) <= 1:
                    yield Point((), word, value, good=not broken)
        case "string":
            alone = within(root, schema)
            yield from (Point((), word, text, good=fits_text(alone, text)) for word, text in texts(alone))
        case "array":
            yield from _of_list(schema, root, depth)
        case "object":
            yield from _of_object(schema, root, depth)
        case _:
            pass


def _of_union(schema: Schema, root: Schema, depth: int) -> Iterator[Point]:
    """The points of each option. What one option refuses another may take."""
    alone = within(root, schema)
    seen: list[Plain] = []
    for option in cast("list[Schema]", schema["anyOf"]):
        for point in _own(option, root, depth):
            if not point.path and any(_alike(point.value, other) for other in seen):
                continue
            seen += [] if point.path else [point.value]
            good = point.good or accepts(alone, point.value)
            yield replace(point, good=good, union=None if good else ())


def _alike(one: Plain, other: Plain) -> bool:
    return type(one) is type(other) and one == other


def _allowed(allowed: list[Scalar]) -> Iterator[Point]:
    """Each allowed value, and what looks like one."""
    for value in allowed:
        if value is not None:
            yield Point((), f"allowed:{value}", value, good=True)
    for value in allowed:
        for word, near in _near(value):
            if not any(same(near, one) for one in allowed):
                yield Point((), f"{word}:{value}", near, good=False)
            elif not any(_alike(near, one) for one in allowed):
                yield Point((), f"{word}:{value}", near, good=True)  # 5.0, where 5 is allowed
    if all(isinstance(value, str) for value in allowed):
        yield from (Point((), word, text, good=False) for word, text in _STRANGE.items() if text not in allowed)


_STRANGE: Final = {"no_text": "", "strange": "surprise"}


def _near(value: Scalar) -> Iterator[tuple[str, Scalar]]:
    match value:
        case bool():
            yield "as_number", int(value)
            yield "as_text", str(value).lower()
        case int() | float():
            yield "one_more", value + 1
            yield "one_less", value - 1
            yield "a_fraction_more", value + 0.5
            yield "as_text", str(value)
            if float(value).is_integer():
                yield "integral", float(value)
            if value in {0, 1}:
                yield "as_truth", bool(value)
        case str():
            yield from {
                "upper_case": value.upper(),
                "lower_case": value.lower(),
                "title_case": value.title(),
                "space_before": f" {value}",
                "space_behind": f"{value} ",
                "a_letter_less": value[:-1],
                "a_letter_more": f"{value}s",
            }.items()
            if value.isdigit():
                yield "as_number", int(value)
            if value in {"true", "false"}:
                yield "as_truth", value == "true"
        case _:
            pass


def _of_list(schema: Schema, root: Schema, depth: int) -> Iterator[Point]:
    """Each length, and the points of an item, the first as well as the last."""
    items = cast("Schema", schema.get("items", {}))
    least, most = cast("int", schema.get("minItems", 0)), cast("int | None", schema.get("maxItems"))
    item = plain(items, root)
    sizes = {"empty": 0, "one_item": 1, "fewest": least, "too_few": least - 1}
    sizes |= {"most": most, "too_many": most + 1} if most is not None else {"several": least + 2}
    told: set[int] = set()
    for word, size in sizes.items():
        if size >= 0 and size not in told:
            told.add(size)
            good = least <= size and (most is None or size <= most)
            yield Point((), word, [item] * size, good=good)
    if depth <= 0 or most == 0:
        return
    size = max(least, 1 if most == 1 else 2)
    for place in sorted({0, size - 1}):
        for point in points(items, root, depth - 1):
            whole = [*[item] * place, point.value, *[item] * (size - place - 1)]
            yield _below(point, place, whole)


def _of_object(schema: Schema, root: Schema, depth: int) -> Iterator[Point]:
    if "properties" not in schema and schema.get("additionalProperties", True) is not False:
        yield Point((), "empty_object", {}, good=True)
        yield Point((), "any_object", {"a": 1, "": None, "größe": ["é"]}, good=True)
        return
    properties = cast("dict[str, Schema]", schema.get("properties", {}))
    must = cast("list[str]", schema.get("required", []))
    whole = cast("dict[str, Plain]", plain(schema, root))
    yield Point((), "least", whole, good=True)
    for name in must:
        yield Point((name,), "missing", {key: part for key, part in whole.items() if key != name}, good=False)
    if schema.get("additionalProperties") is False:
        yield Point(("surprise",), "unknown", {**whole, "surprise": "value"}, good=False)
    for name, part in properties.items() if depth > 0 else ():
        yield from (_below(point, name, {**whole, name: point.value}) for point in points(part, root, depth - 1))


def _below(point: Point, key: str | int, whole: Plain) -> Point:
    union = None if point.union is None else (key, *point.union)
    return replace(point, path=(key, *point.path), value=whole, union=union)
