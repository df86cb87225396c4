# Copied by callsheet from generator/callsheet/runtime/options.py.
# Do not edit: change that file, then `make generate`.
"""What a caller asks for with one call, beside the input: judged, and put where the provider reads it. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from urllib.parse import urlsplit

from .conditions import same
from .errors import Violation
from .offers import Option

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (Mapping,),
}


@dataclass(frozen=True, slots=True)
class Sent:
    """Options by where they travel."""

    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    body: Mapping[str, object] = field(default_factory=dict[str, object])


def sent(known: Mapping[str, Option], given: Mapping[str, object]) -> Sent:
    """What is sent for options that have been judged."""
    if not given:
        return _NONE
    parts: dict[str, dict[str, object]] = {"header": {}, "query": {}, "body": {}}
    for name, value in given.items():
        option = known[name]
        parts[option.to][option.name] = value if option.to == "body" else _text(value)
    headers, query = ({name: str(value) for name, value in parts[to].items()} for to in ("header", "query"))
    return Sent(headers, query, parts["body"])


_NONE = Sent()


def faults(known: Mapping[str, Option], given: Mapping[str, object], webhook: str | None = None) -> Iterator[Violation]:
    """All that is wrong with options. `webhook` names the one that has to be an address."""
    for name, value in given.items():
        option = known.get(name)
        if option is None:
            listed = f"there are {', '.join(known)}" if known else "this endpoint has none"
            near = get_close_matches(str(name), known, 1)
            yield Violation(f"call.{name}", "unknown", f"there is no such option; {listed}", value, tuple(known), *near)
        elif fault := _fault(option, value):
            yield Violation(f"call.{name}", *fault, value, option.one_of or ())
        elif name == webhook and not _is_address(value):
            words = f"{value!r} is no address that the provider could call: https://… is expected"
            yield Violation(f"call.{name}", "format", words, value)


def _fault(option: Option, value: object) -> tuple[str, str] | None:
    kinds = _TYPES[option.type]
    if not isinstance(value, kinds) or (isinstance(value, bool) and option.type != "boolean"):
        return "type", f"{_a(option.type)} is expected, not {type(value).__name__}"
    if option.one_of is not None and not any(same(value, one) for one in option.one_of):
        return "enum", f"{value!r} is not one of {', '.join(map(repr, option.one_of))}"
    if isinstance(value, float) and not math.isfinite(value):
        return "type", "a number that JSON knows is expected"
    if isinstance(value, int | float):
        return _out_of_range(option, value)
    if isinstance(value, str) and option.to == "header" and not (value.isascii() and value.isprintable()):
        return "format", "it holds characters that no header can carry"
    return None


def _out_of_range(option: Option, value: float) -> tuple[str, str] | None:
    if option.minimum is not None and value < option.minimum:
        return "minimum", f"{value} is not at least {option.minimum}"
    if option.above is not None and value <= option.above:
        return "minimum", f"{value} is not more than {option.above}"
    if option.maximum is not None and value > option.maximum:
        return "maximum", f"{value} is not at most {option.maximum}"
    return None


def _is_address(value: object) -> bool:
    try:
        if not isinstance(value, str) or " " in value or not (value.isascii() and value.isprintable()):
            return False
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=dict)


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
