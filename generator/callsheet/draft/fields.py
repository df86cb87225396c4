"""Parameters and fields of objects in the words of the spec language, as far as the page has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from callsheet.draft.gathered import PAGE, Gathered, Told
from callsheet.draft.guessed import Guess, is_address, kind_of_file, kinds_of
from callsheet.draft.house import Below, Noted, Tree
from callsheet.draft.judged import refusals
from callsheet.draft.named import NamedTypes
from callsheet.draft.parts import ITEM, Part
from callsheet.rules.words import listed, quoted
from callsheet.source.nodes import Plain
from callsheet.spec import patterns

_BOUNDS: Final = ("minimum", "maximum", "exclusive_minimum", "exclusive_maximum", "multiple_of")
_LENGTHS: Final = ("min_length", "max_length")
_COUNTS: Final = ("min_items", "max_items")
_FITTING: Final = {
    "string": ("format", "enum", *_LENGTHS, "pattern"),
    "integer": ("enum", *_BOUNDS),
    "number": ("enum", *_BOUNDS),
    "boolean": ("enum",),
    "array": _COUNTS,
    "object": (),
}
"""The limits that each type knows, in the order in which they are written."""
_LIMITS: Final = tuple(dict.fromkeys(word for words in _FITTING.values() for word in words))
_ANY: Final = ("boolean", "number", "object", "string")
"""What an output may be of which nothing is known: a guess that is wrong would refuse what was paid for."""
_ANY_TEXT: Final = ("boolean", "number", "string")
"""What the items of an input may be of which nothing is known: of an object, nothing would be sent."""
_RANGES: Final = (("minimum", "maximum"), ("min_length", "max_length"), ("min_items", "max_items"))

_WORD: Final = {"enum": "allowed"}
"""What a fact calls a key of the language, where it has another name."""
_ASPECT: Final = {
    "allowed": "enum",
    **dict.fromkeys(_BOUNDS, "range"),
    **dict.fromkeys(_LENGTHS, "length"),
    **dict.fromkeys(_COUNTS, "items"),
}
_ASPECTS: Final = frozenset({"type", "required", "default", "format", "media", "unit", "pattern", "deprecated"})
_OF_TYPE: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int, float),
    "number": (int, float),
    "boolean": (bool,),
}


@dataclass(slots=True)
class Fields:
    """Makes fields of parts. `incoming`: of the input, where an object takes nothing that is not declared."""

    gathered: Gathered
    types: NamedTypes
    incoming: bool
    bare: bool = False
    """Whether an object was met of which the page shows no field: an input takes nothing in it."""

    def field(self, name: str, part: Part, printed: list[Plain]) -> dict[str, Tree]:
        """A parameter or field. `printed` are values of it that the page prints somewhere."""
        default = part["default"]
        values: list[Plain] = [value for value in [default, *_allowed(part), *printed] if value is not None]
        kind = self.type(name, part, values)
        made: dict[str, Tree] = dict(kind)
        if part["required"] is True:
            _insert(made, "required", True)
        if "default" in part.words:
            self._default(name, part, kind, made)
        if isinstance(unit := part["unit"], str) and unit:
            made["unit"] = unit
        if part["deprecated"] is True:
            made["deprecated"] = True
        notes = [part.about.where()] if part.about is not None else []
        if "default" in part.words and part["default"] is None and "default" not in made:
            notes.append("the default is null, which stands for none")
        made["about"] = Noted("TODO", "; ".join(notes)) if notes else "TODO"
        made.update(_sources(part, made))
        if not part.types() and not part.parts:
            made["certainty"] = "inferred" if values else "unknown"
            guess = f"{made['type']} is a guess" if "type" in made else "any stands here"
            self.gathered.open(name, f"The type is not read; {guess}.")
        return made

    def _default(self, name: str, part: Part, kind: Mapping[str, Tree], made: dict[str, Tree]) -> None:
        told = part.words["default"]
        if told.value is None and not kind.get("nullable"):
            return
        if found := refusals(kind, self.types.made, told.value):
            why = f"The default is {_shown(told)}, which the type refuses: {found[0]}. Left out."
            self.gathered.open(name, why, self._settled(part, "default"))
        else:
            made["default"] = told.value

    def _settled(self, part: Part, word: str) -> Plain:
        """What a decision settles that leaves out what the page says. A null there would stand for silence."""
        told = part.words[word].value
        if told is None or (isinstance(told, dict) and word != "default"):
            return None
        return {"parameters" if self.incoming else "output": {part.at: {word: told}}}

    def type(self, name: str, part: Part, values: list[Plain], *, of_list: bool = False) -> dict[str, Tree]:
        """What a part may be. `of_list`: it is the item of the list of that name."""
        kinds = [kind for kind in part.types() if kind in _FITTING]
        if not kinds:
            kinds = ["object"] if part.parts and not part.is_list() else ["array"] if part.parts else kinds_of(values)
            kinds = kinds or (["string"] if self.incoming else [*_ANY])
        if "number" in kinds and "integer" in kinds:
            kinds.remove("integer")
        limits = dict(self._limits(name, part, kinds))
        options = [
            self._option(name, kind, part, limits, values, alone=len(kinds) == 1, of_list=of_list) for kind in kinds
        ]
        known = [option for option in options if option is not None]
        made: dict[str, Tree] = known[0] if len(known) == 1 else {"any_of": known} if known else {"type": "object"}
        if part["nullable"] is True:
            made = {**made, "nullable": True}
        return made

    def _option(  # noqa: PLR0913 - what a type depends on
        self,
        name: str,
        kind: str,
        part: Part,
        limits: Mapping[str, Tree],
        values: list[Plain],
        *,
        alone: bool,
        of_list: bool,
    ) -> dict[str, Tree] | None:
        """One type of a part; None where the language cannot say it beside others."""
        made: dict[str, Tree] = {"type": kind}
        if kind == "array":
            items = [item for value in values if isinstance(value, list) for item in value]
            self._items(name, part, items, made)
        elif kind == "object":
            inner = [value for value in values if isinstance(value, dict)]
            fields = self._object(part, inner)
            if not fields and self.incoming and not alone:
                self.gathered.open(name, "The page does not show the fields of the object.")
                return None
            self.bare = self.bare or not fields
            if not fields:
                return made
            made = {"type": self.types.name(fields, name, of_list=of_list)}
            if "url" in fields and not self.incoming:
                _guess(made, kind_of_file(name, []), part, sure=True)
            return made
        made.update(_fitting(kind, part, limits))
        if kind == "string":
            self._address(name, part, values, made)
        return made

    def _address(self, name: str, part: Part, values: list[Plain], made: dict[str, Tree]) -> None:
        """Whether a text is the address of a file, and of which kind, as far as that can be told."""
        _guess(made, kind_of_file(name, values), part, sure=made.get("format") == "uri", may_be=self.incoming)
        if not self.incoming and is_address(name) and not {"format", "enum"} & made.keys():
            _insert(made, "format", Noted("uri", "guessed from the name"))

    def _items(self, name: str, part: Part, values: list[Plain], made: dict[str, Tree]) -> None:
        item = part.parts.get(ITEM)
        if item is None and not values:
            self.gathered.open(name, "The page does not say what the list holds; any stands here.")
            made["items"] = {"any_of": [{"type": one} for one in (_ANY_TEXT if self.incoming else _ANY)]}
            return
        of = item or Part()
        made["items"] = self.type(name, of, [*_allowed(of), *values], of_list=True)

    def _object(self, part: Part, values: list[dict[str, Plain]]) -> dict[str, Tree]:
        names = part.fields() or list(dict.fromkeys(key for value in values for key in value))
        return {
            name: self.field(name, part.parts.get(name, Part()), [value[name] for value in values if name in value])
            for name in names
        }

    def _limits(self, name: str, part: Part, kinds: list[str]) -> Iterator[tuple[str, Tree]]:
        """Limits that fit a type and each other. Of the others a person is told."""
        upside_down = {word for pair in _RANGES if _crossed(part, *pair) for word in pair}
        for word in _LIMITS:
            told = part.words.get(_WORD.get(word, word))
            if told is None or told.value is None:
                continue
            if word == "format":
                if told.value == "uri" and "string" in kinds:
                    yield word, "uri"
                continue  # the language knows no other, and none is checked
            fault = "leaves no value" if word in upside_down else _fault(word, told.value, kinds)
            if fault:
                said = _WORD.get(word, word)
                self.gathered.open(name, f"{said} {_shown(told)}: {fault}. Left out.", self._settled(part, said))
            else:
                yield word, _allowed(part) if word == "enum" else told.value


def _fault(word: str, value: Plain, kinds: list[str]) -> str | None:
    """Why a limit cannot stand beside the types."""
    if not any(word in _FITTING[kind] for kind in kinds):
        return f"says nothing about the type {' or '.join(kinds)}"
    if not _well_formed(word, value):
        return "is none"
    if word == "pattern":
        return patterns.fault(str(value))
    return _fault_of_allowed(value if isinstance(value, list) else [], kinds) if word == "enum" else None


def _well_formed(word: str, value: Plain) -> bool:
    """Whether a limit is what limits are: a number, a count, a text, a list."""
    if word in _BOUNDS:
        return isinstance(value, int | float) and not isinstance(value, bool) and (word != "multiple_of" or value > 0)
    if word in (*_LENGTHS, *_COUNTS):
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return isinstance(value, str if word == "pattern" else list) and bool(value or word == "enum")


def _fault_of_allowed(allowed: list[Plain], kinds: list[str]) -> str | None:
    if allowed in ([], [None]):
        return "is empty"
    misfits = [value for value in allowed if value is not None and not any(_is(value, kind) for kind in kinds)]
    return f"{quoted(misfits[0])} is not of the type {' or '.join(kinds)}" if misfits else None


def _fitting(kind: str, part: Part, limits: Mapping[str, Tree]) -> Iterator[tuple[str, Tree]]:
    """What of the limits, and which of the allowed values, is of a type."""
    for word in _FITTING[kind]:
        if word == "enum":
            allowed = [value for value in _allowed(part) if _is(value, kind)]
            if allowed and "enum" in limits:
                yield "enum", allowed
        elif word in limits:
            yield word, limits[word]


def _allowed(part: Part) -> list[Plain]:
    """The allowed values, each once."""
    said = part["allowed"]
    found: list[Plain] = []
    for value in said if isinstance(said, list) else []:
        if not any(value == known and isinstance(value, bool) == isinstance(known, bool) for known in found):
            found.append(value)
    return [value for value in found if value is not None]


def _is(value: Plain, kind: str) -> bool:
    """Whether a value is of a type that can be listed."""
    if isinstance(value, bool) or kind not in _OF_TYPE:
        return isinstance(value, bool) and kind == "boolean"
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _OF_TYPE[kind])


def _crossed(part: Part, lower: str, upper: str) -> bool:
    low, high = part[lower], part[upper]
    return isinstance(low, int | float) and isinstance(high, int | float) and low > high


def _guess(made: dict[str, Tree], guess: Guess | None, part: Part, *, sure: bool, may_be: bool = False) -> None:
    """Say what kind of file something is, where the page does, or a name. `sure`: that it is one, or its address."""
    media = part["media"]
    if isinstance(media, str) and media in {"image", "video", "audio"}:
        made["media"] = media
    elif guess is not None and "enum" not in made and (sure or (may_be and guess.address)):
        if made["type"] == "string":
            made.setdefault("format", "uri")
        made["media"] = Noted(guess.media, f"guessed from {guess.by}")


def _insert(made: dict[str, Tree], key: str, value: Tree) -> None:
    """Put a key in its place of the house's order: behind what the value is, before how it is limited."""
    order = ("type", "any_of", "items", "nullable", "format", "media")
    before = {word: made.pop(word) for word in list(made) if word in order}
    after = dict(made)
    made.clear()
    made.update({**before, key: value, **after})


def _sources(part: Part, made: Mapping[str, Tree]) -> dict[str, Tree]:
    """Where facts come from that are not the page's."""
    by_aspect: dict[str, str] = {}
    for word, told in part.words.items():
        aspect = _ASPECT.get(word, word)
        if aspect in _ASPECTS or word in _ASPECT:
            key = "enum" if word == "allowed" else word
            if key in made:
                by_aspect[aspect] = told.source
    others = {aspect: source for aspect, source in by_aspect.items() if source != PAGE}
    sources = set(by_aspect.values())
    if not others:
        return {}
    if len(sources) == 1 and (part.about is None or part.about.source in sources):
        return {"source": sources.pop()}
    return {"source": others}


def _shown(told: Told) -> str:
    value = listed(told.value) if isinstance(told.value, list) else quoted(told.value).strip("`")
    return f"{value} ({told.where()})"


def block(fields: Mapping[str, dict[str, Tree]]) -> Below:
    """Fields as a block, each in lines of its own."""
    return Below({name: Below(made) for name, made in fields.items()})
