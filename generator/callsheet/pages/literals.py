"""Values as code samples write them: JSON, Python and JavaScript literals, read without being run."""

from __future__ import annotations

import re
from typing import Final

from callsheet.pages.sound import unsound
from callsheet.source.nodes import Plain

_SPACE: Final = re.compile(r"(?:\s++|#[^\n]*+|//[^\n]*+|/\*.*?\*/)*+", re.DOTALL)
_WORD: Final = re.compile(r"[A-Za-z_$][\w$]*+")
_KEY: Final = re.compile(r"[A-Za-z_$][\w$]*+|\d++")
_NUMBER: Final = re.compile(r"-?(?:\d[\d_]*+\.?\d*+|\.\d++)(?:[eE][+-]?\d++)?+")
_WORDS: Final[dict[str, Plain]] = {
    "true": True,
    "True": True,
    "false": False,
    "False": False,
    "null": None,
    "None": None,
    "nil": None,
    "undefined": None,
}
_ESCAPES: Final = {**dict(zip("ntrbf", "\n\t\r\b\f", strict=True)), **{sign: sign for sign in "/\\\"'`"}}
_STRETCH: Final = re.compile(r"[^\\\n\"'`$]++")
_DEEPEST: Final = 32
_LONGEST_NUMBER: Final = 40


class NoLiteralError(ValueError):
    """What stands there is no value, or one that only comes about when the code runs."""


def literal(text: str, at: int = 0) -> tuple[Plain, int]:
    """The value that begins at a place, and where it ends. Raises `NoLiteralError`."""
    return _value(text, _after_space(text, at), 0)


def whole(text: str) -> tuple[bool, Plain]:
    """Whether the text is one value and nothing else, and which."""
    try:
        value, end = literal(text)
    except NoLiteralError:
        return False, None
    return (True, value) if _after_space(text, end) == len(text) else (False, None)


def number(text: str) -> int | float | None:
    """A number as pages write it, `2,147,483,647` included; None for what is none, or too long to be meant."""
    text = text.replace("\u2212", "-").strip()
    if re.fullmatch(r"-?\d{1,3}(?:,\d{3})+", text):
        text = text.replace(",", "")
    if len(text) > _LONGEST_NUMBER or re.fullmatch(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", text) is None:
        return None
    if re.fullmatch(r"[-+]?\d+", text):
        return int(text)
    value = float(text)
    return None if unsound(value) else value


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _value(text: str, at: int, depth: int) -> tuple[Plain, int]:
    if depth > _DEEPEST or at >= len(text):
        raise NoLiteralError
    match text[at]:
        case "{":
            return _mapping(text, at + 1, depth)
        case "[":
            return _sequence(text, at + 1, depth)
        case '"' | "'" | "`":
            return _string(text, at)
        case _:
            return _plain_value(text, at)


def _plain_value(text: str, at: int) -> tuple[Plain, int]:
    word = _WORD.match(text, at)
    if word is not None and word[0] in _WORDS:
        return _WORDS[word[0]], word.end()
    digits = _NUMBER.match(text, at)
    value = number(digits[0].replace("_", "")) if digits is not None else None
    if digits is None or value is None:
        raise NoLiteralError
    return value, digits.end()


def _mapping(text: str, at: int, depth: int) -> tuple[Plain, int]:
    found: dict[str, Plain] = {}
    at = _after_space(text, at)
    while not text.startswith("}", at):
        if text[at : at + 1] in {'"', "'", "`"}:
            key, at = _string(text, at)
        elif (word := _KEY.match(text, at)) is not None:
            key, at = word[0], word.end()
        else:
            raise NoLiteralError
        at = _after_space(text, at)
        if not text.startswith(":", at) or key in found:
            raise NoLiteralError
        found[key], at = _value(text, _after_space(text, at + 1), depth + 1)
        at = _after_item(text, at, "}")
    return found, at + 1


def _sequence(text: str, at: int, depth: int) -> tuple[Plain, int]:
    found: list[Plain] = []
    at = _after_space(text, at)
    while not text.startswith("]", at):
        item, at = _value(text, at, depth + 1)
        found.append(item)
        at = _after_item(text, at, "]")
    return found, at + 1


def _after_item(text: str, at: int, end: str) -> int:
    at = _after_space(text, at)
    if text.startswith(",", at):
        return _after_space(text, at + 1)
    if not text.startswith(end, at):
        raise NoLiteralError
    return at


def _string(text: str, at: int) -> tuple[str, int]:
    quote = text[at]
    if text.startswith(quote * 3, at):
        raise NoLiteralError  # a text over several lines: a copy may have lost some of them
    parts: list[str] = []
    at += 1
    while True:
        if (stretch := _STRETCH.match(text, at)) is not None:
            parts.append(stretch[0])
            at = stretch.end()
        sign = text[at : at + 1]
        if sign == quote:
            return "".join(parts), at + 1
        if sign in {"", "\n"} or (sign == "$" and quote == "`"):
            raise NoLiteralError
        if sign == "\\":
            part, at = _escape(text, at + 1)
            parts.append(part)
        else:
            parts.append(sign)
            at += 1


def _escape(text: str, at: int) -> tuple[str, int]:
    sign = text[at : at + 1]
    if sign in _ESCAPES:
        return _ESCAPES[sign], at + 1
    code = re.compile(r"u([0-9a-fA-F]{4})(?:\\u([dD][c-fC-F][0-9a-fA-F]{2}))?|x([0-9a-fA-F]{2})").match(text, at)
    if code is None:
        raise NoLiteralError
    if code[3]:
        return chr(int(code[3], 16)), code.end()
    high = int(code[1], 16)
    if 0xD800 <= high < 0xDC00 and code[2]:  # noqa: PLR2004 - the halves of one character
        return chr(0x10000 + (high - 0xD800) * 0x400 + int(code[2], 16) - 0xDC00), code.end()
    if 0xD800 <= high < 0xE000:  # noqa: PLR2004 - half a character
        raise NoLiteralError
    return chr(high), at + 5
