"""What fal says of prices: one amount for one unit. Several amounts, or a formula, are left unread."""

from __future__ import annotations

import re
from typing import Final

from callsheet.pages.gather import Gathered
from callsheet.pages.lines import Line
from callsheet.pages.reading import Place

_AMOUNT: Final = re.compile(r"\$\s?(\d{1,6}(?:\.\d{1,8})?)")
_PER: Final = re.compile(
    r"\$\s?(\d{1,6}(?:\.\d{1,8})?)\**\s*(?:USD\s*)?(?:/|per|for each|for every|each)\s*(?:an?\s+)?\**"
    r"(?:(?:generated|output|processed|input|audio|compute|1\s?k|1,?000)\s+)?(?:\d+\s)?([a-z]+)"
    r"(?:\s+of\s+(?:the\s+)?(\w+(?: \w+)?))?",
    re.IGNORECASE,
)
_LED: Final = re.compile(r"\b(compute|processed|input|audio|1\s?k|1,?000|[\d.]+)\s+[a-z]+\b", re.IGNORECASE)
_MAX: Final = re.compile(r"max(?:imum)?\b[^.$\n]{0,60}\**\$\s?(\d{1,6}(?:\.\d{1,8})?)", re.IGNORECASE)
_UNITS: Final = {
    **dict.fromkeys(("second", "seconds", "sec", "s"), "output_second"),
    **dict.fromkeys(("image", "images"), "image"),
    **dict.fromkeys(("megapixel", "megapixels"), "megapixel"),
    **dict.fromkeys(("video", "videos", "request", "requests", "generation", "generations", "call", "run"), "call"),
}
_WHAT_LASTS: Final = ("video", "generated", "output")


def price(found: Gathered, lines: list[Line]) -> bool:
    """Note the price that some lines give; whether they speak of money at all. Examples of a sum are no price."""
    about = [line for line in lines if "$" in line.text and _AMOUNT.search(line.text)]
    if not about:
        return False
    first = Place(about[0].number)
    found.say(("price", "stated"), value=True, place=first, rank="text")
    rates: dict[tuple[str, str], Place] = {}
    for line in about:
        for match in _PER.finditer(line.text):
            unit = _unit(match)
            rates.setdefault((match[1], unit), Place(line.number))
    if len({float(amount) for amount, _ in rates}) == 1 and len({unit for _, unit in rates}) == 1:
        (amount, unit), place = next(iter(rates.items()))
        if unit:
            found.say(("price", "amount"), float(amount), place, "text")
            found.say(("price", "currency"), "USD", place, "text")
            found.say(("price", "per"), unit, place, "text")
            _highest(found, about)
            return True
    text = " ".join(line.bare for line in about)
    found.skip(first, text, "a price that depends on more than one thing")
    return True


def _unit(match: re.Match[str]) -> str:
    """What one amount buys; nothing where that is not plain."""
    unit = _UNITS.get(match[2].lower(), "")
    led = _LED.search(match[0].split(match[1], 1)[1])
    if led is not None:
        return ""
    of = (match[3] or "").lower()
    return "" if unit == "output_second" and of and not any(word in of for word in _WHAT_LASTS) else unit


def _highest(found: Gathered, about: list[Line]) -> None:
    said = {float(match[1]): line for line in about for match in _MAX.finditer(line.text)}
    if len(said) == 1:
        amount, line = next(iter(said.items()))
        found.say(("price", "max"), amount, Place(line.number), "text")
