"""The first line of a parameter: its name and, as the layout has it, a badge, a star, a type, a default."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final, Literal

from callsheet.pages.lines import Line
from callsheet.pages.segmind.kinds import Kind, kind_of

Style = Literal["badge", "star", "none"]
"""How the name is marked as required or not."""

_NAME: Final = re.compile(r"[^\W\d][\w.$-]*|\d[\w.$-]*[A-Za-z_][\w.$-]*")
_MARK: Final = re.compile(r"[(\[]?(required|optional)[)\]]?", re.IGNORECASE)
_BADGED: Final = re.compile(r"(.*\S)\s*?[(\[]?(required|optional)[)\]]?", re.IGNORECASE)
_OLD: Final = re.compile(
    r"(?P<name>\S+?)(?P<gap>\s*)(?P<kind>enum\s?:\s?\w+|list\s?:\s?\w+|str|string|int|integer|float|number|bool|boolean|list"
    r"|array|dict|object|enum)(?P<star>\s*\*)?\s*(?:\(\s*default\s*:\s*(?P<default>.*?)\s*\))?"
    r"\s*(?P<cost>affects pricing)?",
    re.IGNORECASE,
)
_OLD_PARTS: Final = re.compile(r"\*|\(\s*default\s*:.*\)|affects pricing", re.IGNORECASE)
_OLD_OPEN: Final = re.compile(r"\S+\s+\S+\s*\(\s*default\s*:[^)]*", re.IGNORECASE)
_OLD_STRANGE: Final = re.compile(
    r"(?P<name>\w+)\s+(?P<kind>[a-z]\w*(?::\w+)?)\s*(?:(?P<star>\*)|\(\s*default\s*:\s*(?P<default>[^()]*?)\s*\))"
    r"\s*(?:affects pricing)?",
    re.IGNORECASE,
)
"""A head with a type that is not known, such as `image file *`."""
_LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Head:
    """Where a parameter begins. `size` counts the lines that the head takes, its type included."""

    name: str
    style: Style
    required: bool | None
    kind: Kind | None
    size: int
    default: str | None = None
    whole: bool = True


def head_at(lines: Sequence[Line], at: int, known: AbstractSet[str], *, loose: bool = False) -> Head | None:
    """The head that begins at a line, if one does. `known` are names that the page's samples send.

    `loose`: the page marks nothing with badges, so that a name and a type below it are enough.
    """
    line = lines[at]
    if len(line.text) > _LONGEST:
        return None
    return (
        _badged(lines, at, known)
        or _starred(lines, at)
        or _old(lines, at, known)
        or _unmarked(lines, at, known, loose=loose)
    )


def _kind(lines: Sequence[Line], at: int) -> Kind | None:
    return kind_of(lines[at].bare) if at < len(lines) else None


def _badged(lines: Sequence[Line], at: int, known: AbstractSet[str]) -> Head | None:
    """`moderequired`, `mode required`, `mode` and `required` below it; then the type."""
    line = lines[at]
    if at + 1 < len(lines) and _MARK.fullmatch(lines[at + 1].bare) and _is_name(line.bare, known):
        kind = _kind(lines, at + 2)
        required = "required" in lines[at + 1].bare.lower()
        if kind is not None or line.bare in known:
            return Head(line.bare, "badge", required, kind, 2 if kind is None else 3)
    if len(line.pieces) > 1 and _MARK.fullmatch(line.pieces[-1]):
        found = ("".join(line.pieces[:-1]), line.pieces[-1])
    elif (badge := _BADGED.fullmatch(line.bare)) is not None:
        found = (badge[1], badge[2])
    else:
        return None
    name, mark = found
    required = "required" in mark.lower()
    kind = _kind(lines, at + 1)
    if kind is not None and _is_name(name, known):
        return Head(name, "badge", required, kind, 2)
    typed = re.fullmatch(r"(\S+?)\s*[:(]?\s*([a-z]+(?:\s*\([a-z0-9-]+\))?)[,)]?", name)
    if typed is not None and typed[1] in known and (kind := kind_of(typed[2])) is not None:
        return Head(typed[1], "badge", required, kind, 1)
    return Head(name, "badge", required, None, 1) if name in known else None


def _starred(lines: Sequence[Line], at: int) -> Head | None:
    """`mode *`, then the type on a line of its own."""
    bare = lines[at].bare
    if not bare.endswith("*") or not _NAME.fullmatch(name := bare.rstrip("* ")):
        return None
    kind = _kind(lines, at + 1)
    return Head(name, "star", True, kind, 2) if kind is not None else None


def _old(lines: Sequence[Line], at: int, known: AbstractSet[str]) -> Head | None:
    """`samples int ( default: 1 ) Affects Pricing`, in one line or in several."""
    text, size = lines[at].bare, 1
    if _NAME.fullmatch(text) and (kind := _kind(lines, at + 1)) is not None and kind.format is None:
        text, size = f"{text} {lines[at + 1].bare}", 2
        while at + size < len(lines) and _OLD_PARTS.fullmatch(lines[at + size].bare):
            text, size = f"{text} {lines[at + size].bare}", size + 1
        if size == 2:  # noqa: PLR2004 - a name and a type below it, which is not this layout's
            return None
    found = _OLD.fullmatch(text)
    if found is None:
        return _strange(text, size, known) or (_over_lines(lines, at, text) if _OLD_OPEN.fullmatch(text) else None)
    kind = kind_of(found["kind"].replace(" ", ""))
    marked = bool(found["star"] or found["default"] is not None or found["cost"])
    if kind is None or not _NAME.fullmatch(found["name"]) or not (marked or found["name"] in known):
        return None
    if not found["gap"] and found["name"] not in known and len(lines[at].pieces) < 2 and not marked:  # noqa: PLR2004 - two pieces
        return None
    return Head(found["name"], "star", bool(found["star"]), kind, size, found["default"])


def _strange(text: str, size: int, known: AbstractSet[str]) -> Head | None:
    found = _OLD_STRANGE.fullmatch(text)
    if found is None or not (found["name"] in known or re.fullmatch(r"[a-z0-9_]+", found["name"])):
        return None
    return Head(found["name"], "star", bool(found["star"]), None, size, found["default"])


def _over_lines(lines: Sequence[Line], at: int, text: str) -> Head | None:
    """A default of several lines. What a copy lost between them nobody knows, so `whole` is False."""
    for size in range(2, 12):
        if at + size > len(lines):
            return None
        text = f"{text} {lines[at + size - 1].bare}"
        if len(text) > _LONGEST:
            return None
        found = _OLD.fullmatch(text)
        if found is not None and (kind := kind_of(found["kind"].replace(" ", ""))) is not None:
            return Head(found["name"], "star", bool(found["star"]), kind, size, found["default"], whole=False)
    return None


def doubtful(lines: Sequence[Line], at: int) -> bool:
    """Whether a line that begins no parameter may begin one after all: a name with a badge, or above a type."""
    line = lines[at]
    if len(line.text) > _LONGEST:
        return False
    if _NAME.fullmatch(line.bare) and _kind(lines, at + 1) is not None:
        return True
    badge = _BADGED.fullmatch(line.bare)
    return (
        badge is not None
        and _NAME.fullmatch(badge[1]) is not None
        and (" " not in line.bare or len(line.pieces) > 1 or re.search(r"[_\d]", badge[1]) is not None)
    )


def _unmarked(lines: Sequence[Line], at: int, known: AbstractSet[str], *, loose: bool) -> Head | None:
    """A name that the samples send, and its type: below it, or beside it."""
    bare = lines[at].bare
    if (bare in known or (loose and _NAME.fullmatch(bare))) and (kind := _kind(lines, at + 1)) is not None:
        return Head(bare, "none", None, kind, 2)
    name, _, rest = bare.partition(" ")
    if name in known and (kind := kind_of(rest)) is not None:
        return Head(name, "none", None, kind, 1)
    return None


def _is_name(text: str, known: AbstractSet[str]) -> bool:
    return text in known or _NAME.fullmatch(text) is not None
