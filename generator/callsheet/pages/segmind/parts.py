"""Takes a page apart at its headings: head, code, endpoint, parameters, response, states, errors, and the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from callsheet.pages.lines import Line
from callsheet.pages.segmind.heads import head_at
from callsheet.pages.segmind.samples import BEGINS
from callsheet.source.nodes import Plain

Name = Literal["head", "code", "endpoint", "parameters", "response", "async", "states", "errors", "other"]

_HEADINGS: Final[Mapping[str, Name]] = {
    "api endpoint": "endpoint",
    "endpoint": "endpoint",
    "parameters": "parameters",
    "input parameters": "parameters",
    "request parameters": "parameters",
    "attributes": "parameters",
    "response type": "response",
    "response format": "response",
    "response": "response",
    "asynchronous requests": "async",
    "asynchronous requests (v2)": "async",
    "async requests (v2)": "async",
    "status states": "states",
    "common error codes": "errors",
    "error codes": "errors",
    "http response codes": "errors",
    "response codes": "errors",
    "http status codes": "errors",
    **dict.fromkeys(
        (
            "faq",
            "faqs",
            "frequently asked questions",
            "related models",
            "similar models",
            "more models",
            "other popular models",
            "pricing",
            "response headers",
            "resources to get you started",
            "use cases",
            "key features",
            "company",
            "explore",
            "legal",
            "about",
        ),
        "other",
    ),
}
_OTHER: Final = re.compile(
    r"(?:unlock the full potential|how to get more consistent|to keep track of your credit"
    r"|frequently asked|\u00a9|copyright|get started with segmind|explore more models|segmind \u00a9"
    r"|cookie settings|all rights reserved|discover other models)",
    re.IGNORECASE,
)
_TITLE: Final = re.compile(r".{1,120}\bServerless API", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """Lines below a heading. `closed`: another heading comes after it, so that its end is its end."""

    name: Name
    heading: Line | None
    lines: tuple[Line, ...]
    closed: bool


def heading_of(line: Line) -> Name | None:
    """What a line is the heading of."""
    if _OTHER.match(line.text.lstrip()):
        return "other"
    if len(line.text) > 200:  # noqa: PLR2004 - no heading is as long
        return None
    bare = line.bare.strip("#\u00b6: ").casefold()
    return _HEADINGS.get(bare)


def parts_of(lines: Sequence[Line], known: Mapping[str, Plain]) -> list[Part]:
    """The parts, in order. Between the first and the last parameter only what begins another page is a heading."""
    first, last = _parameters(lines, known)
    found: list[Part] = []
    name: Name = "head"
    heading: Line | None = None
    start = 0
    for at, line in enumerate(lines):
        new = heading_of(line)
        new = None if new == "other" and name == "head" else new  # a link in the navigation
        within = first <= at <= last
        if new is not None and (not within or new in {"parameters", "endpoint"} or _of_errors(lines, at, new)):
            found.append(Part(name, heading, tuple(lines[start:at]), closed=True))
            name, heading, start = new, line, at + 1
        elif name in {"head", "endpoint", "other"} and not within and _begins_code(line):
            found.append(Part(name, heading, tuple(lines[start:at]), closed=True))
            name, heading, start = "code", None, at
    found.append(Part(name, heading, tuple(lines[start:]), closed=False))
    return found


def code_of(lines: Sequence[Line]) -> list[tuple[Line, ...]]:
    """Stretches of code, found before anything is known of the parameters."""
    return [part.lines for part in parts_of(lines, {}) if part.name == "code"]


def second_page(lines: Sequence[Line]) -> int | None:
    """Where the page of another endpoint begins, if two are in one file."""
    titles = [(at, line.bare) for at, line in enumerate(lines) if _TITLE.fullmatch(line.bare)]
    others = [at for at, title in titles if title != titles[0][1]]
    if others:
        return others[0]
    addresses: list[tuple[int, str]] = []
    for at, line in enumerate(lines):
        if heading_of(line) == "endpoint":
            text = " ".join(one.bare for one in lines[at + 1 : at + 3])
            if (found := re.search(r"api\.segmind\.com/(?:v\d+|workflows)/([^\s/]+)", text)) is not None:
                addresses.append((at, found[1]))
    return next((at for at, slug in addresses if slug != addresses[0][1]), None)


def _begins_code(line: Line) -> bool:
    return line.block in {"pre", "code"} or BEGINS.match(line.text) is not None


def _parameters(lines: Sequence[Line], known: Mapping[str, Plain]) -> tuple[int, int]:
    """The first and the last line that begin a parameter, of those behind a heading for them."""
    start = next((at for at, line in enumerate(lines) if heading_of(line) == "parameters"), len(lines))
    found = [
        at for at in range(start, len(lines)) if heading_of(lines[at]) is None and head_at(lines, at, known.keys())
    ]
    return (found[0], found[-1]) if found else (len(lines), -1)


def _of_errors(lines: Sequence[Line], at: int, name: Name) -> bool:
    """Whether it is a heading above a table of codes, which no description is."""
    return name == "errors" and any(re.match(r"\d{3}\b", line.bare) for line in lines[at + 1 : at + 3])
