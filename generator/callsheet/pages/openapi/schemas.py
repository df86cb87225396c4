"""A schema as facts: those of each parameter or part of an output, and of what lies within it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from callsheet.facts.flat import FactPath
from callsheet.pages.gather import Gathered
from callsheet.pages.limits import MOST_FIELDS, MOST_PARTS
from callsheet.pages.openapi.document import At, Document, escaped
from callsheet.pages.openapi.shapes import Shape, shape_of
from callsheet.source.nodes import Plain

_DEEPEST: Final = 10

_WORDS: Final = {
    "pattern": "pattern",
    "multipleOf": "multiple_of",
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_items",
    "maxItems": "max_items",
}

Where = Callable[[str], FactPath]
"""The path of the facts on a part, by its pointer."""


@dataclass(slots=True)
class Walk:
    """Goes through schemas of one document, and notes what they say."""

    document: Document
    found: Gathered
    parts: int = 0

    def parameters(self, schema: At) -> Shape:
        """The parameters that a request body's schema lists."""
        shape = shape_of(self.document, schema)
        names = self._names(shape)
        if self.document.budget.over:
            return shape
        self._unread(shape)
        place = self.document.place(schema)
        if names or "object" in shape.types:
            self.found.say(("parameter_names",), [*names], place)
        for name in names:
            here = ("parameters", name)
            self.part(shape.properties[name], _below(here), "", frozenset(shape.through))
            self.found.say((*here, "required"), name in shape.required, self.document.place(shape.properties[name]))
        return shape

    def output(self, schema: At) -> None:
        """The answer that a schema describes."""
        self.part(schema, lambda pointer: ("output", pointer), "", frozenset())

    def part(self, at: At, where: Where, pointer: str, above: frozenset[str]) -> None:
        """The facts of one part and of those below it. `above` are the definitions that it lies within."""
        self.parts += 1
        budget = self.document.budget
        if self.parts > MOST_PARTS:
            budget.end(f"it has more than {MOST_PARTS:,} parts of parameters and outputs")
        shape = shape_of(self.document, at)
        names = self._names(shape)
        if budget.over:  # a part of which not all was looked at would be told wrong
            return
        self._unread(shape)
        here = where(pointer)
        self._words(shape, at, here)
        if shape.through & above or pointer.count("/") >= _DEEPEST:
            if shape.properties or shape.items is not None:
                self.found.skip(self.document.place(at), at.pointer, "the type contains itself, or is nested too deep")
            return
        inside = above | shape.through
        if names:
            self.found.say((*here, "fields"), [*names], self.document.place(at))
            for name in names:
                below = f"{pointer}/{escaped(name)}"
                self.part(shape.properties[name], where, below, inside)
                place = self.document.place(shape.properties[name])
                self.found.say((*where(below), "required"), name in shape.required, place)
        if shape.items is not None:
            self.part(shape.items, where, f"{pointer}/0", inside)

    def _names(self, shape: Shape) -> list[str]:
        """The fields of one type; none if there are more than any endpoint has."""
        names = shape.names()
        if len(names) > MOST_FIELDS:
            self.document.budget.end(f"a type has {len(names):,} fields, {MOST_FIELDS:,} are read at most")
            return []
        return names

    def _words(self, shape: Shape, at: At, here: FactPath) -> None:
        place = self.document.place
        say = self.found.say
        if shape.types:
            kinds: list[Plain] = [*sorted(shape.types)]
            say((*here, "type"), kinds[0] if len(kinds) == 1 else kinds, place(at))
        values = shape.words.get("enum") or shape.words.get("const")
        if values is not None:
            listed = values.value if isinstance(values.value, list) else [values.value]
            shape.nullable = shape.nullable or None in listed
            say((*here, "allowed"), [one for one in listed if one is not None], place(values))
        if shape.nullable:
            say((*here, "nullable"), value=True, place=place(at))
        form = shape.words.get("format")
        if form is not None and "string" in shape.types and isinstance(form.value, str):
            say((*here, "format"), form.value, place(form))
        for keyword, word in _WORDS.items():
            said = shape.words.get(keyword)
            if said is not None and (isinstance(said.value, str) if keyword == "pattern" else _number(said.value)):
                say((*here, word), said.value, place(said))
        self._range(shape, here)
        if "default" in shape.words and here[0] == "parameters":
            say((*here, "default"), shape.words["default"].value, place(shape.words["default"]))
        if (old := shape.words.get("deprecated")) is not None and old.value is True:
            say((*here, "deprecated"), value=True, place=place(old))
        about = shape.words.get("description")
        if about is not None and isinstance(about.value, str):
            self.found.word(here, about.value, place(about))

    def _range(self, shape: Shape, here: FactPath) -> None:
        """Bounds: in 3.0 `exclusiveMinimum` says how `minimum` is meant, in 3.1 it is a number of its own."""
        for plain, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
            bound, beyond = shape.words.get(plain), shape.words.get(exclusive)
            word = plain
            if beyond is not None and beyond.value is True:
                word = f"exclusive_{plain}"
            elif beyond is not None and _number(beyond.value):
                self.found.say((*here, f"exclusive_{plain}"), beyond.value, self.document.place(beyond))
            if bound is not None and _number(bound.value):
                self.found.say((*here, word), bound.value, self.document.place(bound))

    def _unread(self, shape: Shape) -> None:
        for at, why in shape.unread:
            self.found.skip(self.document.place(at), at.pointer, why)


def _below(root: FactPath) -> Where:
    return lambda pointer: (*root[:-1], f"{root[-1]}{pointer}")


def _number(value: Plain) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
