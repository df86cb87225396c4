"""The parts of fal's API page by their headings, as text or as HTML, of several ages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from callsheet.pages.lines import Document, Line

_HOW_TO: Final = """
calling the api|install the client|setup your api key|set up your api key|submit a request|authentication|api key
queue|queue api|fetch request status|get the result|cancel a request|subscribe|webhooks|streaming|real-time|realtime
long-running requests|files|file uploads|data uri (base64)|hosted files (url)|uploading files|api reference|api
""".strip().replace("\n", "|")
_HOWS: Final = frozenset(_HOW_TO.split("|"))
_SCHEMA: Final = frozenset({"schema", "input", "output", "other types", "inputs", "outputs"})
_END: Final = frozenset(
    {
        *("related models", "related endpoints", "explore more models", "footer", "resources", "company", "legal"),
        *("learn more", "documentation", "support", "all systems operational", "features and labels", "socials"),
        *("privacy policy", "terms of service", "pricing", "careers", "examples", "faq", "frequently asked questions"),
    }
)
_NUMBERED: Final = re.compile(r"^(?:#{1,6}\s+)?(?:\d{1,2}\.\s*)?(.{1,80}?)\s*(#?)$")
_TYPE: Final = re.compile(r"^(?:#{1,6}\s+)?([A-Z]\w{0,80})\s*(#?)$")
_COPYRIGHT: Final = re.compile(r"^(?:©|\(c\)|copyright)\s", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """A heading in lower case, and the lines below it. `named` is the type that `other types` shows."""

    heading: str
    place: int
    lines: tuple[Line, ...]
    last: bool
    named: str = ""


def parts(document: Document) -> list[Part]:
    """The page, cut at its headings. What stands before the first has no heading."""
    hashed = _hashed(document)
    found: list[tuple[str, int, str]] = [("", 0, "")]
    below: list[list[Line]] = [[]]
    for line in document.lines:
        heading, named = _heading(line, found[-1][0], hashed=hashed)
        if heading:
            found.append((heading, line.number, named))
            below.append([])
        else:
            below[-1].append(line)
    last = len(found) - 1
    return [
        Part(heading, place, tuple(lines), n == last, named)
        for n, ((heading, place, named), lines) in enumerate(zip(found, below, strict=True))
    ]


def is_how_to(part: Part) -> bool:
    """Whether it explains how to call any endpoint at all, and holds nothing of this one but code samples."""
    return part.heading in _HOWS


def is_end(part: Part) -> bool:
    """Whether the provider's own links begin here."""
    return part.heading in _END or part.heading.startswith("©")


def _hashed(document: Document) -> bool:
    """Whether headings of this page are told by a mark: then a line without it is none."""
    return any(_marked(line, "input") or _marked(line, "schema") for line in document.lines)


def _marked(line: Line, word: str) -> bool:
    match = _NUMBERED.match(line.bare)
    return match is not None and match[1].lower() == word and _has_mark(line, match[2])


def _has_mark(line: Line, sign: str) -> bool:
    return sign == "#" or re.fullmatch(r"h[1-6]", line.block) is not None or line.bare.startswith("#")


def _heading(line: Line, above: str, *, hashed: bool) -> tuple[str, str]:  # noqa: PLR0911 - a line for each kind
    bare = line.bare
    if _COPYRIGHT.match(bare):
        return "©", ""
    match = _NUMBERED.match(bare)
    if match is None:
        return "", ""
    word, marked = match[1].lower(), _has_mark(line, match[2])
    if word in _END and (marked or above in {"other types", "output"}) and match[1][:1].isupper():
        return word, ""
    if word in _SCHEMA and match[1][:1].isupper() and (marked or not hashed):
        return word.replace("inputs", "input").replace("outputs", "output"), ""
    if word in _HOWS and match[1][:1].isupper() and above not in {"input", "output", "other types"}:
        return (word, "") if marked or not hashed else ("", "")
    named = _TYPE.match(bare)
    if above == "other types" and named is not None and (marked or not hashed):
        return "other types", named[1]
    if marked and match[2] == "#" and above not in {"input", "output"}:
        return word, ""
    return "", ""


def before_schema(found: Sequence[Part]) -> list[Part]:
    """What stands above the schema."""
    inputs = [n for n, part in enumerate(found) if part.heading in {"schema", "input"}]
    return list(found[: inputs[0]]) if inputs else list(found)
