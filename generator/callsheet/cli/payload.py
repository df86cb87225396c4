"""Reading a payload file with places, so that a finding can point into it."""

from __future__ import annotations

import json
import math
import re
import sys
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Never

from callsheet.findings import Finding, Span
from callsheet.plan.model import ModelPlan
from callsheet.rules import RULES
from callsheet.source.nodes import Entry, Mapping, Node, Scalar, Sequence, place, plain

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_DEEPEST: Final = 40


@dataclass(frozen=True, slots=True)
class Judged:
    """A payload as it will be sent, and what is wrong with it."""

    value: dict[str, Any]
    findings: tuple[Finding, ...]


def judge(model: ModelPlan, name: str) -> Judged:
    """Read a payload and judge it for an endpoint; each finding at its place in the file."""
    from callsheet.validate import validate

    node, findings = read(name)
    if node is None:
        return Judged({}, findings)
    value = plain(node)
    findings = (*findings, *validate(model, value, lambda path: place(node, *path)))
    return Judged(value if isinstance(value, dict) else {}, findings)


def read(name: str) -> tuple[Node | None, tuple[Finding, ...]]:
    """The payload in a file, or on standard input for `-`. A `.json` file is JSON; any other is JSON or YAML."""
    path, data = ("<stdin>", sys.stdin.buffer.read()) if name == "-" else (name, Path(name).read_bytes())
    return parse(path, data)


def parse(path: str, data: bytes) -> tuple[Node | None, tuple[Finding, ...]]:
    """The located tree of a payload, or findings that say why there is none."""
    from callsheet.source.yamltree import read_yaml

    try:
        return _Json(path, data.decode("utf-8-sig")).document(), ()
    except UnicodeDecodeError:
        return read_yaml(path, data)  # which says it well
    except _SyntaxFault as fault:
        return (None, (fault.finding,)) if path.endswith(".json") else read_yaml(path, data)


class _SyntaxFault(Exception):
    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.what)
        self.finding = finding


class _Json:
    """Walks the structure and notes places; every scalar is read by the standard library's decoder."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.line_starts = [0, *(match.end() for match in re.finditer(r"\n", text))]
        self.decoder = json.JSONDecoder(parse_constant=self.refuse_constant)
        self.at = 0

    def document(self) -> Node:
        node = self.value(0)
        self.space()
        if self.at != len(self.text):
            self.refuse(self.at, "something follows after the end of the JSON document")
        return node

    def value(self, depth: int) -> Node:
        if depth > _DEEPEST:
            self.refuse(self.at, f"the nesting is deeper than {_DEEPEST} levels", "too-deep", "spell it flatter")
        self.space()
        match self.text[self.at : self.at + 1]:
            case "{":
                return self.mapping(depth)
            case "[":
                return self.sequence(depth)
            case _:
                return self.scalar()

    def mapping(self, depth: int) -> Node:
        start = self.at
        entries: list[Entry] = []
        seen: set[str] = set()
        more = self.opens("}")
        while more:
            self.space()
            if self.text[self.at : self.at + 1] != '"':
                self.refuse(self.at, "a key in double quotes is expected")
            key = self.scalar()
            if str(key.value) in seen:
                self.refuse_at(key.span, f"the key `{key.value}` stands here twice", "doubled-key")
            seen.add(str(key.value))
            self.token(":")
            entries.append(Entry(Scalar(key.value, key.span, key.text, quoted=True), self.value(depth + 1)))
            more = self.goes_on("}")
        return Mapping(tuple(entries), self.span(start))

    def sequence(self, depth: int) -> Node:
        start = self.at
        items: list[Node] = []
        more = self.opens("]")
        while more:
            items.append(self.value(depth + 1))
            more = self.goes_on("]")
        return Sequence(tuple(items), self.span(start))

    def scalar(self) -> Scalar:
        start = self.at
        try:
            value, self.at = self.decoder.raw_decode(self.text, start)
        except json.JSONDecodeError as fault:
            said = fault.msg.removesuffix(" at").removesuffix(" starting")
            self.refuse(fault.pos, "a value is expected" if said == "Expecting value" else said[0].lower() + said[1:])
        except ValueError:  # an integer of more digits than Python reads
            self.refuse(start, "the number is too long", "not-finite", "give a number that a double can hold")
        if value in {math.inf, -math.inf}:
            self.refuse(start, "the number is too large", "not-finite", "give a number that a double can hold")
        quoted = isinstance(value, str)
        return Scalar(value, self.span(start), value if quoted else self.text[start : self.at], quoted)

    def opens(self, closing: str) -> bool:
        """Step over an opening bracket; False if the closing one follows."""
        self.at += 1
        self.space()
        if self.text[self.at : self.at + 1] == closing:
            self.at += 1
            return False
        return True

    def goes_on(self, closing: str) -> bool:
        """Step over a comma or the closing bracket; True after a comma."""
        self.space()
        if self.text[self.at : self.at + 1] == closing:
            self.at += 1
            return False
        self.token(",", f"`,` or `{closing}`")
        return True

    def token(self, sign: str, named: str = "") -> None:
        self.space()
        if self.text[self.at : self.at + 1] != sign:
            self.refuse(self.at, f"{named or f'`{sign}`'} is expected")
        self.at += 1

    def space(self) -> None:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def span(self, start: int) -> Span:
        return Span(self.path, *self.position(start), *self.position(self.at))

    def position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self.line_starts, offset)
        return line, offset - self.line_starts[line - 1] + 1

    def refuse_constant(self, name: str) -> Never:
        self.refuse(self.at, f"{name} is no number that JSON knows", "not-finite", "leave the key out")

    def refuse(
        self, offset: int, what: str, rule: str = "payload-no-object", mend: str = "mend the JSON there"
    ) -> Never:
        self.refuse_at(Span(self.path, *self.position(offset), *self.position(offset)), what, rule, mend)

    def refuse_at(self, span: Span, what: str, rule: str, mend: str = "") -> Never:
        raise _SyntaxFault(RULES[rule].at(span, what, mend))
