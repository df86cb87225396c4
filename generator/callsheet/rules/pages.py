"""Rules on documentation pages, as far as reading them goes."""

from __future__ import annotations

from typing import Final

from callsheet.rules.rule import Rule

PAGE_UNKNOWN: Final = Rule(
    "page-unknown",
    "A page is of no layout that is known, or is no documentation page at all.",
    "facts that are guessed from an unknown layout would be wrong without anybody noticing",
    wrong="an article about the model, saved as a page",
    right="the model's own API page of Segmind or fal, its llms.txt, or an OpenAPI document",
    mend="save the provider's API page of the endpoint, as text or as HTML",
    example="folder",
)
PAGE_NOT_TEXT: Final = Rule(
    "page-not-text",
    "A page is not text in UTF-8.",
    "a picture or an archive of a page holds nothing that could be compared",
    wrong="page.png",
    right="page.html, page.txt, page.json",
    mend="save the page as text or HTML in UTF-8",
    example="folder",
)
PAGE_TOO_LARGE: Final = Rule(
    "page-too-large",
    "A page is larger than any documentation page.",
    "time and memory for reading it would have no bound",
    wrong="a page of 20 MB",
    right="a page of some hundred kilobytes",
    mend="save the page without the files that it shows",
    example="folder",
)
PAGE_CUT: Final = Rule(
    "page-cut",
    "A page ends before what it says is complete.",
    "what a page does not say would be taken for something that the provider took away",
    wrong="the first half of a page, copied",
    right="the page from its title to its end",
    mend="save the page again, whole",
    example="folder",
)
