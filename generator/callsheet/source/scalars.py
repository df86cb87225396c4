"""The core schema of YAML 1.2: what a plain scalar stands for, and where YAML 1.1 would have seen something else."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, cast

import yaml
from yaml.resolver import Resolver

from callsheet.rules import text as rules
from callsheet.rules.rule import Rule
from callsheet.rules.words import quoted

Value = bool | int | float | str | None

_NULL: Final = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_OLD_TRUE: Final = frozenset({"y", "yes", "on", "true"})
_INT: Final = re.compile(r"[-+]?[0-9]+\Z|0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_OCTAL: Final = re.compile(r"[-+]?0[0-9]")
_NOT_FINITE: Final = re.compile(r"[-+]?\.(inf|Inf|INF)\Z|\.(nan|NaN|NAN)\Z")

_LARGEST: Final = 2**64
"""No parameter is larger, and few readers of JSON go beyond it."""

_MOST_DIGITS: Final = 400
"""Longer spellings are not even tried: Python refuses to convert them, and takes its time before."""

_old_tag: Final = cast("Callable[[type[yaml.Node], str, tuple[bool, bool]], str]", Resolver().resolve)  # pyright: ignore[reportUnknownMemberType] - its stub has no types
"""The tag that YAML 1.1 gives to a plain scalar, as PyYAML reads it, and with it much of the world."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is wrong with a scalar: a rule, and the words for it."""

    rule: Rule
    what: str
    mend: str = ""


@lru_cache(maxsize=4096)  # the same few words and numbers make up most of a folder of specs
def resolve(text: str) -> tuple[Value, Doubt | None]:
    """The value of a plain scalar. With a doubt, the value is the spelling itself."""
    value = _core(text)
    if isinstance(value, Doubt):
        return text, value
    doubt = _differs(text, value)
    return (text if doubt else value), doubt


def _core(text: str) -> Value | Doubt:
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _NOT_FINITE.match(text):
        return Doubt(rules.NOT_FINITE, f"{quoted(text)} is no finite number")
    if _INT.match(text):
        return _whole(text)
    if _FLOAT.match(text):
        return _fraction(text)
    return text


def _whole(text: str) -> int | Doubt:
    base = {"0o": 8, "0x": 16}.get(text[:2], 10)
    number = int(text, base) if len(text) <= _MOST_DIGITS else _LARGEST + 1
    if abs(number) > _LARGEST:
        return Doubt(
            rules.NOT_FINITE, f"the number {quoted(text)} is beyond 64 bits", "put it in quotes if text is meant"
        )
    return number


def _fraction(text: str) -> float | Doubt:
    number = float(text) if len(text) <= _MOST_DIGITS else math.inf
    if math.isinf(number):
        return Doubt(rules.NOT_FINITE, f"the number {quoted(text)} is too large, or has too many digits")
    return number


def _differs(text: str, value: Value) -> Doubt | None:
    """A doubt where YAML 1.1 reads something else, so that an editor or another tool would disagree with this one."""
    kind = str(_old_tag(yaml.ScalarNode, text, (True, False))).rpartition(":")[2]
    mend = f"write {_in_quotes(text)}"
    readers = f"{quoted(text)} without quotes is {{}} to some readers"
    match kind, value:
        case "bool", str():
            rule, what = rules.UNQUOTED_BOOLEAN, readers.format("a truth value")
            mend += f" if text is meant, else {'true' if text.lower() in _OLD_TRUE else 'false'}"
        case "timestamp", str():
            rule, what = rules.UNQUOTED_DATE, f"the date {quoted(text)} stands without quotes"
        case (("int" | "float"), _) if ":" in text:
            rule, what = rules.UNQUOTED_RATIO, readers.format("a number")
        case (("int" | "float"), str()):
            rule, what = rules.UNQUOTED_NUMBER, readers.format("a number")
        case "int", int() if _OCTAL.match(text):
            rule, what = (
                rules.UNQUOTED_NUMBER,
                f"{quoted(text)} begins with 0: octal to some readers, decimal to others",
            )
            mend += f" if text is meant, else {value}"
        case "str", int() | float():
            rule, what = rules.UNQUOTED_NUMBER, readers.format("text")
            mend += f" if text is meant, else {_decimal(value)}"
        case _:
            return None
    return Doubt(rule, what, mend)


def _decimal(value: float) -> str:
    """A number as every reader takes it for one: with an exponent, the older ones want a point before it."""
    digits, e, exponent = repr(value).partition("e")
    return f"{digits}{'' if '.' in digits or not e else '.0'}{e}{exponent}"


def _in_quotes(text: str) -> str:
    return f'"{text}"' if len(text) <= 60 else "it in quotes"  # noqa: PLR2004 - about a line
