"""The head of a page: title, what the endpoint is for, time and price."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from callsheet.pages.lines import Line
from callsheet.pages.literals import number
from callsheet.pages.segmind.notes import Notes
from callsheet.pages.segmind.ways import requests, say_submit

_TIME: Final = re.compile(
    r"~?\s*(?:(\d{1,6}) ?m(?:in(?:utes?)?)?)?\s*(?:(\d{1,9}(?:\.\d{1,9})?) ?(s|sec(?:onds?)?|ms))?"
)
_PRICE: Final = re.compile(
    r"(?:(?:price )?per (?:generation|call|request|run)\s*:?\s*)?~?\s*\$\s?(\d[\d,]*(?:\.\d+)?)"
    r"\s*(?:(?:/|per)\s*(generation|call|request|run))?",
    re.IGNORECASE,
)
_MONEY: Final = re.compile(r"\$\s?\d")
_LABEL: Final = re.compile(r"(?:avg\.? |average |typical )?(?:latency|time|duration|price|cost)\s*:?\s*", re.IGNORECASE)
_BOTH: Final = re.compile(r"(~\s*[\d.]+ ?m?s)\s*[|\u00b7,/]?\s*(~?\s*\$[\d.,]+)")
_LINKS: Final = """
    home|models|pixelflow|pixelflows|pricing|docs|documentation|blog|log in|login|sign up|sign in|
    dashboard|playground|api|examples|readme|python|javascript|js|node.js|node|curl|php|go|java|
    ruby|swift|c#|copy|copied!|copy code|segmind|get api key|http|typescript|share|contact|discord|
    overview|versions|sdk|async|sync|v1|v2|async (v2)|sync (v1)|back|try it|run|details|
    serverless api|post|api documentation|open in playground|company|terms|terms of service|
    privacy policy|privacy|careers|about us|contact us|twitter|linkedin|github|youtube|faq|faqs|
    enterprise|serverless|python sdk|code|request|login / signup|get started|loading...
"""
_STEP: Final = re.compile(r"\s*[/>\u203a\u00bb]\s*")
NAVIGATION: Final = frozenset(name for line in _LINKS.split("\n") for name in line.strip().split("|") if name)
"""Lines that lead elsewhere, in lower case."""


def is_navigation(line: Line) -> bool:
    """Whether a line is a link, a tab or a button that these pages are known to have."""
    texts = line.pieces or (line.bare,)
    return all(text.strip("\u203a>/\u00b7 ").casefold() in NAVIGATION for text in texts) or line.bare in {">", "/"}


def title_of(lines: Sequence[Line]) -> Line | None:
    """The line with the endpoint's name for people."""
    for line in lines:
        if line.block == "h1" or re.fullmatch(r".{1,120}\bServerless API", line.bare):
            return line
    return next((line for line in lines if not is_navigation(line) and not _is_path(line)), None)


def _is_path(line: Line) -> bool:
    """Whether a line leads from the provider's first page to this one: `Home / Models / Chalk Drawing`."""
    steps = [step.strip().casefold() for step in _STEP.split(line.bare)]
    return len(steps) > 1 and steps[0] in NAVIGATION


def _say_requests(lines: Sequence[Line], notes: Notes) -> None:
    for method, address, taken in requests(lines):
        if method == "POST":
            say_submit(address, taken[-1], notes, usual="queue")
            notes.take(taken)


def say_head(lines: Sequence[Line], notes: Notes, *, priced: bool) -> str:
    """Note what the head says, and give the title. `priced`: what is no price here has none anywhere on the page."""
    title = title_of(lines)
    start = 0 if title is None else next(at for at, line in enumerate(lines) if line is title)
    about: list[Line] = []
    money = False
    _say_requests(lines, notes)
    for at, line in enumerate(lines):
        if line is title or is_navigation(line) or (at < start and _is_path(line)) or line.bare.isdigit():
            # digits are those of the first line of code
            notes.take([line])
        elif id(line) in notes.taken or _say_time(_LABEL.sub("", line.bare), line, notes):
            continue
        elif _MONEY.search(line.bare) and len(line.bare) < 80:  # noqa: PLR2004 - longer is a sentence
            money = True
            if not _say_both(line, notes) and not _say_price(_LABEL.sub("", line.bare), line, notes):
                notes.pass_over([line], "a price in another form")
        elif at > start and not _has(notes):
            about.append(line)
    notes.word((), about)
    if not money and priced and title is not None:
        notes.say(("price", "stated"), False, title)
    return "" if title is None else re.sub(r"\s*Serverless API$", "", title.bare)


def _say_both(line: Line, notes: Notes) -> bool:
    both = _BOTH.fullmatch(line.bare)
    return both is not None and _say_time(both[1], line, notes) and _say_price(both[2], line, notes)


def _has(notes: Notes) -> bool:
    return ("typical_seconds",) in notes.facts or ("price", "amount") in notes.facts


def _say_time(text: str, line: Line, notes: Notes) -> bool:
    found = _TIME.fullmatch(text.strip())
    if found is None or not (found[1] or found[2]) or not ("~" in text or len(text) < 10):  # noqa: PLR2004 - `104.81s`
        return False
    if ("typical_seconds",) not in notes.facts:
        seconds = float(found[2] or 0) / (1_000 if found[3] == "ms" else 1)
        notes.say(("typical_seconds",), int(found[1]) * 60 + seconds if found[1] else seconds, line)
    notes.take([line])
    return True


def _say_price(text: str, line: Line, notes: Notes) -> bool:
    found = _PRICE.fullmatch(text.strip())
    amount = None if found is None else number(found[1])
    if amount is None:
        return False
    if ("price", "amount") not in notes.facts:
        notes.say(("price", "stated"), True, line)
        notes.say(("price", "amount"), amount, line)
        notes.say(("price", "currency"), "USD", line)
        notes.say(("price", "per"), "call", line)
    notes.take([line])
    return True
