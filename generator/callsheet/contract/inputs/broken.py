"""Payloads in which exactly one fact is broken, and which one.

A schema is walked once. For each fact that it states there is a strategy that draws a whole value which is right but
for that.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, cast

from hypothesis import strategies as st

from callsheet.contract.inputs.rules import Ruled
from callsheet.contract.inputs.schemas import Path, accepts, refusals, required_defaults, within
from callsheet.contract.inputs.strategies import Values, bounds, callers_schema, payloads, valid_payloads, values
from callsheet.plan.model import ModelPlan, Schema
from callsheet.plan.schema import resolve
from callsheet.source.nodes import Plain

DEPTH: Final = 4
"""Objects within objects are looked into this far; a type that holds itself has no end."""

# By the type that a schema asks for: the word for a mistake, and values that make it.
_MISTAKES: Final[dict[str, dict[str, list[Plain]]]] = {
    "string": {"number_for_string": [5, 0, 1.5], "true_for_string": [True, False]},
    "integer": {"true_for_number": [True, False], "string_for_number": ["5", "", "five"]},
    "number": {"true_for_number": [True, False], "string_for_number": ["5", "1.5", ""]},
    "boolean": {"number_for_boolean": [0, 1, 1.0], "string_for_boolean": ["true", "false", "", "True"]},
    "array": {"item_for_list": ["https://example.com/a.mp4", 5]},
    "object": {"string_for_object": ["{}", ""]},
}
_OTHER_KINDS: Final[dict[str, list[Plain]]] = {"null": [None], "array": [[], [None]], "object": [{}, {"a": 1}]}
_NO_URIS: Final[list[Plain]] = [
    "not a uri",
    "/videos/a.mp4",
    "C:\\videos\\a.mp4",
    "example.com/a.mp4",
    "",
    "://",
    "https:",
    "https://",
    "https:///a.mp4",
    "data:video/mp4;base64",
]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a schema says of one place. `broken` draws values that are wrong in this and in nothing else."""

    path: Path
    word: str
    broken: Values = field(repr=False, compare=False)

    @property
    def field(self) -> str:
        """The parameter that a caller would look for: the first key of the path."""
        return str(self.path[0])

    @property
    def place(self) -> str:
        """The whole path: `layers.0.url`."""
        return ".".join(map(str, self.path))

    def __str__(self) -> str:
        """As it stands in a test's id: `seed-string_for_number`."""
        return f"{self.place}-{self.word}"


@dataclass(frozen=True, slots=True)
class Broken:
    """A payload, and the one fact of it that is broken."""

    payload: dict[str, Plain]
    fact: Fact

    @property
    def field(self) -> str:
        """The parameter in which the fact is broken."""
        return self.fact.field


def breakable(model: ModelPlan) -> tuple[Fact, ...]:
    """Every fact of an endpoint's input that a payload can break, in the schema's order."""
    return breakable_in(model.wire_schema, required_defaults(model))


def breakable_in(root: Schema, defaults: Mapping[str, Plain]) -> tuple[Fact, ...]:
    """The same, of a schema and its required defaults."""
    whole = payloads(root, defaults)
    found = _within_object(callers_schema(root, defaults), root, cast("Values", whole), DEPTH)
    if "allOf" not in root:
        return tuple(found)
    rules = Ruled(root, defaults, values).broken(whole)
    return (
        *(replace(fact, broken=fact.broken.filter(_alone(fact, root, defaults))) for fact in found),
        *(Fact((name,), f"rule_{rule}", cast("Values", drawn)) for rule, name, drawn in rules),
    )


def _alone(fact: Fact, root: Schema, defaults: Mapping[str, Plain]) -> Callable[[Plain], bool]:
    """Whether a payload is wrong in a fact alone: a value that is spoilt may break a rule besides."""
    return lambda payload: refusals(root, {**defaults, **cast("dict[str, Plain]", payload)}) == frozenset({fact.path})


def broken_payloads(model: ModelPlan) -> st.SearchStrategy[Broken]:
    """A payload with any one fact broken."""
    return st.sampled_from(breakable(model)).flatmap(broken_by)


def broken_by(fact: Fact) -> st.SearchStrategy[Broken]:
    """A payload with that fact broken."""
    return fact.broken.map(lambda payload: Broken(cast("dict[str, Plain]", payload), fact))


def not_json(model: ModelPlan) -> st.SearchStrategy[Broken]:
    """NaN and the infinities in place of a number, or of anything where no number is asked for.

    JSON cannot say them, so no schema speaks of them.
    """
    properties = cast("dict[str, Schema]", model.wire_schema["properties"])
    numeric = [name for name, part in properties.items() if part.get("type") in {"integer", "number"}]
    odd = st.sampled_from([math.nan, math.inf, -math.inf])
    return st.builds(_not_json, valid_payloads(model), st.sampled_from(numeric or list(properties)), odd)


def _not_json(payload: dict[str, Plain], name: str, value: float) -> Broken:
    return Broken({**payload, name: value}, Fact((name,), "not_json", st.just(value)))


def facts(schema: Schema, root: Schema, depth: int = DEPTH) -> Iterator[Fact]:
    """Every fact that a schema states of a value; paths begin within the value."""
    schema = resolve(schema, root)
    yield from _of_value(schema, root)
    whole = values(schema, root).filter(lambda value: value is not None)  # null has no parts to break
    if schema.get("type") == "array":
        yield from _sizes(schema, root)
    if depth > 0 and "properties" in schema:
        yield from _within_object(schema, root, whole, depth)
    if depth > 0 and "items" in schema:
        for fact in facts(cast("Schema", schema["items"]), root, depth - 1):
            yield Fact((0, *fact.path), fact.word, st.builds(_with_first, whole, fact.broken))
    for option in cast("list[Schema]", schema.get("anyOf", [])) if depth > 0 else []:
        for fact in facts(option, root, depth - 1):
            if fact.path:  # at the value itself, one option's mistake may be another option's value
                yield fact


def _within_object(schema: Schema, root: Schema, whole: Values, depth: int) -> Iterator[Fact]:
    properties = cast("dict[str, Schema]", schema["properties"])
    for name in cast("list[str]", schema.get("required", [])):
        yield Fact((name,), "missing", st.builds(_without, whole, st.just(name)))
    if schema.get("additionalProperties") is False:
        for name in _unknown_names(properties):
            yield Fact((name,), "unknown", st.builds(_with, whole, st.just(name), st.just("value")))
    for name, part in properties.items():
        for fact in facts(part, root, depth - 1):
            yield Fact((name, *fact.path), fact.word, st.builds(_with, whole, st.just(name), fact.broken))


def _unknown_names(properties: dict[str, Schema]) -> list[str]:
    """A name that nobody knows, and the likely slips: a letter too few, another case."""
    first = next(iter(properties), "name")
    slips = ("surprise", first[:-1], first.upper(), f"{first} ")
    return [slip for slip in slips if slip and slip not in properties]


def _of_value(schema: Schema, root: Schema) -> Iterator[Fact]:
    """The facts of the value itself. What the schema takes after all is no mistake and drops out."""
    alone = within(root, schema)
    for word, candidates in _candidates(schema, root):
        wrong = [value for value in candidates if not accepts(alone, value)]
        if wrong:
            yield Fact((), word, st.sampled_from(wrong))


def _candidates(schema: Schema, root: Schema) -> Iterator[tuple[str, Sequence[Plain]]]:
    kinds = _kinds(schema, root)
    for kind in kinds:
        yield from _MISTAKES.get(kind, {}).items()
    yield from ((kind, candidates) for kind, candidates in _OTHER_KINDS.items() if kind not in kinds)
    if "enum" in schema:
        yield "enum", _neighbours(cast("list[Plain]", schema["enum"]))
    elif kinds & {"integer", "number"}:
        yield from _numeric(schema, whole="number" not in kinds)
    elif "string" in kinds:
        yield from _textual(schema)


def _kinds(schema: Schema, root: Schema) -> set[str]:
    """The types that a schema asks for, those of its options included."""
    schema = resolve(schema, root)
    kind = schema.get("type", [])
    own = {kind} if isinstance(kind, str) else set(cast("list[str]", kind))
    return own.union(*(_kinds(option, root) for option in cast("list[Schema]", schema.get("anyOf", []))))


def _neighbours(allowed: list[Plain]) -> list[Plain]:
    """Values that look like allowed ones."""
    near: list[Plain] = ["surprise", ""]
    for value in allowed:
        if isinstance(value, str):
            near += [value.upper(), value.title(), f"{value} ", f" {value}", value[:-1], f"{value}s"]
        elif isinstance(value, int | float) and not isinstance(value, bool):
            near += [value + 1, value - 1]
    return [value for value in near if value not in allowed]


def _numeric(schema: Schema, *, whole: bool) -> Iterator[tuple[str, Sequence[Plain]]]:
    low, high = bounds(schema)
    if whole:
        base = math.ceil(low) if low is not None else math.floor(high) - 1 if high is not None else 0
        yield "fraction", [base + 0.5, base + 0.25]
    if low is not None:
        yield "below", [low, low - 1, low - 10**6, *([] if whole else [math.nextafter(low, -math.inf), -1e300])]
    if high is not None:
        yield (
            "above",
            [high, high + 1, high + 10**6] if whole else [high, high + 1, math.nextafter(high, math.inf), 1e300],
        )
    if "multipleOf" in schema:
        step = cast("float", schema["multipleOf"])
        inside = step * math.ceil((low or 0) / step)
        yield "not_a_multiple", [inside + 1, inside + step / 2] if not whole else [inside + 1]


def _textual(schema: Schema) -> Iterator[tuple[str, Sequence[Plain]]]:
    if schema.get("format") == "uri":
        yield "uri", _NO_URIS
    elif "pattern" in schema:
        yield "pattern", ["", "?", "x", "\n", "0"]
    if least := cast("int", schema.get("minLength", 0)):
        yield "too_short", ["x" * (least - 1), "é" * (least - 1)]
    if "maxLength" in schema:
        most = cast("int", schema["maxLength"])
        yield "too_long", ["x" * (most + 1), "😀" * (most + 1)]


def _sizes(schema: Schema, root: Schema) -> Iterator[Fact]:
    """Lists of good items, one too few or one too many."""
    items = values(cast("Schema", schema.get("items", {})), root)
    least = cast("int", schema.get("minItems", 0))
    if least > 0:
        yield Fact((), "too_few", st.lists(items, min_size=least - 1, max_size=least - 1))
    if "maxItems" in schema:
        most = cast("int", schema["maxItems"])
        yield Fact((), "too_many", st.lists(items, min_size=most + 1, max_size=most + 1))


def _with(value: Plain, name: str, part: Plain) -> Plain:
    return {**cast("dict[str, Plain]", value), name: part}


def _without(value: Plain, name: str) -> Plain:
    return {key: part for key, part in cast("dict[str, Plain]", value).items() if key != name}


def _with_first(value: Plain, item: Plain) -> Plain:
    return [item, *cast("list[Plain]", value)[1:]]
