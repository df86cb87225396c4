"""A fault as a value: where, what, why, and how to mend it. Nothing here prints or exits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]


class Span(NamedTuple):
    """A stretch of a file. Lines and columns count from 1; `line` 0 means the file as a whole.

    A tuple, since a folder of specs has hundreds of thousands, and nothing is quicker to make.
    """

    path: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0

    def __str__(self) -> str:
        """`file:line:column`, or the file alone where no line is known."""
        return f"{self.path}:{self.line}:{self.column}" if self.line else self.path


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault. `rule` is an id that `callsheet explain` knows."""

    rule: str
    span: Span
    what: str
    why: str
    mend: str
    severity: Severity = "error"


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By place, then rule; the same finding once."""
    return tuple(sorted(dict.fromkeys(findings), key=lambda f: (f.span, f.rule, f.what)))


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that must be mended before anything can be made."""
    return tuple(f for f in findings if f.severity == "error")
