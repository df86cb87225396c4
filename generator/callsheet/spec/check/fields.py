"""Types and fields: whether their limits, allowed values, defaults and examples agree."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from callsheet.findings import Finding
from callsheet.rules import structure as structure_rules
from callsheet.rules import types as rules
from callsheet.rules.words import listed, quoted
from callsheet.source.nodes import Mapping, place
from callsheet.spec.check import judging
from callsheet.spec.check.citing import fields_of
from callsheet.spec.check.sound import Sound, types_of
from callsheet.spec.model import Field, ModelSpec, NamedType, Type
from callsheet.spec.typeschema import mentioned, schema_of

_NUMBERS: Final = frozenset({"minimum", "maximum", "exclusive_minimum", "exclusive_maximum", "multiple_of"})
_FITTING: Final = {
    "string": frozenset({"format", "media", "enum", "min_length", "max_length", "pattern"}),
    "integer": _NUMBERS | {"enum"},
    "number": _NUMBERS | {"enum"},
    "boolean": frozenset({"enum"}),
    "array": frozenset({"items", "min_items", "max_items", "media"}),
    "object": frozenset({"fields", "media"}),
    "named": frozenset({"media"}),
    "union": frozenset({"media"}),
}
"""Which keys say something about which type. A named type and a union are limited where they are made."""

_LIMITS: Final = frozenset(key for fitting in _FITTING.values() for key in fitting)
_RANGES: Final = (
    ("minimum", "maximum", False),
    ("exclusive_minimum", "maximum", True),
    ("minimum", "exclusive_maximum", True),
    ("exclusive_minimum", "exclusive_maximum", True),
    ("min_length", "max_length", False),
    ("min_items", "max_items", False),
)


def check(model: ModelSpec, sound: Sound) -> Iterator[Finding]:
    """Limits, allowed values, defaults and examples, where the type is sound."""
    named = {type_.name: type_ for type_ in model.types}
    for type_ in types_of(model):
        yield from _misfits(type_)
        yield from _ranges(type_)
        if type_.json == "array" and type_.items is None:
            yield rules.ITEMS_NOT_SAID.at(place(type_.node, "type"), "the type of the items is not said")
        if sound(type_):
            yield from _enum(type_, named)
    for root in model.input:
        for type_ in mentioned(root.type):
            if _lacks_fields(type_):
                what = f"an object within {quoted(root.name)} has no fields, so nothing could be sent in it"
                yield structure_rules.MISSING_KEY.at(place(type_.node, "type"), what, "add `fields:`")
    for field in filter(lambda field: sound(field.type), fields_of(model)):
        yield from _default(field, named)
        yield from _example(field, named)


def _lacks_fields(type_: Type) -> bool:
    return type_.json == "object" and not type_.fields


def _misfits(type_: Type) -> Iterator[Finding]:
    if not isinstance(type_.node, Mapping):
        return
    kind = "named" if type_.named else "union" if type_.any_of else type_.json or "object"
    for entry in type_.node.entries:
        key, at = str(entry.key.value), entry.key.span
        if key in _LIMITS and key not in _FITTING[kind]:
            said = {"named": quoted(type_.named), "union": "a type with `any_of`"}.get(kind, f"the type `{kind}`")
            yield rules.MISFIT_KEY.at(at, f"{quoted(key)} says nothing about {said}", _fitting_words(key, kind))
        if key == "type" and type_.any_of:
            yield rules.MISFIT_KEY.at(
                at, "`type` stands beside `any_of`, which takes its place", "delete one of the two"
            )


def _fitting_words(key: str, kind: str) -> str:
    if key == "media":
        return "a file is text, an object or a list: correct the type, or delete `media`"
    if kind in {"named", "union"}:
        return "limit it where it is declared"
    return f"correct the type, or the key; what fits: {listed(sorted(_FITTING[kind]))}"


def _ranges(type_: Type) -> Iterator[Finding]:
    for lower, upper, strictly in _RANGES:
        low, high = getattr(type_, lower), getattr(type_, upper)
        if low is not None and high is not None and (low > high or (strictly and low == high)):
            what = f"`{lower}` {low} leaves nothing below `{upper}` {high}"
            yield rules.RANGE_UPSIDE_DOWN.at(place(type_.node, lower), what)
            return
    if type_.json == "integer" and not _holds_integer(type_):
        keys = [key for key in ("minimum", "exclusive_minimum", "multiple_of") if getattr(type_, key) is not None]
        what = "no whole number lies within the limits"
        yield rules.RANGE_UPSIDE_DOWN.at(place(type_.node, keys[0]), what, "widen the range")


def _holds_integer(type_: Type) -> bool:
    lows = [math.ceil(type_.minimum)] if type_.minimum is not None else []
    lows += [math.floor(type_.exclusive_minimum) + 1] if type_.exclusive_minimum is not None else []
    highs = [math.floor(type_.maximum)] if type_.maximum is not None else []
    highs += [math.ceil(type_.exclusive_maximum) - 1] if type_.exclusive_maximum is not None else []
    if not lows or not highs:
        return True
    step = type_.multiple_of if isinstance(type_.multiple_of, int) else 1
    return -(-max(lows) // step) * step <= min(highs)


def _enum(type_: Type, named: dict[str, NamedType]) -> Iterator[Finding]:
    if type_.enum is None:
        return
    if not type_.enum:
        yield rules.EMPTY_ENUM.at(place(type_.node, "enum"), "no value is allowed")
    seen: set[tuple[bool, object]] = set()  # True equals 1 in Python, and 1.0 equals 1 in JSON
    schema = schema_of(replace(type_, enum=None), named, closed=True)
    for n, value in enumerate(type_.enum):
        if (isinstance(value, bool), value) in seen:
            yield rules.DOUBLED_ENUM_VALUE.at(place(type_.node, "enum", n), f"{quoted(value)} stands twice in the list")
        seen.add((isinstance(value, bool), value))
        for fault in judging.faults(schema, value):
            lead = f"the allowed value {quoted(value)} is none: "
            yield judging.finding(rules.ENUM_WRONG_TYPE, type_.node, ("enum", n), fault, lead)


def _default(field: Field, named: dict[str, NamedType]) -> Iterator[Finding]:
    if not field.has_default or any(_lacks_fields(type_) for type_ in mentioned(field.type)):
        return
    found = list(judging.faults(schema_of(field.type, named, closed=True), field.default))
    by_type = [fault for fault in found if fault.keyword in {"type", "anyOf"}]
    for fault in by_type or found:
        rule = rules.DEFAULT_OUTSIDE_RANGE
        if fault.keyword == "enum":
            rule = rules.DEFAULT_OUTSIDE_ENUM
        elif by_type:
            rule = rules.DEFAULT_WRONG_TYPE
        yield judging.finding(rule, field.node, ("default",), fault, f"the default of {quoted(field.name)}: ")


def _example(field: Field, named: dict[str, NamedType]) -> Iterator[Finding]:
    if field.has_example:
        for fault in judging.faults(schema_of(field.type, named, closed=True), field.example):
            lead = f"the example of {quoted(field.name)}: "
            yield judging.finding(rules.EXAMPLE_REFUSED, field.node, ("example",), fault, lead)
