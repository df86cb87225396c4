"""The fields of fal's `llms.txt`: one bullet each, and below it its default, range and options."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from callsheet.pages.fal.details import default_in
from callsheet.pages.fal.entries import Entry, typed
from callsheet.pages.fal.typewords import parse_kind
from callsheet.pages.gather import Gathered
from callsheet.pages.lines import Line
from callsheet.pages.literals import NoLiteralError, literal, whole
from callsheet.pages.reading import Place, Said
from callsheet.source.nodes import Plain

FIELD: Final = re.compile(
    r"^[-*]\s+\*\*`(?P<name>[^`]{1,80})`\*\*\s*\(`(?P<type>[^`]{1,300})`(?:,\s*_?(?P<mark>required|optional)_?)?\)\s*:?$"
)
_DETAIL: Final = re.compile(
    r"^\s*[-*]\s+(Default|Options|Range|Examples?|Minimum|Maximum|Array of|Min|Max)\b:?\s*(.*)$"
)
_NUMBER: Final = r"`?(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)`?"
_RANGE: Final = re.compile(rf"^(?:{_NUMBER})?\s*(?:to|-|\u2013|\.\.)\s*(?:{_NUMBER})?$")
_AT_LEAST: Final = re.compile(
    rf"^(?:(?:>=|≥|at least|min(?:imum)?:?|from)\s*{_NUMBER}|{_NUMBER}\s*(?:or more|and above|\+))$", re.IGNORECASE
)
_AT_MOST: Final = re.compile(
    rf"^(?:(?:<=|≤|at most|max(?:imum)?:?|up to)\s*{_NUMBER}|{_NUMBER}\s*(?:or less|and below))$", re.IGNORECASE
)
_ENDLESS: Final = re.compile(r"`?(?:-?∞|-?infinity|-?inf|none|null|undefined|unlimited)`?", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"[ ,|]*+")


@dataclass(slots=True)
class Bullets:
    """Reads fields. `ranged` tells whether one had a range: pages of an age that shows them show all."""

    found: Gathered
    ranged: bool = False

    def entry(self, head: re.Match[str], lines: list[Line], examples: list[tuple[dict[str, Plain], Place]]) -> Entry:
        """The field whose head was matched in the first of the lines. An example may tell the type of its values."""
        place = Place(lines[0].number)
        mark = head["mark"]
        one = Entry(head["name"], head["type"], place, None if mark is None else mark == "required")
        about: list[str] = []
        options: tuple[str, Place] | None = None
        for line in lines[1:]:
            detail = _DETAIL.match(line.text)
            if detail is None:
                about.append(line.bare)
                continue
            here, text = Place(line.number), detail[2].strip()
            match detail[1].lower():
                case "default":
                    self._default(one, text, here)
                case "options":
                    options = (text, here)
                case "range" | "minimum" | "maximum" | "min" | "max" as word:
                    self._range(one, text if word == "range" else f"{word} {text}", here)
                case _:
                    pass
        if options is not None:
            self._options(one, *options, [value[one.name] for value, _ in examples if one.name in value])
        text = "\n".join(about)
        one.about, prose, _ = default_in(
            text, textual=_textual(one), allowed=[str(value) for value in one.allowed or []]
        )
        self._prose_default(one, prose)
        return one

    def _prose_default(self, one: Entry, prose: list[Plain]) -> None:
        if not prose or one.default == prose:
            return
        if not one.default:
            one.default, one.default_place = prose, one.place
            return
        path = ("parameters", one.name, "default")
        listed = Said(path, one.default[0], one.default_place)
        self.found.clash(
            path, f"the text on {one.name} has another default", listed, Said(path, prose[0], one.place, "text")
        )

    def _default(self, one: Entry, text: str, here: Place) -> None:
        inner = text[1:-1] if len(text) > 1 and text[0] == text[-1] == "`" else text
        fine, value = whole(inner)
        if not fine and _textual(one) and inner[:1] not in {'"', "[", "{", ""}:
            fine, value = True, inner
        if fine:
            one.default, one.default_place = [value], here
        else:
            self.found.skip(here, text, f"the default of {one.name} is in a form that is not known")

    def _range(self, one: Entry, text: str, here: Place) -> None:
        """`2` to `50`, where either may be left out or endless."""
        text = _ENDLESS.sub("", text).strip()
        both, least, most = _RANGE.match(text), _AT_LEAST.match(text), _AT_MOST.match(text)
        low = both[1] if both else (least[1] or least[2]) if least else None
        high = both[2] if both else (most[1] or most[2]) if most else None
        if low is None and high is None:
            self.found.skip(here, text, f"the range of {one.name} is in a form that is not known")
            return
        kind = parse_kind(one.kind)
        words = ("minimum", "maximum") if kind is not None and kind.types & {"integer", "number"} else None
        if words is None:
            self.found.skip(here, text, f"{one.name} is no number, and has a range")
            return
        self.ranged = True
        for word, said in zip(words, (low, high), strict=True):
            if said is not None:
                one.bounds[word] = (literal(said)[0], here)

    def _options(self, one: Entry, text: str, here: Place, hints: list[Plain]) -> None:
        values: list[Plain] = []
        at = 0
        text = re.sub(r"`([^`]*)`", r"\1", text)
        try:
            while at < len(text):
                value, at = literal(text, at)
                values.append(value)
                at = _between(text, at)
        except NoLiteralError:
            plain = [part.strip() for part in text.split(",")]
            known = typed(plain, parse_kind(one.kind), [*one.default, *hints]) if '"' not in text else None
            if known is None:
                self.found.skip(here, text, f"the options of {one.name} are in a form that is not known")
                return
            values = known
        one.allowed, one.allowed_place = [value for value in values if value is not None], here


def _textual(one: Entry) -> bool:
    kind = parse_kind(one.kind)
    return kind is not None and (kind.types == frozenset({"string"}) or (kind.enum and not kind.types))


def _between(text: str, at: int) -> int:
    found = _BETWEEN.match(text, at)
    return found.end() if found is not None else at
