# Copied by callsheet from generator/callsheet/runtime/pointer.py.
# Do not edit: change that file, then `make generate`.
"""JSON pointers (RFC 6901) into answers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, cast


class _Absent:
    """Tells a missing value from null."""

    def __repr__(self) -> str:
        return "ABSENT"

    def __bool__(self) -> bool:
        return False


ABSENT: Final = _Absent()


def at(document: object, pointer: str) -> object:
    """The value at a pointer, or ABSENT. "" is the document itself."""
    found = document
    for step in _steps(pointer):
        if isinstance(found, dict):
            found = cast("dict[str, object]", found).get(step, ABSENT)
        elif isinstance(found, list) and step.isdecimal() and int(step) < len(cast("list[object]", found)):
            found = cast("list[object]", found)[int(step)]
        else:
            return ABSENT
    return found


@lru_cache(maxsize=1024)
def _steps(pointer: str) -> tuple[str, ...]:
    return tuple(raw.replace("~1", "/").replace("~0", "~") for raw in pointer.split("/")[1:])


def text_at(document: object, pointers: Iterable[str]) -> str | None:
    """The first text that stands at one of the pointers."""
    for pointer in pointers:
        found = at(document, pointer)
        if isinstance(found, str) and found:
            return found
    return None


def parse(body: bytes) -> object:
    """The JSON value of a body, or ABSENT where it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return ABSENT
