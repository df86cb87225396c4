"""Findings as text for people, as JSON, and as annotations of GitHub."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
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
    return "".join(f"{block(finding, color=color)}\n" for finding in ordered) + f"{count(ordered)}\n"


def count(findings: Iterable[Finding]) -> str:
    """How many there are: "2 errors, 1 warning in 1 file"."""
    found = tuple(findings)
    errors, warnings = (sum(finding.severity == severity for finding in found) for severity in ("error", "warning"))
    files = len({finding.span.path for finding in found})
    return counted(errors, warnings) + (f" in {number(files, 'file')}" if files else "")


def counted(errors: int, warnings: int) -> str:
    """Numbers of findings in words: "2 errors, 1 warning"."""
    parts = [number(errors, "error") if errors else "", number(warnings, "warning") if warnings else ""]
    return ", ".join(filter(None, parts)) or "no findings"


def number(count_: int, noun: str) -> str:
    """So many of something: "1 file", "2 files"."""
    return f"{count_} {noun}{'' if count_ == 1 else 's'}"


def block(finding: Finding, *, color: bool = False) -> str:
    """One finding as text: place, rule, what; then why, the remedy, where to read more. No newline at the end."""
    paint = _paint if color else _plain
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
    return json.dumps([row(finding) for finding in in_order(findings)], indent=2) + "\n"


def row(finding: Finding) -> dict[str, str | int]:
    """One finding as a flat object."""
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        **finding.span._asdict(),
        "what": finding.what,
        "why": finding.why,
        "mend": finding.mend,
    }


def github(findings: Iterable[Finding]) -> str:
    """One workflow command for each finding, which GitHub shows at the line of the change."""
    return "".join(f"{command(finding)}\n" for finding in in_order(findings))


def command(finding: Finding) -> str:
    """One finding as a workflow command. No newline at the end."""
    span = finding.span
    one_line = span.end_line in {0, span.line}  # GitHub takes columns within one line only
    places = {"file": printable(span.path), "line": span.line, "col": span.column * one_line}
    places |= {"endLine": span.end_line, "endColumn": span.end_column * one_line}
    # What came through a pipe, `<stdin>`, is no file that GitHub could show a place in: the words tell it.
    piped = span.path.startswith("<")
    properties = {} if piped else {name: str(value) for name, value in places.items() if value}
    properties["title"] = finding.rule
    said = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    what = f"{span}: {finding.what}" if piped else finding.what
    words = [printable(part) for part in (what, f"why: {finding.why}", f"mend: {finding.mend}") if part[-2:] != ": "]
    return f"::{finding.severity} {said}::{_data(chr(10).join(words))}"


def _data(words: str) -> str:
    # As the toolkit of GitHub's own actions escapes them; the newline between the parts is meant to survive.
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _data(words).replace(":", "%3A").replace(",", "%2C")
