"""What stands below a parameter's head: its description, default, range and allowed values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from callsheet.pages.lines import Line
from callsheet.pages.literals import NoLiteralError, literal, number
from callsheet.pages.sound import unsound
from callsheet.source.nodes import Plain

_NUMBER: Final = r"[-+\u2212]?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_OPEN: Final = r"undefined|null|none|\u221e|inf|infinity|-\u221e|-inf|-infinity"
_RANGE: Final = re.compile(
    rf"\s*Range\s*:\s*(?P<low>{_NUMBER}|{_OPEN})\s*(?:-|\u2013|\u2014|\u2212|~|\.\.|\bto\b)\s*(?P<high>{_NUMBER}|{_OPEN})?\s*",
    re.IGNORECASE,
)
_BOUND: Final = re.compile(
    r"\s*,?\s*(?P<word>min|max|minimum|maximum|(?:min|max)(?:imum)?[ _-]?(?:length|items))"
    rf"\s*:\s*(?P<value>{_NUMBER})\s*,?\s*",
    re.IGNORECASE,
)
_DEFAULT: Final = re.compile(r"\s*Default(?: value)?\s*:\s*", re.IGNORECASE)
_ALLOWED: Final = re.compile(r"\s*(?:Allowed|Possible)(?: enum)? values?\s*:\s*", re.IGNORECASE)
_LABEL: Final = re.compile(r"(?:Allowed|Possible)(?: enum)? values?\s*:\s*", re.IGNORECASE)
_DEPRECATED: Final = re.compile(r"\(?deprecated\)?", re.IGNORECASE)
_NEXT: Final = re.compile(r"(?=\s*(?:Range\s*:|(?:Allowed|Possible) values?\s*:|$))", re.IGNORECASE)
_MOST_LINES: Final = 40
"""Lines that one default may have."""


@dataclass
class Found:
    """What was found below one head. A default is a value, or a text that only the type makes one."""

    about: list[Line] = field(default_factory=list[Line])
    default: Plain = None
    default_text: str | None = None
    default_line: Line | None = None
    wrapped: bool = False
    bounds: dict[str, tuple[int | float, Line]] = field(default_factory=dict[str, tuple[int | float, Line]])
    allowed: list[tuple[str, Line]] = field(default_factory=list[tuple[str, Line]])
    allowed_line: Line | None = None
    deprecated: Line | None = None
    unread: list[Line] = field(default_factory=list[Line])


def attributes(lines: Sequence[Line]) -> Found:
    """Everything in the lines below a head, up to the next one."""
    found = Found()
    at = 0
    listing = False
    while at < len(lines):
        line = lines[at]
        taken = _taken(found, lines, at)
        if taken:
            listing = found.allowed_line is line or (listing and found.default_line is not line)
            at += taken
            continue
        at += 1
        if listing:
            texts = line.pieces if len(line.pieces) > 1 else (line.bare,)
            found.allowed.extend((text, line) for text in texts)
        elif _DEPRECATED.fullmatch(line.bare):
            found.deprecated = line
        elif found.about and _has_facts(found) and found.about[-1] is not lines[at - 2]:
            found.unread.append(line)
        else:
            found.about.append(line)
    return found


def _has_facts(found: Found) -> bool:
    return bool(found.default_line or found.bounds or found.allowed_line)


def _taken(found: Found, lines: Sequence[Line], at: int) -> int:
    """How many lines from here on are attributes; what they say is noted. One line may have several of them."""
    line = lines[at]
    if (begin := _DEFAULT.match(line.text)) is not None and found.default_line is None:
        for size in range(1, min(len(lines) - at, _MOST_LINES) + 1):
            text = "\n".join(one.text for one in lines[at : at + size])
            for value, word, end in _defaults(text, begin.end()):
                rest, values = _before_values(found, text[end:])
                bounds = list(_rest(rest, line))
                if None not in bounds:
                    found.default, found.default_text, found.default_line = value, word, line
                    found.wrapped = size > 1 and "\n" in text[begin.end() : end]
                    _note(found, bounds)
                    _list(found, values, lines[at + size - 1])
                    return size
            if text[begin.end() : begin.end() + 1] not in {'"', "{", "["}:
                break
        found.default_line, found.unread = line, [*found.unread, line]
        return 1
    text, values = _before_values(found, line.text)
    bounds = list(_rest(text, line))
    if (bounds or values is not None) and None not in bounds:
        _note(found, bounds)
        _list(found, values, line)
        return 1
    return 0


def _before_values(found: Found, text: str) -> tuple[str, str | None]:
    """What stands before the label of allowed values, and what behind it. None: there is no such label."""
    label = _LABEL.search(text) if found.allowed_line is None else None
    return (text, None) if label is None else (text[: label.start()], text[label.end() :].strip())


def _list(found: Found, values: str | None, line: Line) -> None:
    """Note allowed values. In HTML each may be an element of its own."""
    if values is None:
        return
    found.allowed_line = line
    label = next((at for at, piece in enumerate(line.pieces) if _ALLOWED.fullmatch(piece)), len(line.pieces))
    pieces = line.pieces[label + 1 :] if len(line.pieces) > label + 2 else (values,)
    found.allowed.extend((text, line) for text in pieces if text)


def _defaults(text: str, at: int) -> Iterator[tuple[Plain, str | None, int]]:
    """What the default may be, the likeliest first: its value or its text, and where it ends."""
    sign = text[at : at + 1]
    value: Plain = None
    if sign in {'"', "[", "{"}:
        try:
            value, end = json.JSONDecoder(strict=False).raw_decode(text, at)
        except (ValueError, RecursionError):
            try:
                value, end = literal(text, at) if sign != '"' else (None, -1)
            except NoLiteralError:
                end = -1
        if end >= 0 and unsound(value) is None:
            yield value, None, end
        last = text.rfind('"')
        inner = text[at + 1 : last]
        if sign == '"' and last > at and '"' in inner and "\\" not in inner and "\n" not in inner:
            yield inner, None, last + 1  # quotes within, that nobody escaped
    else:
        found = _NEXT.search(text, at)
        end = found.start() if found is not None else len(text)
        if text[at:end].strip():
            yield None, text[at:end].strip(), end


def _rest(text: str, line: Line) -> Iterator[tuple[str, int | float, Line] | None]:
    """Ranges and bounds, one behind the other. None: there is something else."""
    at = 0
    while text[at:].strip():
        if (found := _RANGE.match(text, at)) is not None:
            low, high = number(found["low"]), number(found["high"] or "")
            if low is not None and high is not None and low > high:
                yield None
            for word, value in (("minimum", low), ("maximum", high)):
                if value is not None:
                    yield word, value, line
        elif (found := _BOUND.match(text, at)) is not None and (size := number(found["value"])) is not None:
            word = re.sub(r"[ -]", "_", found["word"].lower().replace("imum", ""))
            word = re.sub(r"^(min|max)_?(length|items)$", r"\1_\2", word)
            yield {"min": "minimum", "max": "maximum"}.get(word, word), size, line
        else:
            yield None
            return
        at = found.end()


def _note(found: Found, bounds: Sequence[tuple[str, int | float, Line] | None]) -> None:
    for bound in bounds:
        if bound is not None:
            found.bounds.setdefault(bound[0], bound[1:])
