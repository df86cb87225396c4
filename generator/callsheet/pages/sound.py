"""Whether a value that was decoded can be worked with: JSON allows levels, numbers and texts that nothing can use."""

from __future__ import annotations

import re
from itertools import count
from typing import Final

from callsheet.pages.limits import LONGEST_KEY, MOST_LEVELS, MOST_VALUES
from callsheet.source.nodes import Plain

_LARGEST_NUMBER: Final = 1e300
_HALF: Final = re.compile("[\ud800-\udfff]")


def unsound(value: Plain) -> str | None:
    """What would stop a reader, or whoever writes the value down. None: nothing."""
    todo: list[tuple[Plain, int]] = [(value, 0)]
    for seen in count():
        if not todo:
            break
        one, depth = todo.pop()
        if (fault := _fault(one, depth)) is not None:
            return fault
        if isinstance(one, dict | list):
            todo.extend((below, depth + 1) for below in (one.values() if isinstance(one, dict) else one))
        if seen > MOST_VALUES:
            return f"it has more than {MOST_VALUES:,} values"
    return None


def _fault(one: Plain, depth: int) -> str | None:
    match one:
        case str() if not _is_text(one):
            return "a text has half of a character"
        case int() | float() if not abs(one) < _LARGEST_NUMBER:
            return "a number is too large to be meant"
        case dict() | list() if depth > MOST_LEVELS:
            return f"it is nested more than {MOST_LEVELS} levels deep"
        case dict() if any(len(key) > LONGEST_KEY or not _is_text(key) for key in one):
            return f"a key has more than {LONGEST_KEY:,} characters, or is no text"
        case _:
            return None


def _is_text(text: str) -> bool:
    """Whether it can be written: JSON may escape one half of a character that takes two."""
    return text.isascii() or not _HALF.search(text)
