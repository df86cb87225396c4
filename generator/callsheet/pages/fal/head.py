"""What stands above the schema on fal's API page: the endpoint, what it is about, the price."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from callsheet.pages.fal.headings import Part, is_how_to
from callsheet.pages.fal.prices import price
from callsheet.pages.gather import Gathered
from callsheet.pages.lines import Line, shortened
from callsheet.pages.reading import Place

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


@dataclass(slots=True)
class Head:
    """The endpoint as it is called there, and the title."""

    endpoint: str | None = None
    title: str = ""


def say_head(found: Gathered, above: Sequence[Part], called: Sequence[str]) -> Head:
    """Note what the parts above the schema say. `called` are the endpoints that samples call."""
    head = Head()
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
