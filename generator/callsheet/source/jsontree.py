"""JSON text to located nodes, so that a finding can point into it. Scalars are read by the standard library."""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from typing import Final, Never

from callsheet.findings import Finding, Span
from callsheet.rules import payload as rules
from callsheet.rules import text as text_rules
from callsheet.rules.words import quoted
from callsheet.source.nodes import Entry, Mapping, Node, Scalar, Sequence

DEEPEST: Final = 40
"""Levels of lists and objects; recursion over a tree of this depth is safe everywhere."""

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_WORD: Final = re.compile(r"[+-]?\w+")
_FINITE: Final = "give a number that a double can hold, or leave the key out"

# What the decoder says, in words that help.
_SAID: Final = (
    ("Unterminated string", "a text is not closed", "close it with a double quote"),
    (
        "Invalid control character",
        "a line break, or another control character, stands in a text",
        "write it as an escape: \\n",
    ),
    ("Invalid \\escape", "there is no such escape in JSON", "double the backslash"),
    ("Invalid \\u", "four hexadecimal digits belong after \\u", "write four, as in \\u00e9"),
)
_WORDS: Final = {"True": "true", "False": "false", "None": "null", "undefined": "null", "nil": "null"}


def read_json(path: str, text: str, line: int = 1) -> tuple[Node | None, tuple[Finding, ...]]:
    """The tree of a JSON text, and its faults; None where it cannot be read to its end. `line` is that of its start."""
    reader = _Reader(path, text, line)
    try:
        return reader.document(), tuple(reader.findings)
    except _Stop as stop:
        return None, (*reader.findings, stop.finding)


class _Stop(Exception):
    """Nothing more can be read."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.what)
        self.finding = finding


class _Reader:
    """Walks the structure and notes places. What can be read on from is noted, too: a key given twice, NaN."""

    def __init__(self, path: str, text: str, line: int) -> None:
        self.path = path
        self.text = text
        self.line = line
        self.line_starts = [0, *(match.end() for match in re.finditer(r"\n", text))]
        self.decoder = json.JSONDecoder(parse_constant=self._constant)
        self.findings: list[Finding] = []
        self.at = 0

    def document(self) -> Node:
        """The whole text as one value."""
        self._space()
        if self.at == len(self.text):
            raise _Stop(rules.PAYLOAD_EMPTY.at(Span(self.path), "there is nothing in it"))
        node = self._value(0)
        self._space()
        if self.at != len(self.text):
            more = "for a payload on each line, name the file .jsonl or say --as jsonl"
            self._refuse(self.at, "something follows after the end of the JSON", f"delete it; {more}")
        return node

    def _value(self, depth: int) -> Node:
        if depth > DEEPEST:
            span = Span(self.path, *self._position(self.at))
            raise _Stop(text_rules.TOO_DEEP.at(span, f"the nesting is deeper than {DEEPEST} levels"))
        self._space()
        match self.text[self.at : self.at + 1]:
            case "{":
                return self._mapping(depth)
            case "[":
                return self._sequence(depth)
            case _:
                return self._scalar()

    def _mapping(self, depth: int) -> Node:
        start = self.at
        entries: list[Entry] = []
        seen: dict[str, Span] = {}
        more = self._opens("}")
        while more:
            key = self._key()
            name = str(key.value)
            self._token(":", "`:` is expected after the key")
            entry = Entry(key, self._value(depth + 1))
            if (first := seen.setdefault(name, key.span)) is key.span:
                entries.append(entry)
            else:
                what = f"the key {quoted(name)} is given twice, first at {first.line}:{first.column}"
                self.findings.append(text_rules.DOUBLED_KEY.at(key.span, what))
            more = self._goes_on("}")
        return Mapping(tuple(entries), self._span(start))

    def _key(self) -> Scalar:
        self._space()
        sign = self.text[self.at : self.at + 1]
        if sign == '"':
            return self._scalar()
        if sign == "}":
            self._refuse(self.at, "a comma stands before the closing `}`", "delete the comma")
        self._refuse(self.at, *self._no_value("a key in double quotes is expected", "put the key in double quotes"))

    def _sequence(self, depth: int) -> Node:
        start = self.at
        items: list[Node] = []
        more = self._opens("]")
        while more:
            self._space()
            if items and self.text[self.at : self.at + 1] == "]":
                self._refuse(self.at, "a comma stands before the closing `]`", "delete the comma")
            items.append(self._value(depth + 1))
            more = self._goes_on("]")
        return Sequence(tuple(items), self._span(start))

    def _scalar(self) -> Scalar:
        start = self.at
        try:
            value, self.at = self.decoder.raw_decode(self.text, start)
        except json.JSONDecodeError as fault:
            for said, what, mend in _SAID:
                if fault.msg.startswith(said):
                    self._refuse(fault.pos, what, mend)
            self._refuse(fault.pos, *self._no_value("a value is expected", "write a value"))
        except ValueError:  # an integer of more digits than Python reads
            word = _WORD.match(self.text, start)
            self.at = word.end() if word else len(self.text)
            value = math.inf
        if value in {math.inf, -math.inf}:
            self.findings.append(text_rules.NOT_FINITE.at(self._span(start), "the number is too large", _FINITE))
            value = None
        is_text = isinstance(value, str)
        return Scalar(value, self._span(start), value if is_text else self.text[start : self.at], is_text)

    def _constant(self, name: str) -> None:
        """NaN and Infinity, which the decoder would take."""
        end = self.at + len(name)
        span = Span(self.path, *self._position(self.at), *self._position(end))
        self.findings.append(text_rules.NOT_FINITE.at(span, f"{name} is no number that JSON knows", _FINITE))

    def _no_value(self, what: str, mend: str) -> tuple[str, str]:
        """What stands where a value or a key is expected, if it is a usual mistake."""
        sign = self.text[self.at : self.at + 1]
        word = _WORD.match(self.text, self.at)
        if sign == "'":
            return "text begins with a single quote", "JSON takes double quotes only"
        if sign == "#" or self.text.startswith(("//", "/*"), self.at):
            return "JSON knows no comments", "delete it, or save the file as .yaml with `#` before the comment"
        if word and (right := _WORDS.get(word[0])):
            return f"{quoted(word[0])} is no value of JSON", f"write {right}"
        if word:
            return f"{quoted(word[0])} is no value of JSON", "put text in double quotes"
        return (
            (what, mend)
            if sign
            else (f"{what}, but the text ends here", "close what was begun, or see what was cut off")
        )

    def _opens(self, closing: str) -> bool:
        """Step over an opening bracket; False if the closing one follows."""
        self.at += 1
        self._space()
        if self.text[self.at : self.at + 1] == closing:
            self.at += 1
            return False
        return True

    def _goes_on(self, closing: str) -> bool:
        """Step over a comma or the closing bracket; True after a comma."""
        self._space()
        if self.text[self.at : self.at + 1] == closing:
            self.at += 1
            return False
        self._token(",", f"`,` or `{closing}` is expected")
        return True

    def _token(self, sign: str, wanted: str) -> None:
        self._space()
        if self.text[self.at : self.at + 1] != sign:
            ends = ", but the text ends here" if self.at == len(self.text) else ""
            self._refuse(
                self.at, f"{wanted}{ends}", "" if not ends else "close what was begun, or see what was cut off"
            )
        self.at += 1

    def _space(self) -> None:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def _span(self, start: int) -> Span:
        return Span(self.path, *self._position(start), *self._position(self.at))

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self.line_starts, offset)
        return self.line + line - 1, offset - self.line_starts[line - 1] + 1

    def _refuse(self, offset: int, what: str, mend: str) -> Never:
        span = Span(self.path, *self._position(offset), *self._position(offset))
        raise _Stop(rules.JSON_SYNTAX.at(span, what, mend))
