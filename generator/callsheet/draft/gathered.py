"""What the pages of one endpoint say together: the first is believed, the others fill its gaps, and both are named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from callsheet.draft.house import sayable
from callsheet.facts.flat import FactPath
from callsheet.pages import Conflict, Place, Reading
from callsheet.rules.words import kind, listed, quoted
from callsheet.source.nodes import Plain

PAGE: Final = "page"
"""Id of the first page among the sources, which a model file need not name as a source."""

_SETTLED: Final = {"parameters": 3, "output": 3, "price": 2, "parameter_names": 1, "error_codes": 1, "output_media": 1}
"""Facts that a decision can settle, with the steps of their paths."""
_UNORDERED: Final = frozenset({"parameter_names", "fields", "allowed", "error_codes", "type"})


@dataclass(frozen=True, slots=True)
class Told:
    """One fact, with the id of the source that has it and its place there."""

    value: Plain
    source: str
    place: Place

    def where(self) -> str:
        """The place in words, for a remark: `page line 46`."""
        return where(self.source, self.place)


@dataclass(frozen=True, slots=True)
class Stub:
    """Something that a person has to decide: what it is about, and what was found."""

    about: str
    found: str
    settles: Plain = None
    """What the page goes on saying, in the words of the evidence; None where that is no single fact."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page, under the id that it has among the sources."""

    source: str
    reading: Reading


@dataclass(slots=True)
class Gathered:
    """All pages as one. `stubs` grows while a draft is made of them."""

    sheets: tuple[Sheet, ...]
    facts: dict[FactPath, Told] = field(default_factory=dict[FactPath, Told])
    abouts: dict[FactPath, Told] = field(default_factory=dict[FactPath, Told])
    stubs: list[Stub] = field(default_factory=list[Stub])

    def __getitem__(self, path: FactPath) -> Plain:
        """What is said; None where nothing is, too."""
        told = self.facts.get(path)
        return None if told is None else told.value

    def text(self, *path: str) -> str | None:
        """A fact that is text."""
        value = self[path]
        return value if isinstance(value, str) else None

    def open(self, about: str, found: str, settles: Plain = None) -> None:
        """Leave something to a person, once."""
        stub = Stub(about, found, settles)
        if stub not in self.stubs:
            self.stubs.append(stub)

    def samples(self) -> Iterator[tuple[str, Told]]:
        """Payloads by a name that is unique; one that two pages share counts once."""
        seen: list[Plain] = []
        for sheet in self.sheets:
            for said in sheet.reading.facts:
                if said.path[0] == "sample" and sayable(said.value) and said.value not in seen:
                    seen.append(said.value)
                    name = said.path[-1] if sheet.source == PAGE else said.path[-1].replace(PAGE, sheet.source)
                    yield name, Told(said.value, sheet.source, said.place)


def gather(readings: Sequence[Reading]) -> Gathered:
    """Lay pages over each other. Where two of them disagree, the earlier one holds and a person decides."""
    gathered = Gathered(tuple(_sheets(readings)))
    for sheet in gathered.sheets:
        for problem in sheet.reading.problems:
            gathered.open(f"The {_words(sheet.source)}", problem.what)
        for said in sheet.reading.facts:
            _add(gathered, said.path, Told(said.value, sheet.source, said.place))
        for wording in sheet.reading.wordings:
            gathered.abouts.setdefault(wording.path, Told(wording.text, sheet.source, wording.place))
    known: set[tuple[FactPath, str]] = set()
    for sheet in gathered.sheets:
        for conflict in sheet.reading.conflicts:
            if (conflict.path, conflict.what) not in known:
                known.add((conflict.path, conflict.what))
                says = "; ".join(f"{_shown(said.value)} ({where(sheet.source, said.place)})" for said in conflict.says)
                gathered.open(subject(conflict.path), f"{_capital(conflict.what)}: {says}.", _settled(conflict))
    return gathered


def _settled(conflict: Conflict) -> Plain:
    """What a decision on a contradiction settles: the values that were not believed, else the one that was."""
    path, said = conflict.path, [one.value for one in conflict.says if one.path == conflict.path]
    known = path[0] in _SETTLED and len(path) == _SETTLED[path[0]] and path[-1] != "about"
    if not known or not said or not all(sayable(value) for value in said):
        return None
    odd = [value for value in said[1:] if not _same(path, value, said[0])] or said[:1]
    value: Plain = odd[0] if len(odd) == 1 else odd
    for step in reversed(path):
        value = {step: value}
    return value


def _sheets(readings: Sequence[Reading]) -> Iterator[Sheet]:
    taken: set[str] = set()
    for number, reading in enumerate(readings, 1):
        last = reading.layout.rpartition("/")[2].lower()
        source = PAGE if number == 1 else last if last in {"llms", "openapi"} else f"page-{number}"
        source = source if source not in taken else f"{source}-{number}"
        taken.add(source)
        yield Sheet(source, reading)


def _add(gathered: Gathered, path: FactPath, told: Told) -> None:
    known = gathered.facts.get(path)
    if not sayable(told.value):
        gathered.open(subject(path), f"What {told.where()} says cannot be written in YAML.")
    elif path[0] == "sample":
        gathered.facts.setdefault(path, told)
    elif known is None or (path == ("price", "stated") and known.value is False):
        gathered.facts[path] = told
    elif path == ("parameter_names",):
        _add_names(gathered, known, told)
    elif not _same(path, known.value, told.value) and path != ("price", "stated"):
        word = _capital(path[-1]).replace("_", " ")
        says = f"{_shown(known.value)} ({known.where()}); {_shown(told.value)} ({told.where()})"
        gathered.open(subject(path), f"{word}: {says}.")


def _add_names(gathered: Gathered, known: Told, told: Told) -> None:
    names = known.value if isinstance(known.value, list) else []
    more = [name for name in told.value if name not in names] if isinstance(told.value, list) else []
    if more:
        gathered.facts["parameter_names",] = Told([*names, *more], known.source, known.place)
        gathered.open(", ".join(map(str, more)), f"Only {told.where()} has {listed(more)}, {known.where()} does not.")


def _same(path: FactPath, one: Plain, other: Plain) -> bool:
    """Whether two values say the same: numbers as numbers, lists that have no order as sets."""
    if path[-1] in _UNORDERED and isinstance(one, list) and isinstance(other, list):
        return sorted(map(repr, one)) == sorted(map(repr, other))
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def subject(path: FactPath) -> str:
    """What a fact is about, in the words of a decision: a parameter's name where it is one."""
    match path:
        case ("parameters", name, *_):
            return name
        case ("output", pointer, *_):
            return f"{pointer.strip('/')} of the output" if pointer.strip("/") else "Output"
        case ("parameter_names",):
            return "Parameters"
        case ("error_codes", *_):
            return "Error codes"
        case (first, *rest) if rest:
            return f"{first}: {' '.join(rest)}"
        case _:
            return _capital(" ".join(path)).replace("_", " ")


def where(source: str, place: Place) -> str:
    """A place of a source in words."""
    return f"{_words(source)} {place}" if place != Place() else f"the {_words(source)}"


def _words(source: str) -> str:
    return "llms.txt" if source == "llms" else "OpenAPI document" if source == "openapi" else source


def _shown(value: Plain) -> str:
    """A value as it stands in a sentence; what is long is cut."""
    if isinstance(value, list):
        return listed(value)
    return kind(value) if value is None or isinstance(value, dict) else quoted(value).strip("`")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".:")
