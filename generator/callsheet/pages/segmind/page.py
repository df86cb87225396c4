"""Reads one page: takes it apart, has each part read, and says what the whole of it allows to conclude."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from callsheet.facts.flat import FactPath
from callsheet.findings import Finding, Span
from callsheet.pages.html import document
from callsheet.pages.lines import Document, Line
from callsheet.pages.reading import Conflict, Reading, Subject
from callsheet.pages.segmind.calls import say_samples
from callsheet.pages.segmind.contradictions import contradictions
from callsheet.pages.segmind.ends import cut_of
from callsheet.pages.segmind.errors import Row, complete, goes_on, rows
from callsheet.pages.segmind.head import is_navigation, say_head
from callsheet.pages.segmind.notes import Notes
from callsheet.pages.segmind.parameters import Block, blocks, doubts, say_parameters
from callsheet.pages.segmind.parts import Part, code_of, parts_of, second_page
from callsheet.pages.segmind.samples import Sample, sample
from callsheet.pages.segmind.ways import (
    codes_in,
    say_async,
    say_endpoint,
    say_returned,
    say_sentences,
    say_states,
    slug_of,
    way_of,
)
from callsheet.rules.pages import PAGE_CUT, PAGE_DOUBLED
from callsheet.source.nodes import Plain

if TYPE_CHECKING:
    from callsheet.pages.page import Page

_MEDIA: Final = {"video": "video", "image": "image", "images": "image", "audio": "audio"}
_RETURNS: Final = re.compile(r"(?:Returns\s*:\s*)?((?:image|video|audio)/[\w.+-]+|.+)", re.IGNORECASE)
_FOREIGN: Final = re.compile(r"\bfal\.run\b|\bfal_client\b|@fal-ai/client")
_HOST: Final = re.compile(r"\bapi\.segmind\.com\b|\bsegmind\.\w+/(?:v\d+|workflows)/")
_JSON: Final = re.compile(r"\s*[{\[]")


def read(page: Page) -> Reading | None:
    """The page, if it is one of Segmind's."""
    if _JSON.match(page.text):
        return None
    whole = document(page.text)
    parts = parts_of(whole.lines, {})
    names = {part.name for part in parts}
    if "parameters" not in names and not names & {"endpoint", "code"}:
        return None
    said = any(_HOST.search(line.text) or "SegmindClient" in line.text for line in whole.lines)
    if not said or any(_FOREIGN.search(line.text) for line in whole.lines):
        return None
    return _Page(page, whole).reading()


@dataclass
class _Page:
    """One page on its way to a reading."""

    page: Page
    whole: Document
    notes: Notes = field(default_factory=Notes)
    samples: list[Sample] = field(default_factory=list[Sample])
    known: dict[str, Plain] = field(default_factory=dict[str, Plain])
    blocks: list[Block] = field(default_factory=list[Block])
    doubtful: bool = False
    success: Row | None = None
    title: str = ""

    def reading(self) -> Reading:
        """Everything, in the order in which one part needs another."""
        second = second_page(self.whole.lines)
        lines = self.whole.lines[:second]
        self._samples(code_of(lines))
        parts = parts_of(lines, self.known)
        cut = cut_of(self.page.name, self.whole.last, parts)
        self._head(parts, whole=not cut)
        for part in parts:
            self._part(part, whole=not cut)
        say_samples(self.samples, self.notes)
        if self.success is not None and ("sync", "kind") in self.notes.facts:
            self.notes.say(("sync", "submit", "http"), self.success.code, self.success.line)
        self.notes.take(line for line in self.whole.lines if is_navigation(line))
        problems = [*([cut] if cut else []), *([] if second is None else [self._doubled(second)])]
        return self._result(lines, parts, problems)

    def _result(self, lines: Sequence[Line], parts: Sequence[Part], problems: Sequence[Finding]) -> Reading:
        notes = self.notes
        conflicts: list[Conflict] = []
        if not problems:
            prose = [line for part in parts if part.name in {"async", "states", "response"} for line in part.lines]
            conflicts = [*notes.conflicts, *contradictions(notes, self.blocks, self.samples, codes_in(prose))]
        last = lines[-1].number if lines else 0
        cut = any(problem.rule == PAGE_CUT.id for problem in problems)
        facts = tuple(
            said for said in notes.facts.values() if not (cut and self._at_end(said.path, said.place.line, last))
        )
        wordings = tuple(one for one in notes.wordings.values() if not (cut and one.place.line == last))
        once = {(one.place, one.text): one for one in (*notes.unread, *notes.rest(lines))}
        unread = sorted(once.values(), key=lambda one: one.place)
        return Reading(
            layout=self._layout(lines),
            provider="segmind",
            endpoint=self._endpoint(),
            title=self.title or self.whole.title,
            sha256=self.page.sha256,
            facts=facts,
            wordings=wordings,
            conflicts=tuple(conflicts),
            unread=tuple(unread),
            tells=frozenset() if problems else frozenset(self._tells(parts)),
            problems=tuple(problems),
            url=self.whole.url,
        )

    @staticmethod
    def _at_end(path: FactPath, number: int, last: int) -> bool:
        """Whether a fact stands where the page may have been cut off within it. A badge is followed by a type."""
        return number == last and path[-1] != "required"

    def _layout(self, lines: Sequence[Line]) -> str:
        if ("workflow", "kind") in self.notes.facts:
            return "segmind/workflow"
        return (
            "segmind/model-old"
            if any(line.bare.strip(":").lower() == "attributes" for line in lines)
            else "segmind/model"
        )

    def _endpoint(self) -> str | None:
        for way in ("sync", "queue", "workflow"):
            said = self.notes.facts.get((way, "submit", "url"))
            if said is not None and isinstance(said.value, str):
                return slug_of(said.value)
        return next((one.slugs[0][0] for one in self.samples if one.slugs), None)

    def _samples(self, stretches: Sequence[Sequence[Line]]) -> None:
        self.samples = [sample(lines) for lines in stretches]
        for one in self.samples:
            for name in one.known:
                if one.payload is not None and name in one.payload:
                    self.known.setdefault(name, one.payload[name])

    def _doubled(self, second: int) -> Finding:
        here = Span(self.page.name, self.whole.lines[second].number)
        return PAGE_DOUBLED.at(here, "the page of another endpoint begins here; what stands before it was read")

    def _head(self, parts: Sequence[Part], *, whole: bool) -> None:
        head = [line for part in parts[:1] if part.name == "head" for line in part.lines]
        panelled = any(part.name == "endpoint" for part in parts)
        self.title = say_head(head, self.notes, priced=whole and panelled)

    def _part(self, part: Part, *, whole: bool) -> None:
        notes = self.notes
        if part.heading is not None:
            notes.take([part.heading])
        match part.name:
            case "endpoint":
                shown = [way for one in self.samples for url, _ in one.urls if (way := way_of(url))]
                say_endpoint(part.lines, notes, shown[0] if shown else "sync")
            case "parameters":
                self._parameters(part, whole=whole)
            case "response":
                self._response(part)
            case "async":
                say_async(part.lines, notes)
            case "states":
                say_states(part.lines, notes, closed=part.closed)
            case "errors":
                self._errors(part)
            case "other" if part.closed or whole:
                notes.take(part.lines)
            case _:
                pass

    def _parameters(self, part: Part, *, whole: bool) -> None:
        before, found = blocks(part.lines, self.known)
        if not found:
            return
        self.notes.word(("parameters",), [line for line in before if not is_navigation(line)])
        say_parameters(found, self.notes, self.known, whole=part.closed)
        self.blocks.extend(found)
        for line in doubts(found):
            self.doubtful = True
            self.notes.pass_over([line], "it may begin a parameter, but has no type or no mark")
        if whole and not self.doubtful:
            names = [*dict.fromkeys(block.head.name for block in self.blocks)]
            self.notes.facts.pop(("parameter_names",), None)
            self.notes.say(("parameter_names",), [*names], part.heading or found[0].line)

    def _response(self, part: Part) -> None:
        notes = self.notes
        way = "workflow" if any(way_of(url) == "workflow" for one in self.samples for url, _ in one.urls) else "queue"
        for line in part.lines:
            found = _RETURNS.fullmatch(line.bare)
            if found is not None and (line.bare.lower().startswith("returns:") or "/" in found[1].split(" ")[0]):
                media = _MEDIA.get(found[1].split("/")[0].strip().lower())
                if media is not None and (found[1].lower() in _MEDIA or re.fullmatch(r"\w+/[\w.+-]+", found[1])):
                    notes.say(("output", "", "media"), media, line)
                    notes.take([line])
                else:
                    notes.word(("output", ""), [line])
            elif re.match(r"initial request returns\b", line.bare, re.IGNORECASE):
                say_returned(way, line, notes)
        say_sentences(way, part.lines, notes)

    def _errors(self, part: Part) -> None:
        found, end = rows(part.lines)
        notes = self.notes
        whole = complete(found, more=part.closed or goes_on(part.lines[end:]))
        for row in found:
            if row is found[-1] and not whole:
                notes.pass_over([row.line, *row.about], "the table of errors may go on behind it")
                break
            notes.take([row.line])
            notes.word(("error_codes", str(row.code)), row.about)
        self.success = next((row for row in reversed(found) if not row.is_error and row.code < 300), self.success)  # noqa: PLR2004 - the codes of success
        if found:
            first = next(at for at, line in enumerate(part.lines) if line is found[0].line)
            notes.word(("error_codes",), part.lines[:first])
        if whole:
            notes.say(("error_codes",), [*sorted({row.code for row in found if row.is_error})], found[0].line)

    def _tells(self, parts: Sequence[Part]) -> set[Subject]:
        facts = self.notes.facts
        old = any(block.head.style == "star" for block in self.blocks)
        tells: set[Subject] = set()
        if ("parameter_names",) in facts:
            tells |= {"parameter_names", "default", "allowed", "bounds", *(() if old else ("format",))}
            if all(("parameters", block.head.name, "required") in facts for block in self.blocks):
                tells.add("required")
        if ("error_codes",) in facts:
            tells.add("error_codes")
        if any(part.name == "states" for part in parts) and ("queue", "state_names") in facts:
            tells.add("state_names")
        if ("price", "stated") in facts:
            tells.add("price")
        if ("typical_seconds",) in facts:
            tells.add("typical_seconds")
        return tells
