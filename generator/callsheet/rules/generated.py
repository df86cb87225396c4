"""Rules on what was generated."""

from __future__ import annotations

from typing import Final

from callsheet.rules.rule import Rule

STALE_FILE: Final = Rule(
    "stale-file",
    "A generated file is not what the specs give.",
    "people would call something else than what was reviewed",
    wrong="generated/callsheet_clients/fal/scail_2.py     (edited by hand)",
    right="generated/callsheet_clients/fal/scail_2.py     (as callsheet generate wrote it)",
    mend="run: callsheet generate",
    example="folder",
)
