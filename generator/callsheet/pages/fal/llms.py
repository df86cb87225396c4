"""Reads fal's `llms.txt` of an endpoint: Markdown with the price, the schemas, and samples."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from callsheet.findings import Finding, Span
from callsheet.pages.contradictions import contradict
from callsheet.pages.fal.bullets import FIELD, Bullets
from callsheet.pages.fal.entries import Entry, Telling, Types, lacks
from callsheet.pages.fal.prices import price
from callsheet.pages.fal.samples import endpoints, payloads, samples, ways
from callsheet.pages.gather import Gathered
from callsheet.pages.html import document
from callsheet.pages.lines import Line, shortened
from callsheet.pages.literals import whole
from callsheet.pages.reading import Place, Reading, Subject
from callsheet.rules.pages import PAGE_CUT
from callsheet.source.nodes import Plain

if TYPE_CHECKING:
    from callsheet.pages.page import Page

_HEADING: Final = re.compile(r"^(#{1,4})\s+(.+?)\s*$")
_OVERVIEW: Final = re.compile(r"^[-*]\s+\*\*(Endpoint|Model ID|Category|Kind|Description|Tags)\*\*:\s*(.*)$")
_KNOWN: Final = (
    *(
        "This model can be used via our HTTP API",
        "See the input and output schema below",
        "The API accepts the following",
    ),
    *(
        "The API returns the following",
        "**Tags**:",
        "For more details, see",
        "Ensure you have the",
        "Then use the API client",
    ),
    *("**Required Parameters Example**", "**Full Example**", "**Example Response**", "```"),
)
_USAGE: Final = ("usage", "additional resources", "documentation", "platform resources", "curl", "python", "javascript")


@dataclass(slots=True)
class _Section:
    heading: str
    level: int
    lines: list[Line] = field(default_factory=list[Line])


def read_llms(page: Page) -> Reading | None:
    """The page that fal makes for machines. None without its heads of input and output."""
    if "### Input Schema" not in page.text and "- **Model ID**:" not in page.text:
        return None
    lines = document(page.text).lines
    if not any(line.bare.startswith(("### Input Schema", "- **Model ID**:")) for line in lines):
        return None
    return _Llms(page, lines).reading()


class _Llms:
    """One page, and what is gathered from it."""

    def __init__(self, page: Page, lines: Sequence[Line]) -> None:
        self.page = page
        self.lines = lines
        self.found = Gathered()
        self.sections = _sections(lines)
        self.endpoint: str | None = None
        self.examples: dict[str, list[tuple[dict[str, Plain], Place]]] = {}
        self.bullets = Bullets(self.found)

    def reading(self) -> Reading:
        """Everything, with the findings on the page as a whole."""
        title = next((one.heading for one in self.sections if one.level == 1), "")
        inputs: list[Entry] | None = None
        outputs: list[Entry] | None = None
        for one in self.sections:
            match one.heading.lower():
                case "overview":
                    self._overview(one)
                case "pricing":
                    self._price(one)
                case "input schema":
                    inputs = self._fields(one, "input")
                case "output schema":
                    outputs = self._fields(one, "output")
                case heading if one.level <= 1:
                    self._about(one)
                case heading if not heading.startswith(_USAGE):
                    self._left(one.lines)
                case _:
                    pass
        cut = self._cut(inputs, outputs)
        self._say(inputs or [], outputs or [], cut=cut is not None)
        return Reading(
            layout="fal/llms",
            provider="fal",
            endpoint=self.endpoint,
            title=title,
            sha256=self.page.sha256,
            facts=tuple(self.found.facts.values()),
            wordings=tuple(self.found.wordings.values()),
            conflicts=tuple(self.found.conflicts),
            unread=tuple(dict.fromkeys(self.found.unread)),
            tells=frozenset() if cut else self._tells(),
            problems=() if cut is None else (cut,),
            url=f"https://fal.ai/models/{self.endpoint}/llms.txt" if self.endpoint else None,
        )

    def _tells(self) -> frozenset[Subject]:
        told: frozenset[Subject] = frozenset(
            {"parameter_names", "required", "default", "allowed", "outputs", "output_required"}
        )
        bounds: frozenset[Subject] = frozenset({"bounds"}) if self.bullets.ranged else frozenset()
        return told | bounds

    def _cut(self, inputs: list[Entry] | None, outputs: list[Entry] | None) -> Finding | None:
        last = self.sections[-1].heading.lower() if self.sections else ""
        at = Span(self.page.name, self.lines[-1].number if self.lines else 0)
        if not inputs or outputs is None:
            what = "input" if not inputs else "output"
            return PAGE_CUT.at(at, f"the fields of the {what} are not there")
        if last == "output schema" and not self.examples.get("output"):
            return PAGE_CUT.at(at, "the page ends within the output")
        return None

    def _say(self, inputs: list[Entry], outputs: list[Entry], *, cut: bool) -> None:
        text = "\n".join(line.text for line in self.lines)
        numbers = [line.number for line in self.lines]
        usage = [(value, Place(numbers[text.count("\n", 0, at)])) for value, at in payloads(text)]
        samples(self.found, iter([*usage, *self.examples.get("input", [])]))
        telling = Telling(self.found, Types())
        headings = [one.heading.lower() for one in self.sections]
        telling.parameters(inputs, complete="output schema" in headings)
        self._urls(text, numbers)
        place = outputs[0].place if outputs else Place()
        telling.output(outputs, place, complete=not cut)
        for value, where in self.examples.get("output", []):
            lacks(self.found, outputs, value, where, Types())
        contradict(self.found)

    def _urls(self, text: str, numbers: list[int]) -> None:
        called = endpoints(text)
        self.endpoint = self.endpoint or (called[0] if called else None)
        ways(self.found, text, numbers, self.endpoint)

    def _price(self, section: _Section) -> None:
        if not price(self.found, section.lines):
            self._left(section.lines)

    def _about(self, section: _Section) -> None:
        rest: list[Line] = []
        for line in section.lines:
            if line.bare.startswith(">"):
                self.found.word((), line.bare.lstrip("> "), Place(line.number))
            else:
                rest.append(line)
        self._left(rest)

    def _overview(self, section: _Section) -> None:
        rest: list[Line] = []
        for line in section.lines:
            match = _OVERVIEW.match(line.bare)
            if match is None:
                rest.append(line)
            elif match[1] == "Model ID" and line.number < self.lines[-1].number:
                self.endpoint = match[2].strip("` ")
        self._left(rest)

    def _left(self, lines: list[Line]) -> None:
        unknown = [line for line in lines if not line.bare.startswith(_KNOWN)]
        if unknown:
            self.found.skip(Place(unknown[0].number), shortened(unknown), "no known part of the page")

    def _fields(self, section: _Section, which: str) -> list[Entry]:
        blocks: list[tuple[re.Match[str], list[Line]]] = []
        before: list[Line] = []
        lines = self._without_examples(section, which)
        at_end = section is self.sections[-1] and not self.examples.get(which)
        for line in lines:
            match = None if line.text[:1].isspace() else FIELD.match(line.bare)
            if match is not None:
                blocks.append((match, [line]))
            elif blocks:
                blocks[-1][1].append(line)
            else:
                before.append(line)
        self._left(before)
        if at_end and blocks:
            blocks.pop()
        return [self.bullets.entry(match, below, self.examples.get(which, [])) for match, below in blocks]

    def _without_examples(self, section: _Section, which: str) -> list[Line]:
        """The lines of the list alone. An example stands in a fence of its own, at the left."""
        kept: list[Line] = []
        fence: list[Line] | None = None
        for line in section.lines:
            if line.text.startswith("```"):
                if fence is not None:
                    fine, value = whole("\n".join(one.text for one in fence))
                    if fine and isinstance(value, dict):
                        self.examples.setdefault(which, []).append((value, Place(fence[0].number)))
                    else:
                        self._left(fence)
                fence = [] if fence is None else None
            elif fence is not None:
                fence.append(line)
            elif not line.text.startswith("**"):
                kept.append(line)
        return kept


def _sections(lines: Sequence[Line]) -> list[_Section]:
    found = [_Section("", 0)]
    fenced = False
    for line in lines:
        if line.bare.startswith("```"):
            fenced = not fenced
        match = None if fenced else _HEADING.match(line.text)
        if match is not None:
            found.append(_Section(match[2], len(match[1])))
        else:
            found[-1].lines.append(line)
    return [one for one in found if one.heading or one.lines]
