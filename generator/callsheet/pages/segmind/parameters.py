"""The list of parameters, as facts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from callsheet.facts.flat import FactPath
from callsheet.pages.limits import MOST_FIELDS
from callsheet.pages.lines import Line
from callsheet.pages.reading import Conflict, Place, Said
from callsheet.pages.segmind.allowed import bare, quoted
from callsheet.pages.segmind.attributes import Found, attributes
from callsheet.pages.segmind.defaults import Value, as_declared, default_of
from callsheet.pages.segmind.heads import Head, doubtful, head_at
from callsheet.pages.segmind.kinds import Kind
from callsheet.pages.segmind.notes import Notes
from callsheet.source.nodes import Plain

_UNIT: Final = re.compile(r"\bin (seconds|milliseconds|minutes|pixels)\b", re.IGNORECASE)
_NUMERIC: Final = {"integer", "number"}


@dataclass(frozen=True, slots=True)
class Block:
    """A parameter with the lines that are its own."""

    head: Head
    line: Line
    lines: tuple[Line, ...]
    rest: tuple[Line, ...]


def _heads(lines: Sequence[Line], known: Mapping[str, Plain], *, loose: bool) -> list[tuple[int, Head]]:
    heads: list[tuple[int, Head]] = []
    at = 0
    while at < len(lines) and len(heads) <= MOST_FIELDS:
        head = head_at(lines, at, known.keys(), loose=loose)
        if head is not None:
            heads.append((at, head))
        at += 1 if head is None else head.size
    return heads


def blocks(lines: Sequence[Line], known: Mapping[str, Plain]) -> tuple[tuple[Line, ...], list[Block]]:
    """What stands before the first parameter, and the parameters in the order of the page."""
    heads = _heads(lines, known, loose=False)
    if not any(head.style == "badge" for _, head in heads):
        heads = _heads(lines, known, loose=True)
    if not heads or len(heads) > MOST_FIELDS:
        return tuple(lines), []
    ends = [start for start, _ in heads[1:]] + [len(lines)]
    found = [
        Block(head, lines[start], tuple(lines[start : start + head.size]), tuple(lines[start + head.size : end]))
        for (start, head), end in zip(heads, ends, strict=True)
    ]
    return tuple(lines[: heads[0][0]]), found


def doubts(found: Sequence[Block]) -> list[Line]:
    """Lines within the blocks that may begin parameters after all. With any, the list of names is not certain."""
    return [block.rest[at] for block in found for at in range(len(block.rest)) if doubtful(block.rest, at)]


def say_parameters(found: Sequence[Block], notes: Notes, known: Mapping[str, Plain], *, whole: bool) -> None:
    """Note every fact of the blocks. With `whole`, the last one was not cut off."""
    starred = any(block.head.style == "star" and block.head.required for block in found)
    for number, block in enumerate(found, 1):
        head = block.head
        here: FactPath = ("parameters", head.name)
        notes.take(block.lines)
        if head.required is not None and (head.style == "badge" or starred):
            notes.say((*here, "required"), head.required, block.line)
        if starred and head.style == "none":
            notes.say((*here, "required"), False, block.line)
        if head.kind is not None:
            _say_kind(here, head.kind, block.lines[-1], notes)
        elif head.style == "star":
            notes.pass_over(block.lines, "a type that is not known")
        if whole or number < len(found):
            _One(block, notes, known).say()
        else:
            notes.pass_over(block.rest, "the page may end within it")


def _say_kind(here: FactPath, kind: Kind, line: Line, notes: Notes) -> None:
    if kind.plain is not None:
        notes.say((*here, "type"), kind.plain, line)
    if kind.nullable:
        notes.say((*here, "nullable"), True, line)
    if kind.format is not None:
        notes.say((*here, "format"), kind.format, line)
    if kind.item is not None:
        _say_kind((here[0], f"{here[1]}/0"), kind.item, line, notes)


class _One:
    """What is said below the head of one parameter."""

    def __init__(self, block: Block, notes: Notes, known: Mapping[str, Plain]) -> None:
        self.head, self.block, self.notes = block.head, block, notes
        self.here: FactPath = ("parameters", block.head.name)
        self.found: Found = attributes(block.rest)
        self.names = frozenset(block.head.kind.names) if block.head.kind is not None else frozenset[str]()
        name = block.head.name
        self.sample = Value(known[name], known[name]) if name in known else None

    def say(self) -> None:
        found, notes = self.found, self.notes
        if self.head.default is not None:
            found.default_text, found.default_line = self.head.default, self.block.line
            found.wrapped = not self.head.whole
        allowed = self._allowed()
        default = default_of(found, self.names, allowed, self.sample, old=self.head.default is not None)
        if found.default_line is not None and default is None:
            notes.pass_over([found.default_line], "the default cannot be told from it")
            found.unread = [line for line in found.unread if line is not found.default_line]
        elif found.default_line is not None and default is not None:
            self._say_default(default, found.default_line)
        self._say_bounds()
        if found.deprecated is not None:
            notes.say((*self.here, "deprecated"), True, found.deprecated)
            notes.take([found.deprecated])
        notes.word(self.here, found.about)
        notes.pass_over(found.unread, "it stands behind the default or the values, and is neither")
        self._say_unit()
        notes.take(self.block.rest)

    def _say_default(self, default: Value, line: Line) -> None:
        path = (*self.here, "default")
        self.notes.take([line])
        self.notes.say(path, default.value, line)
        if type(default.shown) is not type(default.value):
            says = tuple(Said(path, value, Place(line.number)) for value in (default.value, default.shown))
            self.notes.conflicts.append(Conflict(path, "is shown as text, and is none by its type", says))

    def _allowed(self) -> list[Plain] | None:
        found = self.found
        if found.allowed_line is None:
            return None
        texts, values = [text for text, _ in found.allowed], None
        count = len(texts)
        if '"' in "".join(texts) or "\u201c" in "".join(texts):
            count = next((at for at, text in enumerate(texts) if quoted(text) is None), count)
            values = quoted(" ".join(texts[:count])) if count else None
        else:
            values = bare(texts, self._hints())
        if values is None:
            self.notes.pass_over(
                [found.allowed_line, *dict.fromkeys(line for _, line in found.allowed)],
                "the values cannot be told apart",
            )
            return None
        self.notes.take([found.allowed_line, *(line for _, line in found.allowed[:count])])
        self.notes.pass_over([line for _, line in found.allowed[count:]], "it stands behind the values, and is none")
        declared = [as_declared(value, self.names, self.sample) for value in values]
        allowed = [value.value for value in declared if value is not None]
        if len(allowed) < len(declared):
            self.notes.pass_over([found.allowed_line], "the values are not of the type that is stated")
            return None
        self.notes.say((*self.here, "allowed"), [*allowed], found.allowed_line)
        if not self.names and all(isinstance(value, str) for value in allowed) and self.head.kind is not None:
            self.notes.say((*self.here, "type"), "string", self.block.lines[-1])
        return allowed

    def _hints(self) -> list[Plain]:
        found = self.found
        hints: list[Plain] = []
        if found.default_line is not None and not found.wrapped:
            hints.append(found.default if found.default_text is None else found.default_text)
        if self.sample is not None:
            hints.append(self.sample.value)
        return [str(hint) if type(hint) is int else hint for hint in hints if hint not in (None, "None", "null")]

    def _say_bounds(self) -> None:
        for word, (value, line) in self.found.bounds.items():
            numeric = word in {"minimum", "maximum"}
            if numeric and self.names and not self.names & _NUMERIC:
                self.notes.pass_over([line], "a range of what is no number")
            else:
                self.notes.say((*self.here, word), value, line)

    def _say_unit(self) -> None:
        about = " ".join(line.bare for line in self.found.about)
        units = {found.lower() for found in _UNIT.findall(about)}
        if len(units) == 1 and self.names and self.names <= _NUMERIC:
            self.notes.say((*self.here, "unit"), units.pop(), self.found.about[0], "text")
