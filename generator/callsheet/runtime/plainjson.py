"""A payload as JSON knows it, copied; and what JSON cannot say, as violations."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final, cast

from .errors import Violation

_DEEPEST: Final = 100
_LARGEST: Final = 1_000_000  # items of lists and objects in one payload
_LONGEST_INTEGER: Final = 2**1023  # what a JSON reader that works in doubles can still hold


class Copier:
    """Copies a payload as JSON knows it, and notes what JSON cannot say in `found`."""

    def __init__(self) -> None:
        self.found: list[Violation] = []
        self._above: set[int] = set()
        self._left = _LARGEST

    def copy(self, value: object, place: str) -> object:  # noqa: PLR0911 - one arm for each type that JSON has
        """The value as JSON knows it."""
        match value:
            case None | bool():
                return value
            case str():
                return (
                    value if _is_text(value) else self._note(place, "holds a lone surrogate, which is no Unicode text")
                )
            case int():
                if abs(value) >= _LONGEST_INTEGER:
                    return self._note(place, "is an integer beyond what JSON numbers carry", 0)
                return int(value)
            case float():
                if not math.isfinite(value):
                    return self._note(place, f"{value} is no JSON number", 0)
                return int(value) if value.is_integer() else float(value)
            case Mapping() | list() | tuple():
                return self._within(cast("Mapping[object, object] | Sequence[object]", value), place)
            case _:
                return self._note(place, f"a {type(value).__name__} is no JSON value")

    def _within(self, value: Mapping[object, object] | Sequence[object], place: str) -> object:
        self._left -= len(value)
        if id(value) in self._above:
            return self._note(place, "contains itself")
        if len(self._above) > _DEEPEST or self._left < 0:
            return self._note(place, "is nested too deeply, or too large")
        self._above.add(id(value))
        try:
            if isinstance(value, Mapping):
                return self._mapping(value, place)
            return [self.copy(item, _join(place, number)) for number, item in enumerate(value)]
        finally:
            self._above.remove(id(value))

    def _mapping(self, value: Mapping[object, object], place: str) -> dict[str, object]:
        made: dict[str, object] = {}
        for key, item in value.items():
            if type(key) is str and type(item) is str and key.isascii() and item.isascii():
                made[key] = item  # as most are
            elif isinstance(key, str) and _is_text(key):
                made[key] = self.copy(item, _join(place, key))
            else:
                self._note(place, f"the key {key!r} is not text")
        return made

    def _note(self, place: str, words: str, instead: object = None) -> object:
        self.found.append(Violation(place, "not_json", words))
        return instead


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _join(place: str, step: object) -> str:
    return f"{place}.{step}" if place else str(step)
