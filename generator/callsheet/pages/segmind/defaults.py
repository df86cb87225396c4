"""What a default is, given its text, the stated type, and whatever else the page says of the same parameter."""

from __future__ import annotations

import json
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from callsheet.pages.literals import NoLiteralError, literal, number
from callsheet.pages.segmind.attributes import Found
from callsheet.source.nodes import Plain

_WORDS: Final[dict[str, Plain]] = {"true": True, "false": False, "True": True, "False": False}
_SWITCHES: Final[dict[Plain, bool]] = {"true": True, "false": False, "1": True, "0": False}
_NOTHING: Final = frozenset({"undefined", "None", "none", "NaN", "[object Object]"})
"""What a program shows where it has no value."""
_QUOTED: Final = 2


@dataclass(frozen=True, slots=True)
class Value:
    """A value that was read: as it counts, given the type, and as it was shown."""

    value: Plain
    shown: Plain


def as_declared(value: Plain, names: AbstractSet[str], sample: Value | None) -> Value | None:
    """A value for the stated type: a number shown as text is a number, unless the samples send text. None: neither."""
    if value is None or not names or _is_of(value, names):
        return Value(value, value)
    if isinstance(value, str) and names <= {"integer", "number", "boolean"}:
        if sample is not None and isinstance(sample.value, str):
            return Value(value, value)
        meant = _SWITCHES.get(value.lower()) if names == {"boolean"} else number(value)
        return None if meant is None or not _is_of(meant, names) else Value(meant, value)
    if names == {"boolean"} and isinstance(value, int | float) and value in {0, 1}:
        return Value(bool(value), bool(value))
    if names == {"string"} and sample is not None and isinstance(sample.value, str) and isinstance(value, int):
        return Value(str(value), str(value))
    return None


def default_of(
    found: Found, names: AbstractSet[str], allowed: Sequence[Plain] | None, sample: Value | None, *, old: bool
) -> Value | None:
    """The default. None: there is none, or it cannot be told. In the old layout texts stand without quotes."""
    if found.default_line is None:
        return None
    text = found.default_text
    if found.wrapped:
        return _wrapped(text if text is not None else found.default, names, sample)
    if text is None:
        value = found.default
        if found.default_line in found.unread:
            return None
        return (
            Value(value, value) if isinstance(value, list | dict) and not names else as_declared(value, names, sample)
        )
    return _of_text(text, names, allowed, sample, old=old)


def _wrapped(shown: Plain, names: AbstractSet[str], sample: Value | None) -> Value | None:
    """Of several lines. A copy may have lost line breaks from a text, so that only the sample has it as it is."""
    if isinstance(shown, list | dict):
        return (
            Value(shown, shown)
            if "\n" not in json.dumps(shown, ensure_ascii=False).replace("\\n", "\n") and _is_of(shown, names)
            else None
        )
    if (
        isinstance(shown, str)
        and sample is not None
        and isinstance(sample.value, str)
        and shown.split() == sample.value.split()
    ):
        return sample
    return None


def _of_text(
    text: str, names: AbstractSet[str], allowed: Sequence[Plain] | None, sample: Value | None, *, old: bool
) -> Value | None:
    if text == "null" or (text in {"None", "none"} and old):
        return Value(None, None)
    return None if text in _NOTHING or not text else _of_words(text, names, allowed, sample, old=old)


def _of_words(
    text: str, names: AbstractSet[str], allowed: Sequence[Plain] | None, sample: Value | None, *, old: bool
) -> Value | None:
    if old and len(text) >= _QUOTED and text[0] == text[-1] and text[0] in "\"'":
        return Value(text[1:-1], text[1:-1]) if names == {"string"} and text[0] not in text[1:-1] else None
    if names and names <= {"array", "object"}:
        return _structure(text, names)
    if names == {"string"}:
        sure = old or (allowed is not None and text in allowed) or (sample is not None and sample.value == text)
        return Value(text, text) if sure or not (text in _WORDS or number(text) is not None or '"' in text) else None
    value = _WORDS.get(text, number(text))
    if value is None or (not names and allowed is None):
        return None
    return as_declared(value, names, sample)


def _structure(text: str, names: AbstractSet[str]) -> Value | None:
    try:
        value, end = literal(text)
    except NoLiteralError:
        return None
    return Value(value, value) if end == len(text) and _is_of(value, names) else None


def _is_of(value: Plain, names: AbstractSet[str]) -> bool:
    match value:
        case bool():
            return "boolean" in names or not names
        case int() | float():
            return bool(names & {"integer", "number"}) or not names
        case str():
            return "string" in names or not names
        case list():
            return "array" in names or not names
        case dict():
            return "object" in names or not names
        case None:
            return True
