"""Lists of allowed values, which pages print without anything between the values: `"480p""720p"`, `256512`."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from callsheet.pages.literals import number
from callsheet.pages.sound import unsound
from callsheet.source.nodes import Plain

_QUOTES: Final = str.maketrans({"\u201c": '"', "\u201d": '"'})
_BETWEEN: Final = re.compile(r"[\s,|;\u00b7\u2022]*+")
_WORD: Final = re.compile(r"(null|true|false|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)(?=[\s,|;\"\u00b7\u2022]|$)")
_WORDS: Final[dict[str, Plain]] = {"null": None, "true": True, "false": False}
_MOST_DIGITS: Final = 48
"""Digits in a row that are still taken apart."""
_LONGEST: Final = 60
"""Characters of a value that stands without quotes. What has more is a sentence."""
_GROWTH: Final = 4
"""Sizes and lengths that are offered together grow by less than this from one to the next."""
_ONE_WORD: Final = re.compile(r"\d+:\d+|\d+x\d+|\d+p|\d+k", re.IGNORECASE)


def quoted(text: str) -> list[Plain] | None:
    """Values of which each is in quotes, or a number or word of JSON, with or without something between them."""
    text = text.translate(_QUOTES)
    values: list[Plain] = []
    at = _skipped(text, 0)
    decoder = json.JSONDecoder()
    while at < len(text):
        if text[at] == '"':
            try:
                value, at = decoder.raw_decode(text, at)
            except ValueError:
                return None
            if unsound(value):
                return None
            values.append(value)
        elif (word := _WORD.match(text, at)) is not None:
            values.append(_WORDS[word[1]] if word[1] in _WORDS else number(word[1]))
            at = word.end()
        else:
            return None
        at = _skipped(text, at)
    return None if not values or _same(values) else values


def bare(lines: Sequence[str], hints: Sequence[Plain]) -> list[Plain] | None:
    """Values without quotes, one a line, or with commas or bars between them, or digits that can be parted in one way.

    `hints` are values that must be among them: the default, the value of a sample. None: it is not certain.
    """
    parts = [part.strip() for line in lines for part in re.split(r"[,|;\u00b7\u2022]", line) if part.strip()]
    if len(parts) == 1 and len(words := parts[0].split()) > 1 and all(map(_stands_alone, words)):
        parts = words
    if len(parts) == 1:
        return _of_one(parts[0], hints)
    if not parts or len({*parts}) < len(parts) or any(len(part) > _LONGEST or part.endswith(".") for part in parts):
        return None
    numbers = [number(part) for part in parts]
    if all(value is not None for value in numbers):
        return [*numbers]
    if any('"' in part or "'" in part for part in parts):
        return None
    texts = [hint for hint in hints if isinstance(hint, str)]
    return [*parts] if texts and all(text in parts for text in texts) else None


def _of_one(text: str, hints: Sequence[Plain]) -> list[Plain] | None:
    if text in {"truefalse", "falsetrue"}:
        return [text == "truefalse", text != "truefalse"]
    if len(text) == 1 and text.isdecimal():
        return [int(text)]
    if text.isascii() and text.isdigit():
        wanted = {str(hint) for hint in hints if isinstance(hint, int | str) and not isinstance(hint, bool)}
        return _parted(text, wanted)
    return [text] if hints and all(hint == text for hint in hints) else None


def _parted(digits: str, wanted: set[str]) -> list[Plain] | None:
    """The one way to part digits into numbers that grow, or fall, as sizes do, with the wanted ones among them."""
    if not wanted or len(digits) > _MOST_DIGITS or not all(text.isdigit() for text in wanted):
        return None
    if wanted == {digits}:
        return [int(digits)]
    longest = max(5, *map(len, wanted))
    ways = [
        way for sign in (1, -1) for way in _ways(digits, longest, sign) if len(way) > 1 and wanted <= {*map(str, way)}
    ]
    near = [way for way in ways if all(map(_near, way, way[1:]))]
    return [*near[0]] if len(near) == 1 and (len(ways) == 1 or _regular(near[0])) else None


def _near(one: int, other: int) -> bool:
    low, high = sorted((one, other))
    return low == 0 or high <= low * _GROWTH


def _regular(way: Sequence[int]) -> bool:
    """Whether numbers look like sizes that are offered together: of several digits each, or in even steps."""
    if min(way) >= 10:  # noqa: PLR2004 - two digits
        return True
    steps = {high - low for low, high in pairwise(way)}
    ratios = {high / low for low, high in pairwise(way) if low}
    return len(way) > 2 and (len(steps) == 1 or (len(ratios) == 1 and 0 not in way))  # noqa: PLR2004 - two have one step


def _ways(digits: str, longest: int, sign: int) -> list[list[int]]:
    """Every way, as long as there are few: found from the left, number by number."""
    done: list[list[int]] = []
    stack: list[tuple[int, list[int]]] = [(0, [])]
    steps = 0
    while stack and (steps := steps + 1) < 20_000:  # noqa: PLR2004 - enough for any list that a page has
        at, way = stack.pop()
        if at == len(digits):
            done.append(way)
            continue
        for end in range(at + 1, min(len(digits), at + longest) + 1):
            text = digits[at:end]
            if (text[0] != "0" or (text == "0" and at == 0)) and _follows(way, int(text), sign):
                stack.append((end, [*way, int(text)]))
    return [] if stack else done


def _follows(way: Sequence[int], value: int, sign: int) -> bool:
    return not way or (value - way[-1]) * sign > 0


def _stands_alone(word: str) -> bool:
    return number(word) is not None or _ONE_WORD.fullmatch(word) is not None


def _same(values: Sequence[Plain]) -> bool:
    return len({json.dumps(value) for value in values}) < len(values)


def _skipped(text: str, at: int) -> int:
    found = _BETWEEN.match(text, at)
    return found.end() if found else at
