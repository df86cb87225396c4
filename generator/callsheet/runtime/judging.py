"""Judges a payload without touching it: every broken fact at once, nothing converted, nothing sent.

The pydantic models that datamodel-code-generator makes derive from `Request` and `Answer` below. They see a copy, in
which a float without a fraction is the integer that JSON Schema says it is. What is sent is what the caller gave.
"""

from __future__ import annotations

import difflib
import math
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Final, Literal, Union, cast, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import ValidationInfo

from .errors import Violation

_DEEPEST: Final = 100
_LARGEST: Final = 1_000_000  # items of lists and objects in one payload
_LONGEST_INTEGER: Final = 2**1023  # what a JSON reader that works in doubles can still hold


class Request(BaseModel):
    """Base of all that judges input: strict and closed."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, protected_namespaces=())

    @classmethod
    def wire_names(cls) -> frozenset[str]:
        """The parameters, as they are called on the wire."""
        return frozenset(told.alias or name for name, told in cls.model_fields.items())

    @field_validator("*", mode="before")
    @classmethod
    def _strictly(cls, value: Any, info: ValidationInfo) -> Any:
        # Optional fields are `| None` in the generated model, since None is how pydantic says "left out". And
        # `Literal[1]` takes True, which is equal to 1.
        told = cls.model_fields[info.field_name or ""]
        if value is None and not _nullable(told):
            raise PydanticCustomError("null", "null is not a value for it; leave it out instead")
        if _true_for_a_number(value, told.annotation):
            raise PydanticCustomError("literal_bool", "true and false are no numbers")
        return value


class Answer(BaseModel):
    """Base of all that reads output: open, since a provider may say more than it documents."""

    model_config = ConfigDict(extra="allow", protected_namespaces=())


def judge(model: type[Request], payload: Mapping[str, object]) -> tuple[Violation, ...]:
    """All that is wrong with a completed payload, in the order of the endpoint's parameters."""
    copier = _Copier()
    copy = copier.copy(payload, "")
    found = copier.found
    try:
        model.model_validate(copy)
    except ValidationError as exc:
        spoilt = {violation.field for violation in found}
        seen = (_violation(model, error) for error in exc.errors(include_url=False))
        found += (violation for violation in seen if violation.field not in spoilt)
    return in_order(model, _distinct(found))


def in_order(model: type[BaseModel], found: Iterable[Violation]) -> tuple[Violation, ...]:
    """Violations in the order of the endpoint's parameters."""
    order = {name: place for place, name in enumerate(wire_names(model))}
    return tuple(sorted(found, key=lambda v: order.get(v.field.split(".")[0], len(order))))


def wire_names(model: type[BaseModel]) -> tuple[str, ...]:
    """Names of a model's fields as they are sent."""
    return tuple(told.alias or name for name, told in model.model_fields.items())


def _distinct(found: list[Violation]) -> Iterator[Violation]:
    # The branches of a union each complain about one value.
    seen: set[tuple[str, str]] = set()
    for violation in found:
        if (key := (violation.field, violation.fact)) not in seen:
            seen.add(key)
            yield violation


class _Copier:
    """Copies a payload as JSON knows it, and notes what JSON cannot say."""

    def __init__(self) -> None:
        self.found: list[Violation] = []
        self._above: set[int] = set()
        self._left = _LARGEST

    def copy(self, value: object, place: str) -> object:  # noqa: PLR0911 - one arm for each type that JSON has
        """The value as JSON knows it."""
        match value:
            case None | bool():
                return value
            case str():
                return (
                    value if _is_text(value) else self._note(place, "holds a lone surrogate, which is no Unicode text")
                )
            case int():
                if abs(value) >= _LONGEST_INTEGER:
                    return self._note(place, "is an integer beyond what JSON numbers carry", 0)
                return int(value)
            case float():
                if not math.isfinite(value):
                    return self._note(place, f"{value} is no JSON number", 0)
                return int(value) if value.is_integer() else float(value)
            case Mapping() | list() | tuple():
                return self._within(cast("Mapping[object, object] | Sequence[object]", value), place)
            case _:
                return self._note(place, f"a {type(value).__name__} is no JSON value")

    def _within(self, value: Mapping[object, object] | Sequence[object], place: str) -> object:
        self._left -= len(value)
        if id(value) in self._above:
            return self._note(place, "contains itself")
        if len(self._above) > _DEEPEST or self._left < 0:
            return self._note(place, "is nested too deeply, or too large")
        self._above.add(id(value))
        try:
            if isinstance(value, Mapping):
                return self._mapping(value, place)
            return [self.copy(item, _join(place, number)) for number, item in enumerate(value)]
        finally:
            self._above.remove(id(value))

    def _mapping(self, value: Mapping[object, object], place: str) -> dict[str, object]:
        made: dict[str, object] = {}
        for key, item in value.items():
            if isinstance(key, str) and _is_text(key):
                made[key] = self.copy(item, _join(place, key))
            else:
                self._note(place, f"the key {key!r} is not text")
        return made

    def _note(self, place: str, words: str, instead: object = None) -> object:
        self.found.append(Violation(place, "not_json", words))
        return instead


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _join(place: str, step: object) -> str:
    return f"{place}.{step}" if place else str(step)


_KINDS: Final[dict[type, str]] = {
    str: "text",
    bool: "true or false",
    int: "an integer",
    float: "a number",
    list: "a list",
    dict: "an object",
}

_FACTS: Final = {
    "missing": "missing",
    "extra_forbidden": "unknown",
    "null": "null",
    "literal_bool": "type",
    "literal_error": "enum",
    "greater_than_equal": "minimum",
    "less_than_equal": "maximum",
    "greater_than": "exclusive_minimum",
    "less_than": "exclusive_maximum",
    "multiple_of": "multiple_of",
    "string_too_short": "min_length",
    "string_too_long": "max_length",
    "too_short": "min_items",
    "too_long": "max_items",
    "string_pattern_mismatch": "pattern",
}

_WANTED: Final = {
    "string_type": "text",
    "int_type": "an integer",
    "int_from_float": "an integer",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "finite_number": "a number",
}


def _violation(model: type[Request], error: Any) -> Violation:  # noqa: PLR0911 - one way out for each kind of fault
    path = tuple(error["loc"])
    kind = str(error["type"])
    given = error.get("input")
    name = ".".join(str(step) for step in path)
    fact = _FACTS.get(kind, "type")
    if fact == "missing":
        return Violation(name, fact, "is required")
    if fact == "unknown":
        known = wire_names(model) if len(path) == 1 else ()
        words = f"is no parameter of this endpoint; there are {', '.join(known)}" if known else "is not known here"
        return Violation(name, fact, words, given, known, _close(str(path[-1]), known))
    if fact == "enum":
        allowed = _allowed(model, path) or ()
        listed = ", ".join(repr(value) for value in allowed) or str(error.get("ctx", {}).get("expected", ""))
        words = f"{_show(given)} is not allowed; allowed: {listed}"
        return Violation(name, fact, words, given, allowed, _close(given, allowed))
    if fact == "pattern" and ":" in str(error.get("ctx", {}).get("pattern", "")):
        words = f"{_show(given)} is not a URI: it must start with a scheme, such as https://"
        return Violation(name, fact, words, given)
    if fact == "type" and kind in _WANTED:
        return Violation(name, fact, f"{_WANTED[kind]} is expected, {_show(given)} ({_kind(given)}) was given", given)
    if fact in {"null", "type"}:
        return Violation(name, fact, str(error["msg"]), given)
    return Violation(name, fact, f"{_show(given)}: {str(error['msg'])[0].lower()}{str(error['msg'])[1:]}", given)


def _allowed(model: type[BaseModel], path: tuple[object, ...]) -> tuple[object, ...]:
    told = next((t for n, t in model.model_fields.items() if (t.alias or n) == path[0]), None)
    return tuple(_literals(told.annotation)) if told is not None else ()


def _literals(annotation: Any) -> Iterator[object]:
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    elif get_origin(annotation) in {Union, types.UnionType, Annotated, list}:
        for option in get_args(annotation):
            yield from _literals(option)


def _nullable(told: FieldInfo) -> bool:
    extra = told.json_schema_extra
    return isinstance(extra, dict) and bool(cast("dict[str, object]", extra).get("x-nullable"))


def _true_for_a_number(value: object, annotation: Any) -> bool:
    allowed = list(_literals(annotation))
    if not any(isinstance(option, int) and not isinstance(option, bool) for option in allowed):
        return False
    given = cast("list[object]", value) if isinstance(value, list) else [value]
    return any(isinstance(item, bool) for item in given) and not any(isinstance(option, bool) for option in allowed)


def _close(given: object, known: Sequence[object]) -> str | None:
    names = {str(name).casefold(): str(name) for name in known if isinstance(name, str)}
    found = difflib.get_close_matches(str(given).casefold(), names, n=1, cutoff=0.6)
    if not found:
        return None
    slip = found[0] == str(given).casefold() or _letters(found[0]) != _letters(str(given).casefold())
    return names[found[0]] if slip else None  # 1080p is no slip for 480p


def _letters(text: str) -> str:
    return "".join(letter for letter in text if not letter.isdigit())


def _show(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}…"  # noqa: PLR2004 - a line of a report


def _kind(value: object) -> str:
    for kind, name in _KINDS.items():
        if isinstance(value, kind):
            return name
    return type(value).__name__
