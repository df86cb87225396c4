"""The payload in a code sample: of Python, JavaScript, curl, PHP or Go, or as the provider's SDK takes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from callsheet.pages.literals import NoLiteralError, literal
from callsheet.pages.segmind.php import php_literal
from callsheet.source.nodes import Plain

_NAMES: Final = r"\b(?:data|payload|body|inputs?|params|parameters|request_body|requestBody|json|raw)\b"
_SHELL: Final = r"(?:^|\s)(?:-d|--data(?:-raw|-binary)?)\s+"
_PAYLOAD: Final = re.compile(
    rf"(?:{_NAMES}[\"']?\s*(?::=|=|:)\s*(?:map\[string\](?:interface\{{\}}|any))?"
    rf"|JSON\.stringify\(\s*|NewReader\(\s*`\s*)(?=\{{)",
    re.MULTILINE,
)
_QUOTED: Final = re.compile(rf"(?:{_SHELL}|NewReader\(\s*)(?=\"\{{)", re.MULTILINE)
_SINGLE: Final = re.compile(rf"{_SHELL}\$?'(?P<text>\{{[^']*+(?:'\\''[^']*+)*+)'", re.MULTILINE)
"""In a shell, a single quote within single quotes ends them, stands escaped, and begins them anew."""
_PHP: Final = re.compile(rf"\${_NAMES[2:]}\s*=\s*(?=\[|array\s*\()", re.MULTILINE)
_CALL: Final = re.compile(
    r"\b(?:submit_?async|run|run_?v2|run_?async|submit)\(\s*[\"'][\w.-]+[\"']\s*(?=,)", re.IGNORECASE
)
_KEYWORD: Final = re.compile(r"\s*,\s*([A-Za-z_]\w*)\s*=\s*")
_END: Final = re.compile(r"\s*,?\s*\)")
_MOST_TRIES: Final = 20

Found = tuple[dict[str, Plain], int]
"""A payload, and where it begins."""


def payload(text: str) -> tuple[Found | None, int | None]:
    """The first payload that is a plain value; and where the first one begins that may be none."""
    tried: int | None = None
    for read in (_plain, _shell, _escaped, _php, _keywords):
        for value, at in islice(read(text), _MOST_TRIES):
            if value is not None:
                return (value, at), tried
            tried = at if tried is None else tried
    return None, tried


def _plain(text: str) -> Iterator[tuple[dict[str, Plain] | None, int]]:
    for found in _PAYLOAD.finditer(text):
        yield _object(text, found.end()), found.end()


def _shell(text: str) -> Iterator[tuple[dict[str, Plain] | None, int]]:
    for found in _SINGLE.finditer(text):
        yield _object(found["text"].replace("'\\''", "'"), 0, whole=True), found.start("text")


def _escaped(text: str) -> Iterator[tuple[dict[str, Plain] | None, int]]:
    """JSON in double quotes, its own ones escaped."""
    for found in _QUOTED.finditer(text):
        try:
            inner, _ = literal(text, found.end())
        except NoLiteralError:
            inner = None
        yield _object(inner, 0, whole=True) if isinstance(inner, str) else None, found.end()


def _php(text: str) -> Iterator[tuple[dict[str, Plain] | None, int]]:
    for found in _PHP.finditer(text):
        try:
            value, _ = php_literal(text, found.end())
        except NoLiteralError:
            value = None
        yield value if isinstance(value, dict) else None, found.end()


def _keywords(text: str) -> Iterator[tuple[dict[str, Plain] | None, int]]:
    """What a call of the SDK is given by name. With `**` among it, the rest is options."""
    for found in _CALL.finditer(text):
        value: dict[str, Plain] | None = {}
        at = found.end()
        while value is not None and (name := _KEYWORD.match(text, at)) is not None:
            try:
                value[name[1]], at = literal(text, name.end())
            except NoLiteralError:
                value = None
        if value and _END.match(text, at):
            yield value, found.start()


def _object(text: str, at: int, *, whole: bool = False) -> dict[str, Plain] | None:
    try:
        value, end = literal(text, at)
    except NoLiteralError:
        return None
    return value if isinstance(value, dict) and not (whole and text[end:].strip()) else None
