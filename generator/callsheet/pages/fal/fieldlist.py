"""The fields of an `Input`, an `Output` or another type on fal's API page, with the example that may close the list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from callsheet.pages.fal.entries import Entry
from callsheet.pages.fal.typewords import TYPE, is_known, parse_kind
from callsheet.pages.lines import Line
from callsheet.pages.literals import NoLiteralError, literal
from callsheet.pages.reading import Place
from callsheet.source.nodes import Plain

_NAME: Final = r"[A-Za-z_][\w.-]{0,80}?"
_MARK: Final = r"(?P<mark>\*?\s*\(?required\)?|\*|\(?optional\)?)"
_SPACED: Final = re.compile(rf"^(?P<name>{_NAME})(?P<early>\s*\*)?:?\s+(?P<type>{TYPE})\s*,?\s*{_MARK}?$")
_JOINED: Final = re.compile(
    rf"^(?P<name>[a-z][a-z0-9_]*?)(?P<type>(?:string|integer|float|number|boolean|object|list<[\w<>|, ]+>|[A-Z]\w*)"
    rf"(?:\s*\|\s*{TYPE})?)\s*{_MARK}?$"
)
_BARE_NAME: Final = re.compile(rf"^(?P<name>{_NAME})\s*(?P<early>\*)?$")
_BARE_TYPE: Final = re.compile(rf"^(?P<type>{TYPE})\s*{_MARK}?$")
_BARE_MARK: Final = re.compile(rf"^{_MARK}$")
_PROSE: Final = frozenset(
    {"a", "an", "the", "this", "see", "use", "of", "for", "in", "on", "to", "and", "or", "is", "if", "note"}
)
_CANDIDATES: Final = 6
"""Lines that may begin an example, at either end of a list. Each is read to its end, so that they are few."""
_MOST_CODE: Final = 80
"""Lines of code within the text on a field."""
_MOST_EXAMPLES: Final = 20
_SPACE: Final = re.compile(r"\s*+")


@dataclass(slots=True)
class Block:
    """The head of a field, and the lines below it up to the next."""

    name: str
    kind: str
    mark: str
    line: Line
    head_end: int
    below: list[Line] = field(default_factory=list[Line])


@dataclass(slots=True)
class FieldList:
    """The fields, what stands before the first, and the examples with their places."""

    blocks: list[Block]
    before: list[Line]
    examples: list[tuple[Plain, Place]]
    broken: bool = False
    """An example begins, and does not end."""
    doubts: list[Line] = field(default_factory=list[Line])
    """What may be the head of a field, and may be prose. With any, it is not certain that all fields are here."""


def field_list(lines: Sequence[Line]) -> FieldList:
    """Takes the lines of one list apart."""
    examples, kept, broken = _examples(lines)
    joined = not any(_head_of(line, joined=False) for line in kept) and not any(
        _two_lines(kept, n) for n in range(len(kept))
    )
    opened = [*map(_opened, kept)]
    apart = any(_stands_apart(line) for line in kept)
    found = FieldList([], [], examples, broken)
    n = 0
    while n < len(kept):
        line = kept[n]
        head, used = _head_at(kept, n, joined=joined)
        if head is not None and apart and len(line.pieces) == 1 and used == 1:
            head = None
        if head is not None:
            found.blocks.append(head)
        else:
            if _is_doubtful(kept, n):
                found.doubts.append(line)
            used = _within_code(kept, opened, n) or 1
            (found.blocks[-1].below if found.blocks else found.before).extend(kept[n : n + used])
        n += used
    return found


def _opened(line: Line) -> int:
    """How many brackets a line opens more than it closes."""
    return sum(line.bare.count(sign) for sign in "{[(") - sum(line.bare.count(sign) for sign in "}])")


def _within_code(lines: Sequence[Line], opened: Sequence[int], n: int) -> int:
    """How many lines of code begin here: what looks like a field in there is none. What is not closed is no code."""
    if not lines[n].bare.endswith(("{", "[", "(")):
        return 0
    depth = 0
    for size, change in enumerate(opened[n : n + _MOST_CODE], 1):
        depth += change
        if depth <= 0:
            return size if lines[n + size - 1].bare[0] in "}])" else 0  # one within a sentence closes no code
    return 0


def _head_at(lines: Sequence[Line], n: int, *, joined: bool) -> tuple[Block | None, int]:
    two = _two_lines(lines, n)
    if two is not None:
        return two
    return _head_of(lines[n], joined=joined), 1


def _head_of(line: Line, *, joined: bool) -> Block | None:
    text = line.bare
    if len(line.pieces) > 1 and re.fullmatch(_NAME, line.pieces[0].rstrip(" :*")):
        text = " ".join(line.pieces)
    if len(text) > 300:  # noqa: PLR2004 - no head is as long
        return None
    match = (_JOINED.match(text) if joined else None) or _SPACED.match(text)
    if match is None:
        return None
    mark = match["mark"] or ""
    if "early" in match.re.groupindex and match["early"]:
        mark = mark or "*"
    if match["name"].lower() in _PROSE and "*" not in mark:
        return None
    if not (is_known(match["type"]) or "required" in mark):
        return None
    if match["name"][:1].isupper() and not mark:
        return None
    return Block(match["name"], match["type"], mark, line, line.number)


def _stands_apart(line: Line) -> bool:
    """Whether a page of HTML has the name in an element of its own, with a mark: then it has every name so."""
    return (
        len(line.pieces) > 1
        and re.fullmatch(_NAME, line.pieces[0]) is not None
        and _head_of(line, joined=False) is not None
    )


def _is_doubtful(lines: Sequence[Line], n: int) -> bool:
    """Whether a field may begin here that is called like a word of prose: `a string`."""
    below = lines[n + 1].bare if n + 1 < len(lines) else ""
    beside = lines[n].bare if len(lines[n].bare) < 40 else ""  # noqa: PLR2004 - no word of prose is as long
    for text in (beside, f"{beside} {below[:80]}" if beside.lower() in _PROSE else ""):
        match = _SPACED.match(text)
        if match is not None and match["name"].lower() in _PROSE:
            kind = parse_kind(match["type"])
            return kind is not None and not kind.named
    return False


def _two_lines(lines: Sequence[Line], n: int) -> tuple[Block, int] | None:
    """A name on one line, its type on the next, and perhaps the mark on a third."""
    name = _BARE_NAME.match(lines[n].bare)
    if name is None or n + 1 >= len(lines) or name["name"].lower() in _PROSE:
        return None
    second = lines[n + 1].bare
    mark = "*" if name["early"] else ""
    used = 2
    if second == "*" and n + 2 < len(lines):  # the mark stands between
        mark, second, used = "*", lines[n + 2].bare, 3
    kind = _BARE_TYPE.match(second) if len(second) < 300 else None  # noqa: PLR2004 - no type is as long
    if kind is None or not is_known(kind["type"]) or (name["name"][:1].isupper() and not kind["mark"]):
        return None
    if parse_kind(lines[n].bare) is not None and is_known(lines[n].bare) and not re.search("[a-z_]", lines[n].bare[:1]):
        return None
    mark = kind["mark"] or mark
    while n + used < len(lines) and _BARE_MARK.match(lines[n + used].bare):
        mark = f"{mark} {lines[n + used].bare}"
        used += 1
    return Block(name["name"], kind["type"], mark, lines[n], lines[n + used - 1].number), used


def _examples(lines: Sequence[Line]) -> tuple[list[tuple[Plain, Place]], list[Line], bool]:
    """The objects at the end of a list, which are examples; the rest; whether one of them has no end."""
    starts = [n for n, line in enumerate(lines) if line.bare.startswith("{")]
    for n in [*starts[:_CANDIDATES], *starts[_CANDIDATES:][-_CANDIDATES:]]:
        text = "\n".join(line.text for line in lines[n:])
        found: list[tuple[Plain, Place]] = []
        at = 0
        while at < len(text) and len(found) < _MOST_EXAMPLES:
            try:
                value, at = literal(text, at)
            except NoLiteralError:
                break
            found.append((value, Place(lines[n + text.count("\n", 0, at - 1) if found else n].number)))
            at = after_space(text, at)
        if found and at == len(text):
            return found, list(lines[:n]), False
    if starts:
        last = starts[-1]
        text = "\n".join(line.text for line in lines[last:])
        if lines[last].bare == "{" and text.count("{") > text.count("}"):
            first = next(n for n in starts if lines[n].bare == "{")
            tail = lines[first:]
            if not any(_head_of(line, joined=False) for line in tail):
                return [], list(lines[:first]), True
    return [], list(lines), False


def after_space(text: str, at: int) -> int:
    """Where the white space at a place ends."""
    found = _SPACE.match(text, at)
    return found.end() if found is not None else at


def marks(lists: Sequence[FieldList]) -> bool:
    """Whether fields are marked where they are required. Without any mark, nothing is said about that."""
    return any(block.mark for one in lists for block in one.blocks)


def required(block: Block, *, marked: bool) -> bool | None:
    """What the mark says, on a page that has marks."""
    if "optional" in block.mark:
        return False
    return bool(block.mark) if marked else None


def entry(block: Block, *, marked: bool) -> Entry:
    """The field with what its head says; the rest is read from its text."""
    return Entry(block.name, block.kind, Place(block.line.number), required(block, marked=marked))
