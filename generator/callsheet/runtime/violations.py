"""The errors of pydantic as violations: at the caller's own path, in words that help."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from .errors import Violation
from .formats import URI_PATTERN
from .judging import wire_names
from .locations import Location, Path, literals, locate

_KINDS: Final[dict[type, str]] = {
    str: "text",
    bool: "true or false",
    int: "an integer",
    float: "a number",
    list: "a list",
    dict: "an object",
    type(None): "null",
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


@dataclass(frozen=True, slots=True)
class _Fault:
    """One error of pydantic's, at its place."""

    at: Location
    kind: str
    given: object
    error: Any

    @property
    def fact(self) -> str:
        return _FACTS.get(self.kind, "type")

    def wanted(self) -> tuple[str, ...]:
        """The kinds of values that would do, where it is the kind that is wrong."""
        if self.kind in _WANTED:
            return (_WANTED[self.kind],)
        if self.kind in {"literal_error", "literal_bool"}:
            kinds = {_kind(one): None for type_ in self.at.types for one in literals(type_)}
            return () if _kind(self.given) in kinds else tuple(kinds)
        return ()


def violations(model: type[BaseModel], exc: ValidationError) -> Iterator[Violation]:
    """What is wrong, each fact of each field once."""
    faults = [
        _Fault(locate(model, tuple(error["loc"])), str(error["type"]), error.get("input"), error)
        for error in exc.errors(include_url=False)
    ]
    seen: set[tuple[str, str]] = set()
    for violation in map(_violation, _meant(faults)):
        if (key := (violation.field, violation.fact)) not in seen:
            seen.add(key)
            yield violation


def _meant(faults: list[_Fault], depth: int = 0) -> Iterator[_Fault | tuple[_Fault, ...]]:
    """Without the complaints of options that were not meant: a value is of the kind of one of them, as a rule.

    Where it is of the kind of none, the complaints of all of them stand together.
    """
    unions: dict[Path, list[_Fault]] = {}
    for fault in faults:
        if len(fault.at.forks) > depth:
            unions.setdefault(fault.at.forks[depth][0], []).append(fault)
        else:
            yield fault
    for place, tried in unions.items():
        options: dict[str, list[_Fault]] = {}
        for fault in tried:
            options.setdefault(fault.at.forks[depth][1], []).append(fault)
        near = [part for part in options.values() if not any(f.at.path == place and f.wanted() for f in part)]
        if near:
            yield from _meant([fault for part in near for fault in part], depth + 1)
        else:
            yield tuple(fault for fault in tried if fault.at.path == place)


def _violation(fault: _Fault | tuple[_Fault, ...]) -> Violation:  # noqa: PLR0911 - one way out for each kind of fault
    if isinstance(fault, tuple):
        kinds = dict.fromkeys(kind for one in fault for kind in one.wanted())
        return _wrong_kind(fault[0], kinds)
    name, given = fault.at.field, fault.given
    match fault.fact:
        case "missing":
            return Violation(name, fault.fact, "is required")
        case "unknown":
            return _unknown(fault)
        case "enum":
            allowed = tuple(value for type_ in fault.at.types for value in literals(type_))
            words = f"{_show(given)} is not allowed; allowed: {', '.join(map(repr, allowed))}"
            return Violation(name, fault.fact, words, given, allowed, _close(given, allowed))
        case "pattern" if _is_no_uri(fault):
            words = f"{_show(given)} is not a URI, such as https://example.com/clip.mp4"
            return Violation(name, fault.fact, words, given)
        case "type" if fault.kind in _WANTED:
            return _wrong_kind(fault, [_WANTED[fault.kind]])
        case "null" | "type":
            return Violation(name, fault.fact, str(fault.error["msg"]), given)
        case _:
            words = str(fault.error["msg"])
            return Violation(name, fault.fact, f"{_show(given)}: {words[0].lower()}{words[1:]}", given)


def _wrong_kind(fault: _Fault, wanted: Iterable[str]) -> Violation:
    words = f"{' or '.join(wanted)} is expected, {_show(fault.given)} ({_kind(fault.given)}) was given"
    return Violation(fault.at.field, "type", words, fault.given)


def _unknown(fault: _Fault) -> Violation:
    known = tuple(name for holder in fault.at.holders for name in wire_names(holder))
    what = "is no parameter of this endpoint" if len(fault.at.path) == 1 else "is not known here"
    words = f"{what}; there are {', '.join(known)}" if known else what
    return Violation(fault.at.field, fault.fact, words, fault.given, known, _close(str(fault.at.path[-1]), known))


def _is_no_uri(fault: _Fault) -> bool:
    """Whether an address was asked for and not given."""
    return bool(fault.error.get("ctx", {}).get("pattern") == URI_PATTERN)


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
