"""What the text on a field holds beside words: its default, and the values that are allowed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count
from typing import Final

from callsheet.pages.fal.fieldlist import Block
from callsheet.pages.lines import Line
from callsheet.pages.literals import whole
from callsheet.source.nodes import Plain

_ENUM: Final = re.compile(r"Possible (?:enum )?values:\s*", re.IGNORECASE)
_MOST_DEFAULTS: Final = 8
"""Labels of a default within one text that are tried."""


def split_values(text: str, line: Line) -> list[str] | None:
    """Allowed values as they stand: in quotes or ticks, in elements of their own, or else between commas."""
    text = text.strip()
    if text[:1] in {'"', "`", "'"} and text:
        quote = text[0]
        exact = re.findall(rf"{quote}([^{quote}]*){quote}", text)
        rest = re.sub(rf"{quote}[^{quote}]*{quote}", "", text)
        return exact if not rest.replace(",", "").replace("|", "").strip(" .") else None
    pieces = [piece for piece in line.pieces if piece.strip(" ,")]
    label = next((n for n, piece in enumerate(pieces) if _ENUM.search(piece)), None)
    if label is not None and len(pieces) - label > 2 and not _ENUM.sub("", pieces[label]).strip():  # noqa: PLR2004 - more than one value
        return [piece.strip(" ").strip("`") for piece in pieces[label + 1 :]]
    parted = r",\s+" if re.search(r",\s", text) else ","  # a value may hold a comma of its own: `Chinese,Yue`
    values = [value.strip() for value in re.split(parted, text)] if text else []
    whole_words = all(value and value.count("(") == value.count(")") for value in values)
    return values if values and whole_words and "null" not in values else None


def about_and_values(block: Block) -> tuple[str, tuple[str, Line] | None]:
    """The text on a field, and what stands behind the label of its allowed values."""
    about: list[str] = []
    values: tuple[str, Line] | None = None
    for line in block.below:
        match = _ENUM.search(line.bare) if values is None else None
        if match is None:
            about.append(line.text.strip() if line.block != "pre" else line.text)
            continue
        listed, note, rest = line.bare[match.end() :].partition(" Note: ")
        values = (listed, line)
        about += [text for text in (line.bare[: match.start()].strip(), f"{note.strip()} {rest}".strip()) if text]
    return "\n".join(about), values


def default_in(about: str, *, textual: bool, allowed: Sequence[str]) -> tuple[str, list[Plain], str | None]:
    """The text without its default, the default, and what of it could not be read."""
    label = "Default value:"
    at = about.find(label)
    for tried in count(1):
        if at < 0:
            break
        rest = about[at + len(label) :].strip()
        before = about[:at].strip()
        for piece in _stretches(rest):
            fine, value = _default(piece, textual=textual, allowed=allowed)
            if fine:
                return f"{before}\n{rest[len(piece) :].strip()}".strip(), [value], None
        following = about.find(label, at + 1)
        if following < 0 or tried == _MOST_DEFAULTS:
            return before, [], rest or label
        at = following
    return about, [], None


def _stretches(rest: str) -> list[str]:
    """How far a default may reach: to the end of the text, or to that of its line."""
    first = rest.split("\n", 1)[0].rstrip()
    note = rest.split("\nNote:", 1)[0].rstrip()
    inline = first.split(" Note: ", 1)[0].rstrip()
    return list(dict.fromkeys([rest, note, first, inline]))


def _default(text: str, *, textual: bool, allowed: Sequence[str]) -> tuple[bool, Plain]:  # noqa: PLR0911 - one for each form
    if len(text) > 1 and text[0] == text[-1] == "`":
        text = text.strip("`")
        if not text:
            return False, None
    fine, value = whole(text)
    bare = text.rstrip(".")
    if fine and not (isinstance(value, int | float) and textual and not isinstance(value, bool)):
        return True, value
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" and "\n" not in text:
        return (True, text[1:-1]) if "\\" not in text else (False, None)
    if text[:1] == '"' and text[1:] in allowed:
        return True, text[1:]
    for one in (text, bare):
        if one in allowed:
            return True, one
    if textual and text and "\n" not in text and text[0] not in '"[{' and len(text.split()) == 1:
        return True, text
    return False, None
