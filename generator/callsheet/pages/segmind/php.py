"""Arrays of PHP: `["a" => 1]` and `array("a" => 1)`, with texts, numbers and words in them."""

from __future__ import annotations

import re
from typing import Final

from callsheet.pages.literals import NoLiteralError, literal
from callsheet.source.nodes import Plain

_SPACE: Final = re.compile(r"(?:\s++|#[^\n]*+|//[^\n]*+)*+")
_OPENS: Final = re.compile(r"\[|array\s*\(", re.IGNORECASE)
_ARROW: Final = re.compile(r"\s*=>\s*")
_WORD: Final = re.compile(r"[A-Za-z_]+(?![\w(])")
_WORDS: Final[dict[str, Plain]] = {"true": True, "false": False, "null": None}
_SINGLE: Final = re.compile(r"'((?:[^'\\]|\\.)*+)'", re.DOTALL)
_DEEPEST: Final = 32


def php_literal(text: str, at: int, depth: int = 0) -> tuple[Plain, int]:
    """The value that begins at a place, and where it ends. Raises `NoLiteralError`."""
    if depth > _DEEPEST:
        raise NoLiteralError
    if (opened := _OPENS.match(text, at)) is not None:
        return _array(text, opened.end(), "]" if opened[0] == "[" else ")", depth)
    if (single := _SINGLE.match(text, at)) is not None:
        return re.sub(r"\\([\\'])", r"\1", single[1]), single.end()
    if (word := _WORD.match(text, at)) is not None:
        if word[0].lower() not in _WORDS:
            raise NoLiteralError
        return _WORDS[word[0].lower()], word.end()
    value, end = literal(text, at)
    if isinstance(value, dict) or (isinstance(value, str) and "$" in value):  # a variable within the text
        raise NoLiteralError
    return value, end


def _array(text: str, at: int, closing: str, depth: int) -> tuple[Plain, int]:
    """A list, or what has a key for each value; never both."""
    values: list[Plain] = []
    keyed: dict[str, Plain] = {}
    at = _after_space(text, at)
    while not text.startswith(closing, at):
        value, at = php_literal(text, at, depth + 1)
        if (arrow := _ARROW.match(text, at)) is not None:
            if not isinstance(value, str) or value in keyed:
                raise NoLiteralError
            keyed[value], at = php_literal(text, arrow.end(), depth + 1)
        else:
            values.append(value)
        at = _after_space(text, at)
        if text.startswith(",", at):
            at = _after_space(text, at + 1)
        elif not text.startswith(closing, at):
            raise NoLiteralError
    if keyed and values:
        raise NoLiteralError
    return keyed or values, at + 1


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found is not None else at
