"""The facts of a spec as they would be if it said what a page says.

What the page says takes the place of what the spec says. What it does not say stays, unless the page tells that
subject in full (`Reading.tells`), or the spec has the fact from another source.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, cast
from urllib.parse import urlsplit

from callsheet.contract.evidence.files import same
from callsheet.drift.settled import Decisions
from callsheet.facts import FactPath, Facts
from callsheet.facts.parts import escaped
from callsheet.findings import errors
from callsheet.pages import Place, Reading, Subject
from callsheet.plan.model import ModelPlan
from callsheet.source.nodes import Plain
from callsheet.spec.model import Citation

_BOUNDS: Final = ("minimum", "maximum", "exclusive_minimum", "exclusive_maximum", "multiple_of")
_LENGTHS: Final = ("min_length", "max_length")
_ITEMS: Final = ("min_items", "max_items")
_TOLD: Final[Mapping[Subject, tuple[str, ...]]] = {
    "default": ("default",),
    "allowed": ("allowed",),
    "bounds": (*_BOUNDS, *_LENGTHS, *_ITEMS),
    "format": ("format",),
    "nullable": ("nullable",),
}
"""Words of a parameter, by the subject of which silence means that there is none."""

_ASPECTS: Final = {
    "allowed": "enum",
    **dict.fromkeys(_BOUNDS, "range"),
    **dict.fromkeys(_LENGTHS, "length"),
    **dict.fromkeys(_ITEMS, "items"),
}
"""What a citation calls a word, where it is another."""

_LISTS: Final[Mapping[str, Subject]] = {
    "parameter_names": "parameter_names",
    "error_codes": "error_codes",
    "fields": "outputs",
}
"""Facts that are lists, of which a page may know a part only; by the subject that makes it all of them."""

_PRICED: Final = ("price", "stated")
_NAMES: Final = ("parameter_names",)

UNKNOWN: Final = "?"
"""Stands for the meaning of a state that a page lists without one."""


@dataclass(slots=True)
class Overlaid:
    """Old and new facts, where the page has the new ones, and the names that the page's ways have in the spec."""

    old: Facts
    new: Facts
    places: dict[FactPath, Place] = field(default_factory=dict[FactPath, Place])
    ways: Mapping[str, str] = field(default_factory=dict[str, str])
    unpriced: bool = False
    """Whether the page shows no price, and the spec has one from it."""
    unsure: set[str] = field(default_factory=set[str])
    """Parameters of which a passage was not understood."""

    def without(self, name: str) -> bool:
        """Whether neither the spec nor the page has a parameter."""
        return not any(isinstance(one, list) and name in one for one in (self.old.get(_NAMES), self.new.get(_NAMES)))

    def place(self, path: FactPath) -> Place:
        """Where the page speaks of a fact, or of what is next to it."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.places:
                return self.places[path[:length]]
            near = [place for one, place in self.places.items() if one[:length] == path[:length]]
            if near and (length > 1 or path[0] not in {"parameters", "output"}):
                return near[0]
        fallback = {"parameters": ("parameter_names",), "output": ("output", "", "fields")}.get(path[0], ())
        return self.places.get(fallback, Place())


def overlay(reading: Reading, spec: Facts, model: ModelPlan, settled: Decisions, kind: str) -> Overlaid:
    """Set a page against the facts of a spec. `kind` is the id of the source that the page is."""
    ways = matched(reading.as_facts(), spec)
    settled = settled.said_as(ways)
    made = Overlaid(spec, dict(spec), ways=ways)
    tells = frozenset[Subject]() if errors(reading.problems) else reading.tells
    followed = _followed(reading, spec, ways)
    said: Facts = {}
    for one in reading.facts:
        path = (ways.get(one.path[0], one.path[0]), *one.path[1:])
        made.places.setdefault(path, one.place)
        said[path] = one.value
    if said.get(_PRICED) is False and spec.get(_PRICED) is True:
        del said[_PRICED]  # silence is no price; and it may be known from elsewhere
        made.unpriced = _of_this_page(_PRICED, model, kind) and not settled.covers(_PRICED, False)
    others = [way for way in reading.ways() if way not in ways]
    names = said.get(_NAMES)
    if isinstance(names, list):
        said[_NAMES] = [one for one in names if not _left_out(str(one), reading, spec, settled)]
    for path, value in said.items():
        if path in followed or _also(spec, path, value):
            continue
        if path[0] not in others and not settled.covers(path, value):
            _say(made.new, path, value, tells, said)
    _add_ways(made.new, others, said, settled)
    made.unsure = _unsure(reading)
    _take_away(
        made.new,
        said,
        tells,
        lambda path: (
            settled.silent(path)
            or not _of_this_page(path, model, kind)
            or (path[0] == "parameters" and path[1].split("/")[0] in made.unsure)
        ),
    )
    return made


def _left_out(name: str, reading: Reading, spec: Facts, settled: Decisions) -> bool:
    """Whether a decision settles all that a page says of a parameter, and the spec does not have it."""
    said = [one for one in reading.facts if one.path[0] == "parameters" and one.path[1].split("/")[0] == name]
    known = spec.get(_NAMES)
    fresh = not (isinstance(known, list) and name in known)
    return fresh and bool(said) and all(settled.covers(one.path, one.value) for one in said)


def _unsure(reading: Reading) -> set[str]:
    """Parameters of which the page says something that was not understood: it may be what seems to be gone.

    On the line with its name that is its type, and hides nothing else.
    """
    said = [(one.place.line, one.path) for one in reading.facts if one.path != ("parameter_names",)]
    starts = sorted((line, path[1].split("/")[0] if path[0] == "parameters" else "") for line, path in said)
    lines = [line for line, _ in starts]
    first = {name: line for line, name in reversed(starts)}
    at = [(one.place.line, bisect_right(lines, one.place.line) - 1) for one in reading.unread if one.place.line]
    near = [(line, starts[number][1]) for line, number in at if number >= 0]
    return {name for line, name in near if name and line > first[name]}


def matched(page: Facts, spec: Facts) -> dict[str, str]:
    """The spec's names for the page's ways: by where a job is submitted, else by kind if there is but one."""
    ways = [path[0] for path in page if path[1:] == ("kind",)]
    names = [path[0] for path in spec if path[1:] == ("kind",)]
    found: dict[str, str] = {}
    for word in ("url", "kind"):
        at = ("submit", "url") if word == "url" else ("kind",)
        for way in ways:
            if way in found or (way, *at) not in page:
                continue
            free = [one for one in names if one not in found.values()]
            fitting = [one for one in free if spec.get((one, *at)) == page[(way, *at)]]
            if word == "kind" and way in fitting:
                fitting = [way]
            if len(fitting) == 1:
                found[way] = fitting[0]
    return found


def _followed(reading: Reading, spec: Facts, ways: Mapping[str, str]) -> set[FactPath]:
    """Facts of which a page says several things, and the spec follows one of them."""
    found: set[FactPath] = set()
    for conflict in reading.conflicts:
        path = (ways.get(conflict.path[0], conflict.path[0]), *conflict.path[1:])
        if any(said.path == conflict.path and same(said.value, spec.get(path)) for said in conflict.says):
            found.add(path)
    return found


def _also(spec: Facts, path: FactPath, value: Plain) -> bool:
    """Whether a page has another address that the spec has, too, for the same step of a job."""
    known = spec.get(path)
    if path[-1] != "url" or not isinstance(known, str) or not isinstance(value, str):
        return False
    names = [one[2] for one, url in spec.items() if one[:2] == (path[0], "urls") and url == known]
    others = [spec.get((path[0], "urls_also", name)) for name in names]
    one, other = urlsplit(known), urlsplit(value)
    return one[:2] == other[:2] and any(isinstance(paths, list) and other.path in paths for paths in others)


def _say(new: Facts, path: FactPath, value: Plain, tells: frozenset[Subject], said: Facts) -> None:
    """Let the new facts say one thing that the page says."""
    match path:
        case (way, "state_names") if isinstance(value, list):
            _states(new, way, [str(one) for one in value], "state_names" in tells, said)
        case (*before, "answer_keys_named") if isinstance(value, list):
            whole = (*before, "answer_keys")
            known = new.get(whole)
            if isinstance(known, list):
                new[whole] = [*known, *(one for one in value if one not in known)]
        case (_, "credential", word) if path not in new and not _has_credential(new, path[0]):
            _set(new, ("credential", word), value)
        case ("parameters", _, "default") if value is None and path not in new:
            pass  # "none" in the page's words is what the spec says by saying nothing
        case ("sample", _):
            if not any(one[0] == "sample" and same(known, value) for one, known in new.items()):
                new[path] = value
        case _ if (subject := _LISTS.get(path[-1])) is not None and subject not in tells and isinstance(value, list):
            known = new.get(path)
            held = known if isinstance(known, list) else []
            _set(new, path, [*held, *(one for one in value if one not in held)])
        case _:
            _set(new, path, value)


def _set(new: Facts, path: FactPath, value: Plain) -> None:
    if path not in new or not same(new[path], value):
        new[path] = value


def _has_credential(facts: Facts, way: str) -> bool:
    return any(path[:2] == (way, "credential") for path in facts)


def _states(new: Facts, way: str, names: Iterable[str], whole: bool, said: Facts) -> None:  # noqa: FBT001 - internal
    listed = list(names)
    for name in listed:
        if (way, "states", name) not in new and (way, "states", name) not in said:
            new[(way, "states", name)] = UNKNOWN
    if whole:
        for path in [path for path in new if path[:2] == (way, "states") and path[2] not in listed]:
            del new[path]


def _add_ways(new: Facts, others: Iterable[str], said: Facts, settled: Decisions) -> None:
    """Ways that the spec does not have. What is said of one beyond its kind waits until the spec has it."""
    for way in others:
        if not settled.covers((way, "kind"), said[way, "kind"]):
            names = cast("list[Plain]", new[("protocols",)])
            new[("protocols",)] = [*names, way]


def _take_away(new: Facts, said: Facts, tells: frozenset[Subject], kept: Callable[[FactPath], bool]) -> None:
    """Take out what the page would say if it were so."""
    names = {path[1] for path in said if path[0] == "parameters"}
    words = [word for subject in tells for word in _TOLD.get(subject, ())]
    gone = [path for path in new if path[0] == "parameters" and path[1] in names and path[-1] in words]
    if "parameter_names" in tells:
        listed = cast("list[Plain]", new[("parameter_names",)])
        gone += [path for path in new if path[0] == "parameters" and path[1].split("/")[0] not in listed]
    if "outputs" in tells:
        pointers = {path[1] for path in said if path[0] == "output"}
        lists = [(path[1], value) for path, value in said.items() if path[0] == "output" and path[-1] == "fields"]
        pointers |= {f"{at}/{escaped(str(name))}" for at, names in lists if isinstance(names, list) for name in names}
        whole = {path[1] for path in said if path[0] == "output" and path[-1] == "fields"}
        parts = [path for path in new if path[0] == "output" and path[1].rpartition("/")[0] in whole and path[1]]
        gone += [path for path in parts if path[1] not in pointers]
    if "typical_seconds" in tells:
        gone += [("typical_seconds",)]
    for path in gone:
        if path not in said and not kept(path):
            new.pop(path, None)
    if "protocols" in tells:
        there = {path[0] for path in said if path[1:] == ("kind",)}
        held = cast("list[Plain]", new[("protocols",)])
        new[("protocols",)] = [one for one in held if one in there or kept((str(one), "kind"))]


def _of_this_page(path: FactPath, model: ModelPlan, kind: str) -> bool:
    """Whether the spec has a fact from this page, so that the page's silence is worth something."""
    return _cited(path, model) == kind


def _cited(path: FactPath, model: ModelPlan) -> str:
    """The source of a fact of a model; "" where it has none."""
    if path[0] == "price":
        return model.spec.price.cited.sources.get("", "")
    cited: Citation | None = None
    if path[0] == "parameters":
        name = path[1].split("/")[0]
        cited = next((one.cited for one in model.spec.input if one.name == name), None)
    if cited is None:
        return "page"
    return cited.sources.get(_ASPECTS.get(path[-1], path[-1]), cited.sources.get("", ""))
