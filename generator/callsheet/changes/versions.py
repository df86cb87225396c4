"""The version that a client should have after changes: the policy of `docs/versioning.md`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from callsheet.changes.change import Change

Version = tuple[int, int, int]
_FORM: Final = re.compile(r"(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\Z")


def version(text: str) -> Version | None:
    """MAJOR.MINOR.PATCH as numbers; None of anything else."""
    found = _FORM.match(text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def proposed(before: str, changes: Iterable[Change]) -> str:
    """The next version: major for what breaks, minor for what is added, patch for what is reworded.

    Below 1.0.0 what breaks is a minor version, too. Without changes, or of a version of another form, it stays.
    """
    kinds = {change.kind for change in changes}
    known = version(before)
    if known is None or not kinds:
        return before
    major, minor, patch = known
    if "breaking" in kinds and major:
        return f"{major + 1}.0.0"
    if kinds & {"breaking", "additive"}:
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"
