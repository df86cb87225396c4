"""HTML as lines of text, about as a browser lays them out and copies them. What no reader sees is left out.

Time and memory grow with the length of the page and with nothing else: nothing is nested here that the page nests, no
entity is defined by a page, nothing is fetched, scripts are passed over.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

from callsheet.pages.limits import MOST_LINES, MOST_TAGS, MOST_TEXT
from callsheet.pages.lines import Document, Line, bounded, plain, text_lines

_LOOKS: Final = re.compile(
    r"\s*+<(?:!--|!doctype\s+html|(?:html|head|body|main|article|div|section|meta)[\s>])", re.IGNORECASE
)
_MARK: Final = re.compile(r"<(?:[a-zA-Z!?]|/(?=\S))")
_OPENING: Final = re.compile(r"[a-zA-Z][^\s/>]*+")
_ATTRIBUTE: Final = re.compile(r"""[\s/]*+([^\s/>=]++|=)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s>]*+))?+""")
_NO_CHARACTER: Final = re.compile(r"&#(?:\d{8,}+|[xX][0-9a-fA-F]{7,}+);?")
"""Numbers of characters that there are not. To turn a million digits into a number takes long, and fails."""

_SILENT: Final = frozenset({"template", "select", "object", "svg", "math", "canvas", "audio", "video"})
"""Elements whose text is not shown, or is a form's or a picture's."""
_CLOSED: Final = frozenset({"div", "section", "nav", "aside", "dialog", "span", "button", "ul"})
"""Elements that pages close by a tag, so that it is certain where a hidden one ends."""
_UNDISPLAYED: Final = re.compile(r"\bdisplay\s*:\s*none\b", re.IGNORECASE)
_RAW: Final = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE)
    for name in ("script", "style", "textarea", "noscript", "iframe", "title")
}
"""Elements that hold text and no elements, with what ends them."""
_BLOCKS: Final = """
    address article aside blockquote body button caption dd details dialog div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 header html legend li main nav ol p pre section summary table tbody
    tfoot thead tr ul
"""
_LINES: Final = frozenset(_BLOCKS.split())
"""Elements that stand in lines of their own."""
_VOID: Final = frozenset({"br", "hr"})
_CELLS: Final = frozenset({"td", "th"})
_NUMBERS: Final = re.compile(r"line-?(?:number|no)s?\b", re.IGNORECASE)
"""Classes of the elements that hold the numbers beside lines of code."""
_STRETCH: Final = re.compile(r"\n+|[^\n]+")
_DEEPEST: Final = 64
"""As far as the tags around a line are kept in mind, for the name of its block."""


@lru_cache(maxsize=1)
def document(text: str) -> Document:
    """The page as lines. Text that is no HTML is taken as it is. The last page is kept, since several readers ask."""
    if _LOOKS.match(text) is None:
        lines, beyond = bounded(text_lines(text))
        return Document(lines, beyond=beyond)
    return _Builder().built(text)


class _Token(NamedTuple):
    """A tag, or text between two. `content` is the text, or what is in the element if it holds text alone."""

    start: int
    name: str = ""
    closing: bool = False
    attributes: tuple[tuple[str, str], ...] = ()
    content: str = ""


def _tokens(text: str) -> Iterator[_Token]:
    """Tags and texts, in order. What is not closed to the end of the page is left out, as browsers do."""
    at = 0
    while (mark := _MARK.search(text, at)) is not None:
        start = mark.start()
        if start > at:
            yield _Token(at, content=text[at:start])
        closing = text.startswith("/", start + 1)
        name = _OPENING.match(text, start + 1 + closing)
        if name is None:
            at = _behind(text, "-->" if text.startswith("<!--", start) else ">", start + 2)
            continue
        attributes: list[tuple[str, str]] = []
        at = name.end()
        while len(attributes) <= MOST_TAGS and (one := _ATTRIBUTE.match(text, at)) is not None:
            attributes.append((one[1].lower(), one[2] or ""))
            at = one.end()
        end = text.find(">", at)
        if end < 0:
            return
        at = end + 1
        token = _Token(start, name[0].lower(), closing, tuple(attributes))
        if token.name in _RAW and not closing:
            stop = _RAW[token.name].search(text, at)
            end = len(text) if stop is None else stop.start()
            token = token._replace(content=text[at:end])
            at = end
        yield token
    if at < len(text):
        yield _Token(at, content=text[at:])


def _behind(text: str, mark: str, start: int) -> int:
    found = text.find(mark, start)
    return len(text) if found < 0 else found + len(mark)


def _unescaped(text: str) -> str:
    return plain(html.unescape(_NO_CHARACTER.sub("\ufffd", text))) if "&" in text else plain(text)


@dataclass
class _Builder:
    """Collects lines from left to right. `parts` are the texts of one, and None where an element begins or ends."""

    lines: list[Line] = field(default_factory=list[Line])
    parts: list[str | None] = field(default_factory=list[str | None])
    number: int = 0
    blocks: list[str] = field(default_factory=list[str])
    silent: str = ""
    silent_depth: int = 0
    in_number: bool = False
    preformatted: int = 0
    title: str = ""
    url: str | None = None
    scripts: int = 0
    shown: int = 0

    def built(self, text: str) -> Document:
        number, counted, tags = 1, 0, 0
        beyond = ""
        for token in _tokens(text):
            tags += 1 + len(token.attributes)
            if tags > MOST_TAGS or len(self.lines) > MOST_LINES or self.shown > MOST_TEXT:
                beyond = f"it has more than {MOST_TAGS:,} tags and attributes" if tags > MOST_TAGS else ""
                break
            number += text.count("\n", counted, token.start)
            counted = token.start
            if token.name:
                self._tag(token)
            elif not self.silent_depth and not self.in_number:
                self._text(_unescaped(token.content), number)
        self._end_line()
        lines, longest = bounded(self.lines)
        return Document(
            lines,
            html=True,
            title=self.title,
            url=self.url,
            scripts=self.scripts,
            beyond=beyond or longest,
        )

    def _tag(self, token: _Token) -> None:
        name = token.name
        if self.silent_depth:
            self.silent_depth += (-1 if token.closing else 1) if name == self.silent else 0
        elif not token.closing and (name in _SILENT or (name in _CLOSED and _is_hidden(token))):
            self.silent, self.silent_depth = name, 1
        elif name in _RAW or name in {"link", "meta"}:
            self._head(token)
        elif name in _LINES or name in _VOID:
            self._end_line()
            self._block(name, closing=token.closing)
        elif name != "wbr":
            self.parts.extend((" ", None) if name in _CELLS else (None,))
            self.in_number = name == "span" and not token.closing and _has_numbers(token)

    def _head(self, token: _Token) -> None:
        self.scripts += token.name == "script" and not token.closing
        if token.name == "title" and not self.title:
            self.title = " ".join(_unescaped(token.content).split())
        values = (
            {key: _unescaped(value.strip("\"'")) for key, value in token.attributes}
            if token.name in {"link", "meta"}
            else {}
        )
        if values.get("rel") == "canonical":
            self.url = values.get("href") or self.url
        elif values.get("property") == "og:url":
            self.url = self.url or values.get("content") or None

    def _block(self, name: str, *, closing: bool) -> None:
        if name == "pre":
            self.preformatted = max(0, self.preformatted + (-1 if closing else 1))
        if name in _VOID:
            return
        if not closing:
            if len(self.blocks) < _DEEPEST:
                self.blocks.append(name)
        elif name in self.blocks:
            while self.blocks.pop() != name:
                pass

    def _text(self, text: str, number: int) -> None:
        if not self.preformatted:
            self._part(text, number + text.count("\n", 0, len(text) - len(text.lstrip())))
            return
        for stretch in _STRETCH.finditer(text):
            if stretch[0][0] != "\n":
                self._part(stretch[0], number)
                continue
            self._end_line()
            number += len(stretch[0])
            if len(self.lines) > MOST_LINES:
                return

    def _part(self, text: str, number: int) -> None:
        if text:
            if not self.number and not text.isspace():
                self.number = number
            self.parts.append(text if self.preformatted else _evened(text))

    def _end_line(self) -> None:
        if self.number:
            whole = "".join(part for part in self.parts if part is not None)
            pieces = [" ".join(piece.split()) for piece in _runs(self.parts)]
            block = "pre" if self.preformatted else self.blocks[-1] if self.blocks else ""
            text = whole.rstrip() if self.preformatted else " ".join(whole.split())
            self.lines.append(Line(self.number, text, tuple(filter(None, pieces)), block))
            self.shown += len(text)
        self.parts.clear()
        self.number = 0


def _evened(text: str) -> str:
    """With each stretch of white space as one space, those at the ends as well."""
    words = " ".join(text.split())
    return f"{' ' if text[0].isspace() else ''}{words}{' ' if words and text[-1].isspace() else ''}"


def _runs(parts: list[str | None]) -> Iterator[str]:
    """The texts between elements' beginnings and ends."""
    run: list[str] = []
    for part in parts:
        if part is not None:
            run.append(part)
        elif run:
            yield "".join(run)
            run.clear()
    yield "".join(run)


def _is_hidden(token: _Token) -> bool:
    """Whether an element is not displayed: a closed menu, a panel behind a tab."""
    return any(
        (key == "hidden" and "until-found" not in value) or (key == "style" and _UNDISPLAYED.search(value))
        for key, value in token.attributes
    )


def _has_numbers(token: _Token) -> bool:
    return any(key == "class" and _NUMBERS.search(value) for key, value in token.attributes)
