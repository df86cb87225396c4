"""Values as code samples write them: JSON, JavaScript and Python alike, with bare keys, comments, trailing commas."""

from __future__ import annotations

import json
import re
from typing import Final

from callsheet.pages.sound import unsound
from callsheet.source.nodes import Plain

_DEEPEST: Final = 40
_SPACE: Final = re.compile(r"(?:[\s\u00a0]++|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/|#[^\n]*+)*+")
_KEY: Final = re.compile(r"[A-Za-z_$][\w$]*+|\d++")
_NUMBER: Final = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?(?![\w.])")
_WORD: Final = re.compile(r"[A-Za-z]++(?![\w.(])")
_WORDS: Final[dict[str, Plain]] = {
    "true": True,
    "True": True,
    "false": False,
    "False": False,
    "null": None,
    "None": None,
    "undefined": None,
}
_STOP: Final = re.compile(r"[\\\"'`$]")
_PAIR: Final = re.compile(r"u[0-9a-fA-F]{4}(?:\\u[dD][c-fC-F][0-9a-fA-F]{2})?")
_SIMPLE: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "\n": ""}


class NoLiteralError(ValueError):
    """What stands there is no value, or does not end."""


def literal(text: str, at: int = 0) -> tuple[Plain, int]:
    """The value that begins at a place, and where it ends. Raises NoLiteralError."""
    return _value(text, at, 0)


def whole(text: str) -> tuple[bool, Plain]:
    """Whether the text is one value and nothing else, and which."""
    try:
        value, end = _value(text, 0, 0)
    except NoLiteralError:
        return False, None
    return (True, value) if _skip(text, end) == len(text) else (False, None)


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _value(text: str, at: int, depth: int) -> tuple[Plain, int]:
    at = _skip(text, at)
    sign = text[at : at + 1]
    if depth > _DEEPEST:
        raise NoLiteralError
    if sign in {'"', "'", "`"} and sign:
        return _string(text, at)
    if sign == "{":
        return _object(text, at + 1, depth)
    if sign == "[":
        return _list(text, at + 1, depth)
    if (number := _NUMBER.match(text, at)) is not None:
        digits = number[0].lstrip("+")
        value = int(digits) if re.fullmatch(r"-?\d+", digits) else float(digits)
        if unsound(value):
            raise NoLiteralError
        return value, number.end()
    word = _WORD.match(text, at)
    if word is None or word[0] not in _WORDS:
        raise NoLiteralError
    return _WORDS[word[0]], word.end()


def _object(text: str, at: int, depth: int) -> tuple[Plain, int]:
    found: dict[str, Plain] = {}
    while True:
        at = _skip(text, at)
        if text[at : at + 1] == "}":
            return found, at + 1
        if text[at : at + 1] in {'"', "'"} and at < len(text):
            key, at = _string(text, at)
        elif (match := _KEY.match(text, at)) is not None:
            key, at = match[0], match.end()
        else:
            raise NoLiteralError
        at = _skip(text, at)
        if text[at : at + 1] != ":":
            raise NoLiteralError
        found[key], at = _value(text, at + 1, depth + 1)
        at = _goes_on(text, at, "}")


def _list(text: str, at: int, depth: int) -> tuple[Plain, int]:
    found: list[Plain] = []
    while True:
        at = _skip(text, at)
        if text[at : at + 1] == "]":
            return found, at + 1
        value, at = _value(text, at, depth + 1)
        found.append(value)
        at = _goes_on(text, at, "]")


def _goes_on(text: str, at: int, closing: str) -> int:
    at = _skip(text, at)
    if text[at : at + 1] == ",":
        return at + 1
    if text[at : at + 1] != closing:
        raise NoLiteralError
    return at


def _string(text: str, at: int) -> tuple[str, int]:
    quote = text[at]
    found: list[str] = []
    at += 1
    start = at
    while (stop := _STOP.search(text, at)) is not None:
        at = stop.start()
        if stop[0] == quote:
            found.append(text[start:at])
            return "".join(found), at + 1
        if stop[0] == "\\":
            found.append(text[start:at])
            said, at = _escape(text, at + 1)
            found.append(said)
            start = at
            continue
        if quote == "`" and text.startswith("${", at):
            break
        at += 1
    raise NoLiteralError


def _escape(text: str, at: int) -> tuple[str, int]:
    sign = text[at : at + 1]
    if sign == "u":
        pair = _PAIR.match(text, at)
        if pair is not None:
            said = str(json.loads(f'"\\{pair[0]}"'))
            if unsound(said):
                raise NoLiteralError
            return said, pair.end()
    return _SIMPLE.get(sign, sign), at + 1
