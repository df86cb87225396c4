"""A rule: what is refused, why, how to mend it, and a wrong and a right example."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from callsheet.findings import Finding, Severity, Span

Example = Literal["yaml", "provider", "model", "folder", "payload", "json", "settings"]
"""What the examples of a rule are: any YAML file, a part of a provider or model file, a folder in words, a payload, the
text of a JSON file, or that of a pyproject.toml.

A part is laid over a small valid spec (mappings merge, everything else is replaced); the wrong one then gives a finding
of the rule, and the right one gives none at all. `tests/rules` does so for every rule.
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is refused. The id names it so that it reads well after "allow": allow `doubled-key`."""

    id: str
    summary: str
    why: str
    wrong: str
    right: str
    mend: str = ""
    example: Example = "model"
    severity: Severity = "error"

    def at(self, span: Span, what: str, mend: str = "") -> Finding:
        """The fault at a place. `mend` takes the place of the rule's own remedy where more is known."""
        return Finding(self.id, span, what, self.why, mend or self.mend, self.severity)
