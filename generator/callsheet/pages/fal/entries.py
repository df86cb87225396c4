"""Fields as fal's pages list them, whichever page it is, and the facts that they come to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from callsheet.facts.flat import FactPath
from callsheet.pages.fal.typewords import Kind, parse_kind
from callsheet.pages.gather import Gathered, same
from callsheet.pages.reading import Place, Said
from callsheet.source.nodes import Plain

_DEEPEST: Final = 6
_MOST_PARTS: Final = 20_000
_OBJECTS: Final = frozenset(
    {
        *("File", "Image", "Video", "Audio", "ImageFile", "VideoFile", "AudioFile"),
        *(
            "ImageSize",
            "LoraWeight",
            "LoRAWeight",
            "LoRAInput",
            "ControlNet",
            "ControlLoraWeight",
            "Embedding",
            "RGBColor",
        ),
    }
)
"""Types that many endpoints share. They are objects, even where a page does not show their fields."""

_NUMBER: Final = re.compile(r"-?\d{1,30}(?:\.\d{1,30})?")

Where = Callable[[str], FactPath]


@dataclass(slots=True)
class Entry:
    """One field. `required` is None where no mark says; `default` is a list of one value, or of none."""

    name: str
    kind: str
    place: Place
    required: bool | None = None
    about: str = ""
    default: list[Plain] = field(default_factory=list[Plain])
    default_place: Place = field(default_factory=Place)
    allowed: list[Plain] | None = None
    allowed_place: Place = field(default_factory=Place)
    bounds: dict[str, tuple[Plain, Place]] = field(default_factory=dict[str, tuple[Plain, Place]])
    sure: bool = True
    """False for one at the end of a page: more of it may have been cut off."""


@dataclass(slots=True)
class Types:
    """The types that a page shows beside the fields. `open` is one of which the end may have been cut off."""

    fields: dict[str, list[Entry]] = field(default_factory=dict[str, list[Entry]])
    open: str | None = None
    doubtful: set[str] = field(default_factory=set[str])
    """Types that may have more fields than were told apart."""


@dataclass(slots=True)
class Telling:
    """Says the facts of entries."""

    found: Gathered
    types: Types
    parts: int = 0
    lost: list[str] = field(default_factory=list[str])
    """Names of types that the page uses and does not show."""

    def parameters(self, entries: Sequence[Entry], *, complete: bool) -> None:
        """The input. Its names are a fact only if the list is complete."""
        if complete and entries:
            self.found.say(("parameter_names",), [one.name for one in entries], entries[0].place)
        for one in entries:
            self.entry(one, _below(("parameters", one.name)), "", ())

    def output(self, entries: Sequence[Entry], place: Place, *, complete: bool) -> None:
        """The answer, which is one object."""
        if not entries:
            return
        self.found.say(("output", "", "type"), "object", place)
        if complete:
            self.found.say(("output", "", "fields"), [one.name for one in entries], place)
        for one in entries:
            self.entry(one, lambda pointer: ("output", pointer), f"/{one.name}", ())

    def entry(self, one: Entry, where: Where, pointer: str, above: tuple[str, ...]) -> None:
        """One field, and what lies within it."""
        self.parts += 1
        if self.parts > _MOST_PARTS:
            return
        here = where(pointer)
        say = self.found.say
        kind = parse_kind(one.kind)
        if kind is None:
            self.found.skip(one.place, f"{one.name} {one.kind}", "a type in a form that is not known")
        elif one.sure:
            self._kind(one, kind, where, pointer, above)
        if one.required is not None:
            say((*here, "required"), one.required, one.place)
        if one.allowed is not None:
            of_items = kind is not None and kind.of_items is not None
            say((*(where(f"{pointer}/0") if of_items else here), "allowed"), one.allowed, one.allowed_place)
        if one.default and here[0] == "parameters":
            say((*here, "default"), one.default[0], one.default_place)
        for word, (value, place) in one.bounds.items():
            say((*here, word), value, place)
        self.found.word(here, one.about, one.place)

    def _kind(self, one: Entry, kind: Kind, where: Where, pointer: str, above: tuple[str, ...]) -> None:
        here = where(pointer)
        types, missing = set(kind.types), list[str]()
        for name in kind.named:
            if name in self.types.fields or name in _OBJECTS or (kind.enum and one.allowed is not None):
                types.add("object")
            elif one.allowed is not None and not kind.types and len(kind.named) == 1:
                types |= _types_of(one.allowed)
            else:
                missing.append(name)
        if kind.enum:
            types |= _types_of(one.allowed or [])
        self.lost += missing
        if missing or (kind.enum and one.allowed is None):
            self.found.skip(one.place, f"{one.name} {one.kind}", "the page does not show what this type is")
        elif types:
            said: list[Plain] = [*sorted(types)]
            self.found.say((*here, "type"), said[0] if len(said) == 1 else said, one.place)
        if kind.nullable:
            self.found.say((*here, "nullable"), value=True, place=one.place)
        for name in kind.named:
            self._fields(name, where, pointer, above, one)
        if kind.listed is not None and pointer.count("/") < _DEEPEST:
            allowed = one.allowed if kind.of_items is not None else None
            item = Entry(one.name, one.kind, one.place, allowed=allowed)
            self._kind(item, kind.listed, where, f"{pointer}/0", above)

    def _fields(self, name: str, where: Where, pointer: str, above: tuple[str, ...], one: Entry) -> None:
        entries = self.types.fields.get(name)
        if entries is None:
            return
        if name in above or len(above) >= _DEEPEST:
            self.found.skip(one.place, f"{one.name} {name}", "the type contains itself, or is nested too deep")
            return
        if self.types.open != name and name not in self.types.doubtful and entries:
            self.found.say((*where(pointer), "fields"), [part.name for part in entries], entries[0].place)
        for part in entries:
            self.entry(part, where, f"{pointer}/{part.name}", (*above, name))


def _types_of(values: Sequence[Plain]) -> set[str]:
    found: set[str] = set()
    for value in values:
        match value:
            case bool():
                found.add("boolean")
            case int():
                found.add("integer")
            case float():
                found.add("number")
            case str():
                found.add("string")
            case _:
                pass
    return found


def _below(root: FactPath) -> Where:
    return lambda pointer: (*root[:-1], f"{root[-1]}{pointer}")


def lacks(found: Gathered, entries: Sequence[Entry], example: Plain, place: Place, types: Types) -> None:
    """Note each required field that an example of the output leaves out."""

    def held(parts: Sequence[Entry], value: Mapping[str, Plain], pointer: str, depth: int) -> None:
        for one in parts:
            at = f"{pointer}/{one.name}"
            if one.required and one.name not in value:
                said = Said(("output", at, "required"), value=True, place=one.place)
                shown = Said(("output", at, "example"), [*sorted(value)], place, "sample")
                found.clash(said.path, f"the example of the output leaves out {at}, which is required", said, shown)
            kind = parse_kind(one.kind)
            inner = value.get(one.name)
            listed = isinstance(inner, list) and kind is not None and kind.listed is not None
            if listed and isinstance(inner, list):
                inner, kind = (inner[0] if inner else None), kind.listed if kind else None
                at = f"{at}/0"
            for name in kind.named if kind is not None else ():
                if isinstance(inner, dict) and depth < _DEEPEST:
                    held(types.fields.get(name, []), inner, at, depth + 1)

    if isinstance(example, dict):
        held(entries, example, "", 0)


def typed(values: Sequence[str], kind: Kind | None, hints: Sequence[Plain]) -> list[Plain] | None:
    """Allowed values that a page shows without quotes. None where nothing tells whether they are text or numbers.

    `hints` are values that are among them, such as the default.
    """
    if kind is not None and kind.of_items is not None:
        kind, hints = kind.of_items, [item for hint in hints if isinstance(hint, list) for item in hint]
    numbers = [_numeric(value) for value in values]
    if kind is not None and "string" in kind.types:
        return [*values]
    if any(number is None for number in numbers):
        return [*values]
    if kind is not None and kind.types & {"integer", "number"}:
        return numbers
    told = [hint for hint in hints if isinstance(hint, str | int | float) and not isinstance(hint, bool)]
    if any(isinstance(hint, str) and hint in values for hint in told):
        return [*values]
    if any(same(hint, number) for hint in told for number in numbers):
        return numbers
    return None


def _numeric(text: str) -> Plain:
    return (float(text) if "." in text else int(text)) if _NUMBER.fullmatch(text) else None
