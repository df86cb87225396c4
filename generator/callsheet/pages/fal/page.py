"""Reads fal's API page of an endpoint, copied from a browser as text or saved as HTML, of several ages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from callsheet.findings import Finding, Span
from callsheet.pages.contradictions import contradict
from callsheet.pages.fal.entries import Entry, Telling, Types, lacks, typed
from callsheet.pages.fal.fieldlist import (
    Block,
    FieldList,
    about_and_values,
    default_in,
    entry,
    field_list,
    marks,
    split_values,
)
from callsheet.pages.fal.headings import Part, before_schema, is_end, is_how_to, parts
from callsheet.pages.fal.prices import price
from callsheet.pages.fal.samples import endpoints, payloads, samples, ways
from callsheet.pages.fal.typewords import parse_kind
from callsheet.pages.gather import Gathered
from callsheet.pages.html import document
from callsheet.pages.lines import Document, Line, shortened
from callsheet.pages.reading import Place, Reading, Subject
from callsheet.rules.pages import PAGE_CUT
from callsheet.source.nodes import Plain

if TYPE_CHECKING:
    from callsheet.pages.page import Page

_OURS: Final = re.compile(
    r"@fal-ai/|\bfal_client\b|\bfal\.(?:subscribe|queue|run|config)\b|\bFAL_KEY\b|fal\.run/|\bfal-ai/\w"
)
_BADGES: Final = frozenset(
    """inference|commercial use|research only|partner|about|generate|playground|api|llms|form|json|schema|examples|new
    beta|training|fine-tuning|streaming|realtime|http|javascript|python|node.js|shell|curl|copy|copied|readme|models
    view docs|docs|pricing|login|sign up|sign in|get started|explore|home|enterprise|dashboard|research|copy page
    text to image|image to image|image to video|text to video|video to video|text to speech|text-to-image|image-to-image
    image-to-video|text-to-video|video-to-video|text-to-speech|text-to-audio|speech-to-text|audio-to-audio|vision|llm
    training|utility|llms.txt|stylized|transform|deprecated|private|3d|fal|/|table of contents|on this page
    changelog|history|requests|logs|analytics|share|search""".replace("\n", "|").split("|")
)
_BADGE: Final = frozenset(badge.strip() for badge in _BADGES)
_TITLE: Final = 80
"""The most characters of a title."""
_ENDPOINT: Final = re.compile(r"^[\w.-]+(?:/[\w.-]+)+$")
_LIST_MARK: Final = re.compile(r"^[-*•]\s+")


@dataclass(frozen=True, slots=True)
class _Schema:
    """The lists of a page, with the parts that they were read from."""

    input: tuple[Part, FieldList] | None
    output: tuple[Part, FieldList] | None
    types: tuple[tuple[Part, FieldList], ...]

    def lists(self) -> Iterator[FieldList]:
        for one in (self.input, self.output, *self.types):
            if one is not None:
                yield one[1]


def read_page_of_fal(page: Page) -> Reading | None:
    """The API page of an endpoint. None if there is no sample of fal's in it, or no list of fields."""
    if _OURS.search(page.text) is None:
        return None
    whole = document(page.text)
    found_parts = parts(whole)
    known = {part.heading for part in found_parts}
    if not known & {"input", "output"} and not known & {"calling the api", "submit a request", "1. calling the api"}:
        return None
    return _read(page, whole, found_parts)


def _schema(found: list[Part]) -> _Schema:
    """Of several lists of a name, the first that has fields: a playground has an `Input`, too."""
    end = next((n for n, part in enumerate(found) if is_end(part) and _behind(found, n)), len(found))
    listed = [
        (part, field_list(part.lines)) for part in found[:end] if part.heading in {"input", "output", "other types"}
    ]

    def first(heading: str) -> tuple[Part, FieldList] | None:
        those = [one for one in listed if one[0].heading == heading]
        return next((one for one in those if one[1].blocks), those[-1] if those else None)

    types = tuple(one for one in listed if one[0].heading == "other types" and one[0].named)
    return _Schema(first("input"), first("output"), types)


def _behind(found: list[Part], n: int) -> bool:
    return any(part.heading == "output" for part in found[:n])


def _read(page: Page, whole: Document, found_parts: list[Part]) -> Reading:
    found = Gathered()
    text = "\n".join(line.text for line in whole.lines)
    numbers = [line.number for line in whole.lines]
    called = endpoints(text)
    head = _head(found, before_schema(found_parts), called)
    endpoint = called[0] if called else head.endpoint
    schema = _schema(found_parts)
    reading = _Fields(found, schema, whole.last)
    reading.say(_sent(text, numbers))
    ways(found, text, numbers, endpoint)
    contradict(found)
    _rest(found, found_parts, schema)
    for other in called[1:]:
        found.skip(Place(), other, "a sample calls another endpoint as well")
    problems = () if reading.cut is None else (_cut(page, whole, reading.cut),)
    return Reading(
        layout="fal/html" if whole.html else "fal/page",
        provider="fal",
        endpoint=endpoint,
        title=head.title or whole.title,
        sha256=page.sha256,
        facts=tuple(found.facts.values()),
        wordings=tuple(found.wordings.values()),
        conflicts=tuple(found.conflicts),
        unread=tuple(found.unread),
        tells=frozenset() if problems else reading.tells(),
        problems=problems,
        url=whole.url or (f"https://fal.ai/models/{endpoint}/api" if endpoint else None),
    )


def _cut(page: Page, whole: Document, why: str) -> Finding:
    return PAGE_CUT.at(Span(page.name, whole.last), why)


def _sent(text: str, numbers: list[int]) -> list[tuple[dict[str, Plain], Place]]:
    return [(value, Place(numbers[text.count("\n", 0, at)])) for value, at in payloads(text)]


class _Fields:
    """Says the facts of the lists, and finds out whether the page goes on to its end."""

    def __init__(self, found: Gathered, schema: _Schema, last: int) -> None:
        self.found = found
        self.schema = schema
        self.last = last
        self.marked = marks(list(schema.lists()))
        self.cut: str | None = None
        self.outputs_complete = False

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
        inputs = [] if schema.input is None else self._entries(*schema.input, hints)
        outputs = [] if schema.output is None else self._entries(*schema.output, [])
        self._ends(outputs, types)
        telling = Telling(self.found, types)
        whole_input = schema.input is not None and not schema.input[0].last
        telling.parameters(inputs, complete=whole_input)
        if schema.output is not None:
            telling.output(outputs, Place(schema.output[0].place), complete=self.outputs_complete)
            for value, place in schema.output[1].examples:
                lacks(self.found, outputs, value, place, types)
        if telling.lost and types.open is not None:
            self.cut = self.cut or f"the type {telling.lost[0]} is used and not shown"

    def tells(self) -> frozenset[Subject]:
        """What silence on this page means."""
        told: set[Subject] = {"parameter_names", "default", "allowed"}
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
            self.outputs_complete = bool(outputs)
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


@dataclass(slots=True)
class _Head:
    endpoint: str | None = None
    title: str = ""


def _head(found: Gathered, above: list[Part], called: list[str]) -> _Head:
    """What stands above the schema: the endpoint, what it is about, the price."""
    head = _Head()
    for part in above:
        if is_how_to(part):
            continue
        price(found, list(part.lines))
        rest: list[Line] = []
        for line in part.lines:
            bare = line.bare
            text = _LIST_MARK.sub("", bare)
            if _ENDPOINT.match(text) and (text in called or head.endpoint is None):
                head.endpoint = head.endpoint or text
                head.title = head.title or text
            elif not (
                head.title or part.heading or len(bare) > _TITLE or bare.endswith(".") or text.casefold() in _BADGE
            ):
                head.title = bare
            elif text.casefold() in _BADGE or "$" in text or bare == head.title:
                continue
            elif not part.heading and _is_prose(text) and ("about",) not in found.wordings:
                found.word((), text, Place(line.number))
            else:
                rest.append(line)
        if rest and part.heading != "schema":
            found.skip(Place(rest[0].number), shortened(rest), "no known part of the page")
    return head


def _is_prose(text: str) -> bool:
    return len(text.split()) > 3 or text.endswith(".")  # noqa: PLR2004 - fewer words are a name, or a badge


def _rest(found: Gathered, found_parts: list[Part], schema: _Schema) -> None:
    """What was not read of the schema's part and behind it."""
    taken = {id(one[0]) for one in (schema.input, schema.output, *schema.types) if one is not None}
    above = {id(part) for part in before_schema(found_parts)}
    for one in (schema.input, schema.output, *schema.types):
        if one is not None and one[1].before:
            found.skip(Place(one[1].before[0].number), shortened(one[1].before), "it stands before the first field")
    ended = False
    for part in found_parts:
        ended = ended or (is_end(part) and id(part) not in above)
        if ended or id(part) in taken or id(part) in above or not part.lines or is_how_to(part):
            continue
        if part.heading in {"input", "output", "schema"} and not any(line.text.strip() for line in part.lines):
            continue
        found.skip(Place(part.lines[0].number), shortened(part.lines), "no known part of the page")
