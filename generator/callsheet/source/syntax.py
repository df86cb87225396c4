"""The complaints of the YAML parser in words that help. Its two builds phrase them differently; both are covered."""

from __future__ import annotations

from typing import Final

import yaml

_WORDS: Final = (
    ("mapping values are not allowed", "a second `: ` in one line", 'put the text in quotes: key: "one: two"'),
    ("character '\\t'", "a tab stands where a value begins", "indent with spaces"),
    ("cannot start any token", "a value begins with a sign that has a meaning in YAML", "put the value in quotes"),
    ("unexpected end of stream", "a quote is not closed", "close it"),
    (
        "unknown escape character",
        "an unknown escape stands in double quotes",
        r"double the backslash, or use single quotes",
    ),
    ("',' or ']'", "a list in brackets is not closed, or a comma is missing", "close it with `]`"),
    ("',' or '}'", "a mapping in braces is not closed, or a comma is missing", "close it with `}`"),
    ("'-' indicator", "something else than a further item stands in a list", "indent it, or begin it with `- `"),
    ("could not find expected ':'", "a key has no colon", "write `key: value`; a long text needs quotes or `>-`"),
    (
        "did not find expected key",
        "the indentation does not fit the lines above",
        "line it up with the keys it belongs to",
    ),
    ("expected <block end>", "the indentation does not fit the lines above", "line it up with what it belongs to"),
    ("undefined tag handle", "a value begins with `!`, which marks a tag", "put the value in quotes"),
    ("node content", "a value is missing", "write it, or quotes for empty text"),
)


def in_words(error: yaml.MarkedYAMLError, text: str) -> tuple[str, str]:
    """What is wrong with a text, and how to mend it."""
    if error.problem_mark and _begins_with_tab(text, error.problem_mark.line):
        return "the line begins with a tab", "indent with spaces"
    problem = str(error.problem or error.context or "")
    for sign, what, mend in _WORDS:
        if sign in problem:
            return what + _since(error), mend
    return f"the parser says: {problem}" + _since(error), ""


def _begins_with_tab(text: str, line: int) -> bool:
    lines = text.split("\n", line + 1)
    return line < len(lines) and lines[line].lstrip(" ").startswith("\t")


def _since(error: yaml.MarkedYAMLError) -> str:
    """Where the thing began that went wrong, if that was on an earlier line."""
    begun, now = error.context_mark, error.problem_mark
    return f" (begun in line {begun.line + 1})" if begun and now and begun.line < now.line else ""
