"""A change in words: what it is about, what it was, what it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from callsheet.changes.change import ABSENT, Absent, Change
from callsheet.facts.flat import FactPath
from callsheet.source.nodes import Plain

_LONGEST: Final = 100
"""Characters of a value; a longer one is cut in the middle."""
_PHRASES: Final[Mapping[FactPath, str]] = {
    ("python", "attribute"): "its attribute of the client",
    ("protocols",): "protocols",
    ("error_codes",): "HTTP codes of errors",
    ("about",): "what it is",
}


def subject(change: Change) -> str:  # noqa: PLR0911 - a line for each kind of path
    """What a change is about: "`mode`, allowed", "output `/video/url`, required"."""
    match change.path:
        case ("parameters", name):
            return f"`{name}`"
        case ("parameters", name, *words):
            return f"`{name}`, {_words(words)}"
        case ("output", pointer):
            return f"output `{pointer}`"
        case ("output", pointer, *words):
            return f"output{f' `{pointer}`' if pointer else ''}, {_words(words)}"
        case ("rule" | "sample" | "error" as kind, name, *words):
            return f"{kind} `{name}`{f', {_words(words)}' if words else ''}"
        case ("python", "parameter", name):
            return f"`{name}`, its name in Python"
        case ("rule_texts", name, *_):
            return f"rule `{name}`, about"
        case (way, "states", name):
            return f"{way}: state {name}"
        case path:
            return _PHRASES.get(path, _words(path))


def _words(words: list[str] | tuple[str, ...]) -> str:
    return " ".join(word.replace("_", " ") if word.islower() and "/" not in word else word for word in words)


def transition(change: Change) -> str:
    """From what to what: `40 → 30`, `"1080p" is new`, `"480p" is gone`."""
    if change.old is ABSENT:
        return f"{shown(change.new)} is new"
    if change.new is ABSENT:
        return f"{shown(change.old)} is gone"
    return f"{shown(change.old)} → {shown(change.new)}"


def sentence(change: Change) -> str:
    """Both in one."""
    return f"{subject(change)}: {transition(change)}"


def shown(value: Plain | Absent) -> str:
    """A value as JSON, cut where it is long."""
    if value is ABSENT:
        return "nothing"
    whole = int(value) if isinstance(value, float) and value.is_integer() else value
    text = json.dumps(whole, ensure_ascii=False)
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half]} … {text[-half:]}"
