"""Input, output and the other types of fal's API page: which lists of fields are which, and what they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from callsheet.pages.fal.details import about_and_values, default_in, split_values
from callsheet.pages.fal.entries import Entry, Telling, Types, lacks, typed
from callsheet.pages.fal.fieldlist import Block, FieldList, entry, field_list, marks
from callsheet.pages.fal.headings import Part, is_end
from callsheet.pages.fal.samples import samples
from callsheet.pages.fal.typewords import parse_kind
from callsheet.pages.gather import Gathered
from callsheet.pages.reading import Place, Subject
from callsheet.source.nodes import Plain


@dataclass(frozen=True, slots=True)
class Schema:
    """The lists of a page, with the parts that they were read from."""

    input: tuple[Part, FieldList] | None
    output: tuple[Part, FieldList] | None
    types: tuple[tuple[Part, FieldList], ...]

    def lists(self) -> Iterator[FieldList]:
        """All of them."""
        for one in (self.input, self.output, *self.types):
            if one is not None:
                yield one[1]


def schema_of(found: list[Part]) -> Schema:
    """Of several lists of a name, the first that has fields: a playground has an `Input`, too."""
    end = next((n for n, part in enumerate(found) if is_end(part) and _behind(found, n)), len(found))
    listed = [
        (part, field_list(part.lines)) for part in found[:end] if part.heading in {"input", "output", "other types"}
    ]

    def first(heading: str) -> tuple[Part, FieldList] | None:
        those = [one for one in listed if one[0].heading == heading]
        return next((one for one in those if one[1].blocks), those[-1] if those else None)

    types = tuple(one for one in listed if one[0].heading == "other types" and one[0].named)
    return Schema(first("input"), first("output"), types)


def _behind(found: list[Part], n: int) -> bool:
    return any(part.heading == "output" for part in found[:n])


class Fields:
    """Says the facts of the lists, and finds out whether the page goes on to its end."""

    def __init__(self, found: Gathered, schema: Schema, last: int) -> None:
        self.found = found
        self.schema = schema
        self.last = last
        self.marked = marks(list(schema.lists()))
        self.cut: str | None = None
        self.inputs_complete = self.outputs_complete = False

    def say(self, sent: list[tuple[dict[str, Plain], Place]]) -> None:
        """Everything that the lists say."""
        schema = self.schema
        examples = [] if schema.input is None else schema.input[1].examples
        objects = [(value, place) for value, place in examples if isinstance(value, dict)]
        samples(self.found, iter([*sent, *objects]))
        hints = [value for value, _ in (*sent, *objects)]
        types = Types()
        for part, listed in schema.types:
            types.fields[part.named] = self._entries(part, listed, [])
            if part.last:
                types.open = part.named
            if listed.doubts:
                types.doubtful.add(part.named)
        inputs = [] if schema.input is None else self._entries(*schema.input, hints)
        outputs = [] if schema.output is None else self._entries(*schema.output, [])
        self._ends(outputs, types)
        telling = Telling(self.found, types)
        self.inputs_complete = schema.input is not None and not schema.input[0].last and not schema.input[1].doubts
        telling.parameters(inputs, complete=self.inputs_complete)
        for line in [line for listed in schema.lists() for line in listed.doubts]:
            self.found.skip(Place(line.number), line.bare, "it may begin a field, or be prose")
        if schema.output is not None:
            telling.output(outputs, Place(schema.output[0].place), complete=self.outputs_complete)
            for value, place in schema.output[1].examples:
                lacks(self.found, outputs, value, place, types)
        if telling.lost and types.open is not None:
            self.cut = self.cut or f"the type {telling.lost[0]} is used and not shown"

    def tells(self) -> frozenset[Subject]:
        """What silence on this page means."""
        told: set[Subject] = {"default", "allowed"}
        if self.inputs_complete:
            told.add("parameter_names")
        if self.outputs_complete:
            told.add("outputs")
        if self.marked:
            told |= {"required", "output_required"} if self.outputs_complete else {"required"}
        return frozenset(told)

    def _ends(self, outputs: list[Entry], types: Types) -> None:
        """Whether input and output are there as a whole."""
        schema = self.schema
        if schema.input is None or not schema.input[1].blocks:
            self.cut = "the fields of the input are not there"
        elif schema.output is None:
            self.cut = "the output is not there"
        elif schema.output[1].broken:
            self.cut = "the example of the output does not end"
        elif schema.output[0].last and not schema.output[1].examples:
            if schema.input[1].examples or not outputs:
                self.cut = "the output does not end with an example, as the input does"
        else:
            self.outputs_complete = bool(outputs) and not schema.output[1].doubts
        open_type = types.fields.get(types.open or "")
        if open_type is not None and schema.output is not None and self._proven(open_type):
            types.open = None

    def _proven(self, entries: list[Entry]) -> bool:
        """Whether an example has an object that this type describes, and none of its keys is missing in the type."""
        names = {one.name for one in entries}
        output = self.schema.output
        objects = list(_objects([value for value, _ in output[1].examples])) if output is not None else []
        alike = [keys for keys in objects if len(keys & names) * 2 > len(keys)]
        return bool(alike) and all(keys <= names for keys in alike) and names <= set().union(*alike) | names

    def _entries(self, part: Part, listed: FieldList, hints: list[dict[str, Plain]]) -> list[Entry]:
        """The fields of one list. One that the page ends with is left out, as far as more of it may have been there."""
        found: list[Entry] = []
        for n, block in enumerate(listed.blocks):
            one = entry(block, marked=self.marked)
            at_end = part.last and n == len(listed.blocks) - 1 and not listed.examples and not listed.broken
            if at_end and (not block.below or _half_a_mark(block.below[0].bare)):
                one.sure = False
                one.required = True if one.required else None
            self._details(one, block, [hint[one.name] for hint in hints if one.name in hint], at_end=at_end)
            found.append(one)
        return found

    def _details(self, one: Entry, block: Block, hints: list[Plain], *, at_end: bool) -> None:
        """Allowed values and default, which stand in the text."""
        about, listed = about_and_values(block)
        kind = parse_kind(block.kind)
        values: list[str] | None = None
        if listed is not None and not (at_end and listed[1].number >= self.last):
            values = split_values(*listed)
            one.allowed_place = Place(listed[1].number)
        textual = kind is not None and (kind.types == frozenset({"string"}) or (kind.enum and not kind.types))
        one.about, default, lost = default_in(
            about, textual=textual and (not kind or "string" in kind.types), allowed=values or ()
        )
        place = next((Place(line.number) for line in block.below if "Default value:" in line.text), one.place)
        cut_off = at_end and place.line >= self.last
        if lost is not None:
            self.found.skip(place, lost, f"the default of {one.name} is in a form that is not known")
        elif default and not cut_off:
            one.default, one.default_place = default, place
        if values is not None:
            one.allowed = typed(values, kind, [*default, *hints])
            strange = one.default and isinstance(one.default[0], str) and one.allowed is not None
            if one.allowed is None:
                one.default = []
            elif strange and one.default[0] not in one.allowed and any("(" in value for value in values):
                one.allowed = None
        if listed is not None and one.allowed is None:
            self.found.skip(
                Place(listed[1].number), listed[1].bare, f"it is not plain where the values of {one.name} end"
            )


def _half_a_mark(text: str) -> bool:
    """Whether a line may be the beginning of a mark, or of the rest of a type."""
    return text.startswith("|") or any(
        mark.startswith(text) for mark in ("* required", "*required", "required", "(required)")
    )


def _objects(values: list[Plain], depth: int = 0) -> Iterator[set[str]]:
    for value in values:
        if isinstance(value, dict):
            yield set(value)
            yield from _objects(list(value.values()), depth + 1)
        elif isinstance(value, list):
            yield from _objects(value, depth + 1)
