"""Finds out what a page is, and has it read by the reader of that layout."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Final

from callsheet.findings import Finding, Span
from callsheet.pages.fal.llms import read_llms
from callsheet.pages.fal.page import read_page_of_fal
from callsheet.pages.html import document
from callsheet.pages.limits import LARGEST
from callsheet.pages.openapi.reader import read_openapi
from callsheet.pages.page import Page, Reader
from callsheet.pages.reading import Reading
from callsheet.pages.segmind import read as read_page_of_segmind
from callsheet.rules.pages import PAGE_NEEDS_BROWSER, PAGE_NOT_TEXT, PAGE_TOO_LARGE, PAGE_UNKNOWN

_FEW_WORDS: Final = 60
"""Words that a page has which makes its text in a browser: a title, a notice that it is loading."""
_SOME_WORDS: Final = 600
"""Words of navigation and advertising around a documentation that is not there yet."""
_READERS: Final[Sequence[Reader]] = (read_llms, read_page_of_fal, read_page_of_segmind)
"""Of pages that a person reads, beside OpenAPI documents."""
_PROVIDERS: Final = re.compile(r"segmind\.com|\bfal\.ai\b", re.IGNORECASE)


def read_page(data: bytes, name: str) -> Reading | Finding:
    """What the page says, or why nothing of it could be read. Depends on its arguments alone."""
    page = _page(data, name)
    if isinstance(page, Finding):
        return page
    found = read_openapi(page)
    if found is None and (beyond := document(page.text).beyond):
        return PAGE_TOO_LARGE.at(Span(name), f"no documentation page is as long: {beyond}")
    for reader in _READERS:
        found = found or reader(page)
    return found or _none(page)


def _page(data: bytes, name: str) -> Page | Finding:
    """The text of a page, if it has one."""
    if len(data) > LARGEST:
        return PAGE_TOO_LARGE.at(Span(name), f"the page has {len(data):,} bytes, {LARGEST:,} are read at most")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        return PAGE_NOT_TEXT.at(Span(name), f"byte {exc.start:,} is not UTF-8")
    return Page(name, text.replace("\r\n", "\n").replace("\r", "\n"), hashlib.sha256(data).hexdigest())


def _none(page: Page) -> Finding:
    """Why no reader could do anything with a page."""
    if _needs_browser(page):
        return PAGE_NEEDS_BROWSER.at(
            Span(page.name), "the page has scripts, and no text that says anything of an endpoint"
        )
    return PAGE_UNKNOWN.at(Span(page.name), "this is no page of a layout that is known")


def _needs_browser(page: Page) -> bool:
    """Whether a page has scripts and next to no text, or, being a provider's, a frame of links and no more."""
    found = document(page.text)
    if not found.html or not found.scripts:
        return False
    words = sum(len(line.text.split()) for line in found.lines)
    return words < _FEW_WORDS or (words < _SOME_WORDS and _PROVIDERS.search(page.text) is not None)
