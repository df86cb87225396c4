"""Whether a page goes on to its end, or was cut off within."""

from __future__ import annotations

from collections.abc import Sequence

from callsheet.findings import Finding, Span
from callsheet.pages.segmind.errors import complete, goes_on, may_end, rows
from callsheet.pages.segmind.parts import Part
from callsheet.rules.pages import PAGE_CUT


def cut_of(name: str, last: int, parts: Sequence[Part]) -> Finding | None:
    """Where the page ends too early, if it does. `last` is the number of its last line."""
    here = Span(name, last)
    with_parameters = [part for part in parts if part.name == "parameters" and part.lines]
    if not with_parameters:
        return PAGE_CUT.at(here, "the page has no list of parameters")
    if not any(part.closed for part in with_parameters):
        return PAGE_CUT.at(here, "nothing comes after the list of parameters, it may go on")
    for part in parts:
        if part.name == "errors":
            found, end = rows(part.lines)
            whole = complete(found, more=part.closed or goes_on(part.lines[end:]))
            if not whole and not may_end(found):
                return PAGE_CUT.at(here, "the page ends within its table of errors")
    if parts[-1].name in {"parameters", "endpoint", "code", "head"} and not any(
        part.name == "errors" for part in parts
    ):
        return PAGE_CUT.at(here, "the page ends before its table of errors")
    if not any(part.name in {"errors", "other"} for part in parts):
        return PAGE_CUT.at(here, "the page ends before its table of errors")
    return None
