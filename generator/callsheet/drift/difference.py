"""A difference as a value: a fact, what it is held against, what the page says, both places, and what it means."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from callsheet.changes import ABSENT, Absent, Class
from callsheet.facts import FactPath
from callsheet.findings import Finding, Severity, Span
from callsheet.pages import Place
from callsheet.rules import RULES
from callsheet.rules.words import quoted
from callsheet.source.nodes import Plain

_LONGEST: Final = 120
"""Characters of a value that are shown."""
_BEFORE: Final = 20
"""Characters that are shown before the first difference of two long values."""

Against = Literal["spec", "last reading", "decision", "page itself"]
"""What the page was held against."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a page says otherwise. `rule` is an id of `callsheet.rules`, whose `why` is the reason.

    `old` is what the spec says, or the page when it was last read; `new` what the page says. `note` is for people, and
    takes the place of both where they alone would not be understood.
    """

    rule: str
    kind: Class
    path: FactPath
    old: Plain | Absent
    new: Plain | Absent
    page: Place
    spec: Span
    against: Against = "spec"
    note: str = ""

    @property
    def fact(self) -> str:
        """The path as one text."""
        return " ".join(part or '""' for part in self.path)

    @property
    def severity(self) -> Severity:
        """What breaks callers is an error."""
        return "error" if self.kind == "breaking" else "warning"

    @property
    def why(self) -> str:
        """The reason for the class."""
        return RULES[self.rule].why

    def fingerprint(self, endpoint: str) -> str:
        """Of the rule, the endpoint (`provider/model`), the fact and the new value: 12 hexadecimal digits.

        Of what is gone it is that of the old value: that one of several values is gone does not accept another.
        """
        said = [self.rule, endpoint, list(self.path), as_json(self.new)]
        if self.new is ABSENT:
            said.append(as_json(self.old))
        return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()[:12]

    def words(self) -> str:
        """What differs, in one sentence without places."""
        if self.note:
            return f"{quoted(self.fact)}: {self.note}"
        who = "the spec" if self.against == "spec" else "the page, when last read,"
        old, new = _shortened(self.old, self.new)
        return f"{quoted(self.fact)}: {who} {old}, the page {new}"

    def finding(self, page: str) -> Finding:
        """At the place in the spec, with that on the page in its words."""
        where = f"{page}, {self.page}" if str(self.page) != "the page" else page
        return Finding(self.rule, self.spec, f"{where}: {self.words()}", self.why, self._mend(), self.severity)

    def _mend(self) -> str:
        match self.against:
            case "spec":
                return "let the spec follow the page, or let a decision say with `settles` why it does not"
            case "decision":
                return "take what is settled no longer out of the decision"
            case _:
                return RULES[self.rule].mend


def as_json(value: Plain | Absent) -> str:
    """A value as JSON of one line; what is not said as nothing at all. Numbers that are equal are spelled alike."""
    return "" if isinstance(value, Absent) else json.dumps(_even(value), ensure_ascii=False, sort_keys=True)


def _even(value: Plain) -> Plain:
    match value:
        case float() if value.is_integer() and abs(value) < 2**53:
            return int(value)
        case list():
            return [_even(item) for item in value]
        case dict():
            return {key: _even(item) for key, item in value.items()}
        case _:
            return value


def _shortened(*values: Plain | Absent) -> Iterator[str]:
    """What both say. Of long values, what stands around the first difference."""
    texts = [as_json(value) for value in values]
    common = next((at for at, pair in enumerate(zip(*texts, strict=False)) if len({*pair}) > 1), 0)
    begin = common - _BEFORE if max(map(len, texts)) > _LONGEST and common > _LONGEST // 2 else 0
    for text in texts:
        shown = f"…{text[begin:]}" if begin > 0 else text
        shown = shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
        yield f"says `{shown}`" if text else "says nothing"
