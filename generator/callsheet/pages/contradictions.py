"""What the parts of a page say against each other: samples, defaults, allowed values, ranges, spellings in prose."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from callsheet.facts.flat import FactPath
from callsheet.pages.gather import Gathered, same
from callsheet.pages.reading import Said
from callsheet.source.nodes import Plain

_QUOTED: Final = re.compile(r"['\"`\u2018\u201c]([^'\"`\u2018\u2019\u201c\u201d\n]{1,80})['\"`\u2019\u201d]")
_PROSE: Final = re.compile(
    r"\bdefaults?(?: value)?(?: is| to|:|=) ?['\"`]?(true|false|-?(?:0|[1-9]\d{0,15})(?:\.\d{1,15})?)['\"`]?"
    r"(?=[.;)]?\s*(?:\n|$)|[.;)]\s)",
    re.IGNORECASE,
)
"""A default that a sentence ends with. One that goes on may speak of a case."""
_SIZES: Final[tuple[tuple[str, int, type], ...]] = (
    ("min_length", 1, str),
    ("max_length", -1, str),
    ("min_items", 1, list),
    ("max_items", -1, list),
)
_LONGEST_WORDING: Final = 20_000


def contradict(found: Gathered) -> None:
    """Note every contradiction within what was gathered."""
    names = found.value("parameter_names")
    listed = [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
    by_owner = _by_owner(found.facts)
    for name in listed:
        _default(found, by_owner.get(name, {}), name)
        _spelling(found, by_owner.get(name, {}), name)
        _in_prose(found, by_owner.get(name, {}), name)
    samples = [said for path, said in found.facts.items() if path[0] == "sample"]
    for sample in samples:
        if isinstance(sample.value, dict):
            _sample(found, by_owner, set(listed), sample)


def _by_owner(facts: Mapping[FactPath, Said]) -> dict[str, dict[str, Said]]:
    """The facts of each parameter by their word."""
    found: dict[str, dict[str, Said]] = {}
    for path, said in facts.items():
        if path[0] == "parameters" and len(path) == 3:  # noqa: PLR2004 - parameters, name, word
            found.setdefault(path[1], {})[path[2]] = said
    return found


def _default(found: Gathered, words: Mapping[str, Said], name: str) -> None:
    default = words.get("default")
    if default is None or default.value is None:
        return
    required = words.get("required")
    if required is not None and required.value is True:
        what = f"{name} is required, and has a default all the same"
        found.clash(("parameters", name, "required"), what, required, default)
    for word, limit in _broken(words, default.value):
        what = f"the default of {name} is not within its {word}"
        found.clash(("parameters", name, word), what, limit, default)


def _in_prose(found: Gathered, words: Mapping[str, Said], name: str) -> None:
    """A number or truth value that prose gives as the default, and that is another one."""
    default = words.get("default")
    wording = found.wordings.get(("parameters", name, "about"))
    if default is None or wording is None or not isinstance(default.value, bool | int | float):
        return
    told = _PROSE.search(wording.text[:_LONGEST_WORDING])
    value = None if told is None else json.loads(told[1].lower())
    alike = isinstance(value, bool) is isinstance(default.value, bool)
    if value is not None and alike and not same(value, default.value):
        what = f"the text on {name} has another default"
        found.clash(default.path, what, default, Said(default.path, value, wording.place, "text"))


def _broken(words: Mapping[str, Said], value: Plain) -> Iterator[tuple[str, Said]]:
    """Limits that a value breaks."""
    allowed = words.get("allowed")
    kind = words.get("type")
    several = kind is not None and isinstance(kind.value, list)
    listed = allowed.value if allowed is not None and isinstance(allowed.value, list) else None
    other_branch = several and not isinstance(value, str)
    if allowed is not None and listed is not None and not other_branch and not any(same(value, one) for one in listed):
        yield "allowed", allowed
    if isinstance(value, bool):
        return
    measure = {"minimum": 1, "exclusive_minimum": 1, "maximum": -1, "exclusive_maximum": -1}
    for word, sign in measure.items():
        limit = words.get(word)
        if limit is None or not isinstance(value, int | float) or not isinstance(limit.value, int | float):
            continue
        beyond = (limit.value - value) * sign
        if beyond > 0 or (beyond == 0 and word.startswith("exclusive")):
            yield word, limit
    for word, sign, of in _SIZES:
        limit = words.get(word)
        size = len(value) if isinstance(value, of) and isinstance(value, str | list) else None
        if size is not None and limit is not None and isinstance(limit.value, int) and (limit.value - size) * sign > 0:
            yield word, limit


def _sample(found: Gathered, owners: Mapping[str, Mapping[str, Said]], listed: set[str], sample: Said) -> None:
    parts = sample.value if isinstance(sample.value, dict) else {}
    names = found.facts.get(("parameter_names",))
    for key, value in parts.items():
        here = Said(("parameters", key, "sample"), value, sample.place, "sample")
        if names is not None and key not in listed:
            found.clash(("parameter_names",), f"a sample has {key}, which is no parameter", names, here)
        for word, limit in () if value is None else _broken(owners.get(key, {}), value):
            what = f"the value of {key} in a sample is not within its {word}"
            found.clash(("parameters", key, word), what, limit, here)


def _spelling(found: Gathered, words: Mapping[str, Said], name: str) -> None:
    """A value that prose quotes in other letters than the list has it."""
    allowed = words.get("allowed")
    wording = found.wordings.get(("parameters", name, "about"))
    if allowed is None or wording is None or not isinstance(allowed.value, list):
        return
    exact = {one for one in allowed.value if isinstance(one, str)}
    folded = {one.casefold(): one for one in exact}
    for match in _QUOTED.finditer(wording.text[:_LONGEST_WORDING]):
        right = folded.get(match[1].casefold())
        if match[1] not in exact and right is not None:
            here = Said(allowed.path, match[1], wording.place, "text")
            found.clash(allowed.path, f"the text on {name} spells {right} as {match[1]}", allowed, here)
