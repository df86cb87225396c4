"""Reads fal's API page of an endpoint, copied from a browser as text or saved as HTML, of several ages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from callsheet.findings import Finding, Span
from callsheet.pages.contradictions import contradict
from callsheet.pages.fal.head import say_head
from callsheet.pages.fal.headings import Part, before_schema, is_end, is_how_to, parts
from callsheet.pages.fal.samples import endpoints, payloads, ways
from callsheet.pages.fal.schema import Fields, Schema, schema_of
from callsheet.pages.gather import Gathered
from callsheet.pages.html import document
from callsheet.pages.lines import Document, shortened
from callsheet.pages.reading import Place, Reading
from callsheet.rules.pages import PAGE_CUT
from callsheet.source.nodes import Plain

if TYPE_CHECKING:
    from callsheet.pages.page import Page

_OURS: Final = re.compile(
    r"@fal-ai/|\bfal_client\b|\bfal\.(?:subscribe|queue|run|config)\b|\bFAL_KEY\b|fal\.run/|\bfal-ai/\w"
)


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


def _read(page: Page, whole: Document, found_parts: list[Part]) -> Reading:
    found = Gathered()
    text = "\n".join(line.text for line in whole.lines)
    numbers = [line.number for line in whole.lines]
    called = endpoints(text)
    head = say_head(found, before_schema(found_parts), called)
    endpoint = called[0] if called else head.endpoint
    schema = schema_of(found_parts)
    reading = Fields(found, schema, whole.last)
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
        unread=tuple(dict.fromkeys(found.unread)),
        tells=frozenset() if problems else reading.tells(),
        problems=problems,
        url=whole.url or (f"https://fal.ai/models/{endpoint}/api" if endpoint else None),
    )


def _cut(page: Page, whole: Document, why: str) -> Finding:
    return PAGE_CUT.at(Span(page.name, whole.last), why)


def _sent(text: str, numbers: list[int]) -> list[tuple[dict[str, Plain], Place]]:
    return [(value, Place(numbers[text.count("\n", 0, at)])) for value, at in payloads(text)]


def _rest(found: Gathered, found_parts: list[Part], schema: Schema) -> None:
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
