"""Findings as text for people, as JSON, and as annotations of GitHub."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Final

from callsheet.findings import Finding, in_order

_COLORS: Final = {"error": "31", "warning": "33", "place": "1", "label": "2"}

_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode categories that a terminal acts on instead of showing: controls, direction marks, lone surrogates, breaks."""


def printable(text: str) -> str:
    """The text with every character written out that would not be seen, or would move the cursor."""
    return "".join(_escaped(char) if unicodedata.category(char) in _HIDDEN else char for char in text)


def _escaped(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - the three widths of an escape


def text(findings: Iterable[Finding], *, color: bool = False) -> str:
    """One block for each finding, by place, and a line that counts them. Empty where there is none."""
    ordered = in_order(findings)
    if not ordered:
        return ""
    paint = _paint if color else _plain
    return "".join(f"{_block(finding, paint)}\n" for finding in ordered) + f"{count(ordered)}\n"


def count(findings: Iterable[Finding]) -> str:
    """How many there are: "2 errors, 1 warning in 1 file"."""
    found = tuple(findings)
    parts = [
        _number(sum(finding.severity == severity for finding in found), severity) for severity in ("error", "warning")
    ]
    said = [part for part in parts if not part.startswith("0 ")] or ["no findings"]
    files = len({finding.span.path for finding in found})
    return ", ".join(said) + (f" in {_number(files, 'file')}" if files else "")


def _number(count_: int, noun: str) -> str:
    return f"{count_} {noun}{'' if count_ == 1 else 's'}"


def _block(finding: Finding, paint: Callable[[str, str], str]) -> str:
    severity = paint(f"{finding.severity}[{finding.rule}]", finding.severity)
    lines = [f"{paint(printable(str(finding.span)), 'place')}: {severity}: {printable(finding.what)}"]
    for label, words in (("why", finding.why), ("mend", finding.mend), ("see", f"callsheet explain {finding.rule}")):
        if words:
            lines.append(f"   {paint(f'{label}:'.ljust(5), 'label')} {printable(words)}")
    return "\n".join(lines)


def _paint(words: str, color: str) -> str:
    return f"\x1b[{_COLORS[color]}m{words}\x1b[0m"


def _plain(words: str, _: str) -> str:
    return words


def as_json(findings: Iterable[Finding]) -> str:
    """A list of objects: rule, severity, path, line, column, end_line, end_column, what, why, mend."""
    rows = [
        {
            "rule": finding.rule,
            "severity": finding.severity,
            **asdict(finding.span),
            "what": finding.what,
            "why": finding.why,
            "mend": finding.mend,
        }
        for finding in in_order(findings)
    ]
    return json.dumps(rows, indent=2) + "\n"


def github(findings: Iterable[Finding]) -> str:
    """One workflow command for each finding, which GitHub shows at the line of the change."""
    return "".join(f"{_command(finding)}\n" for finding in in_order(findings))


def _command(finding: Finding) -> str:
    span = finding.span
    properties = {"file": printable(span.path)}
    if span.line:
        properties |= {"line": str(span.line), "col": str(span.column)}
    if span.end_line:
        properties |= {"endLine": str(span.end_line), "endColumn": str(span.end_column)}
    properties["title"] = finding.rule
    said = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    words = [
        printable(part) for part in (finding.what, f"why: {finding.why}", f"mend: {finding.mend}") if part[-2:] != ": "
    ]
    return f"::{finding.severity} {said}::{_data(chr(10).join(words))}"


def _data(words: str) -> str:
    # As the toolkit of GitHub's own actions escapes them; the newline between the parts is meant to survive.
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _data(words).replace(":", "%3A").replace(",", "%2C")
