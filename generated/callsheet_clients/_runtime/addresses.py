# Copied by callsheet from generator/callsheet/runtime/addresses.py.
# Do not edit: change that file, then `make generate`.
"""An address of a provider's, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

_CLIMBING: Final = frozenset({"", ".", ".."})


@dataclass(frozen=True, slots=True)
class Address:
    """A URL on a declared host. `path` and `query` may hold `{request_id}` and the model's path variables.

    `{+request_id}` in a path is an id with its slashes: several segments.
    """

    host: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    only_given: bool = False
    """The client asks it only where an answer named it: the provider says that it cannot be made up."""


class NoPath(ValueError):
    """A text from outside that would lead somewhere else as segments of a path."""


def filled(path: str, variables: Mapping[str, str], taken: Mapping[str, str]) -> str:
    """A path with its placeholders filled. `variables` are of the spec; `taken` came from outside, such as an id.

    NoPath where one of these cannot stand for several segments (`{+name}`). Slashes of the spec's own values are kept.
    """
    for name, value in variables.items():
        path = path.replace(f"{{{name}}}", quote(value))
    for name, value in taken.items():
        path = path.replace(f"{{{name}}}", segment(value))
        if (several := f"{{+{name}}}") in path:
            path = path.replace(several, _segments(value))
    return path


def segment(text: str) -> str:
    """A text as one segment of a path; one that is all dots would climb out of it."""
    quoted = quote(text, safe="", errors="replace")
    return quoted.replace(".", "%2E") if not quoted.strip(".") else quoted


def _segments(text: str) -> str:
    """A text as several segments: its slashes stay, and whatever else means something in a URL does not."""
    parts = text.split("/")
    if not _CLIMBING.isdisjoint(parts):
        raise NoPath(f"{text[:200]!r} is no path: a part of it is empty, `.` or `..`")
    return "/".join(map(segment, parts))
