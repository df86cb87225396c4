"""A page as lines of text, whichever way it came: copied from a browser, or as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from callsheet.pages.limits import LONGEST_LINE, MOST_LINES, MOST_TEXT

_NOTHING: Final = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\ufeff\u00ad"))
"""Characters of no width: they hyphenate and align, and are no part of a name or value."""
_SPACES: Final = dict.fromkeys(
    map(ord, "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"), " "
)
_BREAKS: Final = dict.fromkeys(map(ord, "\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), "\n")
_PLAIN: Final = str.maketrans({**_NOTHING, **_SPACES, **_BREAKS})
_JOINER: Final = re.compile(r"(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])")
"""Joiners make one picture of several emoji; beside plain letters they are as good as nothing."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line as a reader sees it.

    `number` is that of the line in the file, from 1; many lines may come from one line of HTML. `pieces` are the texts
    of the elements that stand in the line, evened out, none of them empty: a page that shows a name and a badge beside
    it gives two pieces, the same copied as text gives one. `text` is what a browser copies: pieces may touch in it.
    `block` is the tag of the element around: `h2`, `li`, `pre`, `td`; nothing for a page that came as text.
    """

    number: int
    text: str
    pieces: tuple[str, ...] = ()
    block: str = ""

    @property
    def bare(self) -> str:
        """The text without space around it, and with single spaces in it."""
        return " ".join(self.text.split())


@dataclass(frozen=True, slots=True)
class Document:
    """A page as its lines, empty ones left out. `title` and `url` are those that the HTML names, if it is HTML.

    `scripts` counts the scripts: a page that has little but these makes its text in a browser. `beyond` tells what the
    page has more of than is read, such as lines; what there is of it here is not all then, and means nothing.
    """

    lines: tuple[Line, ...]
    html: bool = False
    title: str = ""
    url: str | None = None
    scripts: int = 0
    beyond: str = ""

    @property
    def last(self) -> int:
        """The number of the last line that is not empty. Whatever stands there may have been cut off."""
        return self.lines[-1].number if self.lines else 0


def plain(text: str) -> str:
    """Text with one kind of space and one kind of line break, and without what has no width."""
    return _JOINER.sub("", text.translate(_PLAIN))


def text_lines(text: str) -> Iterator[Line]:
    """The lines of a page that came as text. Indentation stays in `text`, since code may need it."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line or line.isspace():
            continue
        for part in plain(line).split("\n"):
            if bare := " ".join(part.split()):
                yield Line(number, part.rstrip(), (bare,))


def bounded(lines: Iterable[Line]) -> tuple[tuple[Line, ...], str]:
    """The lines up to the limits of a page, and which limit it was that ended them."""
    kept: list[Line] = []
    size = 0
    for line in lines:
        kept.append(line)
        size += len(line.text)
        if len(line.text) > LONGEST_LINE:
            return tuple(kept), f"line {line.number:,} has {len(line.text):,} characters, {LONGEST_LINE:,} are read"
        if size > MOST_TEXT:
            return tuple(kept), f"its text has more than {MOST_TEXT:,} characters"
        if len(kept) > MOST_LINES:
            return tuple(kept), f"it has more than {MOST_LINES:,} lines"
    return tuple(kept), ""


def shortened(lines: Sequence[Line], length: int = 160) -> str:
    """What stands in some lines, for a message."""
    text = ""
    for line in lines:
        text = f"{text} {line.bare}".strip()
        if len(text) > length:
            return text[: length - 1].rstrip() + "…"
    return text
