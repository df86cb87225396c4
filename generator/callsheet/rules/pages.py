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
    "A page is larger, longer or nested deeper than any documentation page.",
    "time and memory for reading it would have no bound",
    wrong="a page of 20 MB",
    right="a page of some hundred kilobytes",
    mend="save the page without the files that it shows",
    example="folder",
)
PAGE_CUT: Final = Rule(
    "page-cut",
    "A page ends before all of it was said.",
    "what stood behind the end would look as if it were gone, and a number at the end may lack its last digits",
    wrong="a page that was copied from its head into the middle of its parameters",
    right="the page from its title to the last row of its table of errors",
    mend="save the page anew, as a whole",
    example="folder",
)
PAGE_DOUBLED: Final = Rule(
    "page-doubled",
    "A file has the pages of two endpoints.",
    "the facts of one would be taken for those of the other",
    wrong="two pages, one behind the other, in page.txt",
    right="a file for each page",
    mend="save each page in a file of its own",
    example="folder",
)
PAGE_NEEDS_BROWSER: Final = Rule(
    "page-needs-browser",
    "A page has scripts that would make its text in a browser, and no text.",
    "scripts of a page are never run here",
    wrong='<body><div id="__next"></div><script src="/app.js"></script></body>',
    right="the same page as it stands in the browser",
    mend="open the page in a browser; copy its text, or save it as a complete page, and read that",
    example="folder",
)
