"""The table of HTTP codes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from callsheet.pages.lines import Line

_CODE: Final = re.compile(r"([1-5]\d\d)\s*[-\u2013\u2014:\u00b7]?\s*(?:(?=[A-Z])(.*))?")
_FIRST_ERROR: Final = 400
_LAST: Final = 504
"""The last code of the table on today's pages, 500 on those before."""
_LAST_OLD: Final = 500


@dataclass(frozen=True, slots=True)
class Row:
    """A code with the lines that explain it."""

    code: int
    line: Line
    about: tuple[Line, ...]

    @property
    def is_error(self) -> bool:
        """Whether it is the code of an error: the older tables have 200, too."""
        return self.code >= _FIRST_ERROR


def rows(lines: Sequence[Line]) -> tuple[list[Row], int]:
    """The rows, and where the table ends: a row has the code and two texts, in one line or in up to three."""
    found: list[Row] = []
    at = next((at for at, line in enumerate(lines) if _CODE.fullmatch(line.bare)), len(lines))
    end = at
    while at < len(lines):
        code = _CODE.fullmatch(lines[at].bare)
        if code is None:
            break
        texts = 1 if code[2] else 0
        end = at + 1
        while end < len(lines) and texts < 2 and _CODE.fullmatch(lines[end].bare) is None:  # noqa: PLR2004 - name and text
            end, texts = end + 1, texts + 1
        found.append(Row(int(code[1]), lines[at], tuple(lines[at:end] if code[2] else lines[at + 1 : end])))
        at = end
    return found, end


def complete(found: Sequence[Row], *, more: bool) -> bool:
    """Whether the table is whole: something comes behind it, or its last row is the last one that these tables have."""
    if not found or not found[-1].about:
        return False
    codes = [row.code for row in found]
    old = codes[0] < _FIRST_ERROR or 405 in codes  # noqa: PLR2004 - a row of the older tables
    return more or codes[-1] >= (_LAST_OLD if old else _LAST)


def may_end(found: Sequence[Row]) -> bool:
    """Whether the table may be whole, and may go on: its last row is like the others, and a fault of the provider's."""
    return bool(found) and found[-1].code >= _LAST_OLD and len(found[-1].about) >= max(len(row.about) for row in found)


def goes_on(lines: Sequence[Line]) -> bool:
    """Whether there is anything behind a table but the first digits of one more code."""
    return any(re.fullmatch(r"\d{1,2}", line.bare) is None for line in lines)
