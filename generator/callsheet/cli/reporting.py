"""Findings on a stream, in one of three forms, as they come: a million of them need no more memory than one."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable
from typing import IO

from callsheet import report
from callsheet.cli.console import Format
from callsheet.findings import Finding


class Report:
    """Prints findings one after another, and counts them. `close` ends it: JSON is a list only then."""

    def __init__(self, form: Format, stream: IO[str], *, color: bool = False) -> None:
        self.errors = 0
        self.warnings = 0
        self._form: Format = form
        self._stream = stream
        self._color = color

    def add(self, findings: Iterable[Finding]) -> None:
        """Print findings in the order in which they are given."""
        for finding in findings:
            self._stream.write(self._before() + self._words(finding))
            self.errors += finding.severity == "error"
            self.warnings += finding.severity == "warning"

    def close(self, last: str = "") -> None:
        """End the report; `last` is a line that sums it up, for people only."""
        if self._form == "json":
            self._stream.write("\n]\n" if self.errors or self.warnings else "[]\n")
        elif self._form == "text" and last:
            self._stream.write(f"{last}\n")
        self._stream.flush()

    def _before(self) -> str:
        if self._form != "json":
            return ""
        return ",\n" if self.errors or self.warnings else "[\n"

    def _words(self, finding: Finding) -> str:
        match self._form:
            case "text":
                return f"{report.block(finding, color=self._color)}\n"
            case "json":
                return textwrap.indent(json.dumps(report.row(finding), indent=2), "  ")
            case "github":
                return f"{report.command(finding)}\n"
