"""The numbers at the edges of a schema, and whether a number fits it, worked out in fractions."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Final, cast

from callsheet.plan.model import Schema

_ODD: Final[dict[str, float]] = {
    "zero": 0,
    "minus_zero": -0.0,
    "integral": 5.0,
    "minus_one": -1,
    "beyond_32_bits": 2**31,
    "below_32_bits": -(2**31) - 1,
    "beyond_doubles": 2**53 + 1,
    "beyond_64_bits": 2**64,
    "below_64_bits": -(2**63) - 1,
    "beyond_128_bits": 10**40,
    "huge": 1e308,
    "hugely_negative": -1e308,
    "tiny": 5e-324,
    "fraction": 0.5,
    "third": 1 / 3,
}

NOT_JSON: Final = {"nan": math.nan, "infinity": math.inf, "minus_infinity": -math.inf}
"""What Python has for numbers and JSON has not."""


def numbers(schema: Schema, *, whole: bool) -> Iterator[tuple[str, float]]:
    """Numbers at and around each bound, then what is odd anywhere. `whole` is that of a type that takes no fraction."""
    told: list[tuple[type, float]] = []
    for word, value in (*_edges(schema, whole=whole), *_ODD.items()):
        mark = (type(value), value)
        if mark not in told or (value == 0 and math.copysign(1, value) < 0):
            told.append(mark)
            yield word, value


def faults(schema: Schema, value: float, *, whole: bool) -> int:
    """How many facts of a schema a finite number breaks: its bounds, its multiple, that it has no fraction."""
    exact = _exact(value)
    kept = [
        (low := _bound(schema, "minimum")) is None or exact >= low,
        (high := _bound(schema, "maximum")) is None or exact <= high,
        (above := _bound(schema, "exclusiveMinimum")) is None or exact > above,
        (below := _bound(schema, "exclusiveMaximum")) is None or exact < below,
        (step := _bound(schema, "multipleOf")) is None or (exact / step).denominator == 1,
        not whole or exact.denominator == 1,
    ]
    return kept.count(False)


def _edges(schema: Schema, *, whole: bool) -> Iterator[tuple[str, float]]:
    step = cast("float", schema.get("multipleOf", 1))
    known = [
        (words, inwards, cast("float", schema[name]))
        for name, words, inwards in (
            ("minimum", ("lowest", "above_lowest", "below"), 1),
            ("exclusiveMinimum", ("lowest", "above_lowest", "below"), 1),
            ("maximum", ("highest", "below_highest", "above"), -1),
            ("exclusiveMaximum", ("highest", "below_highest", "above"), -1),
        )
        if name in schema
    ]
    yield from ((at, bound) for (at, _, _), _, bound in known)
    for (at, within, beyond), inwards, bound in known:
        yield within, bound + inwards * step
        yield beyond, bound - inwards * step
        yield f"{at}_integral", float(bound)
        yield f"fraction_within_{at}", bound + inwards * 0.5
        yield f"{beyond}_by_far", bound - inwards * 10**6
        if not whole:
            yield f"just_{within}", math.nextafter(float(bound), math.inf * inwards)
            yield f"just_{beyond}", math.nextafter(float(bound), -math.inf * inwards)
    if "multipleOf" in schema:
        base = _first_multiple(schema, step)
        yield "multiple", base
        yield "next_multiple", base + step
        yield "off_the_multiple", base + step / 2 if not whole or step % 2 == 0 else base + 1


def _first_multiple(schema: Schema, step: float) -> float:
    low = cast("float", schema.get("minimum", schema.get("exclusiveMinimum", 0)))
    found = _exact(step) * math.floor(_exact(low) / _exact(step) + 1)
    return int(found) if found.denominator == 1 else float(found)


def _bound(schema: Schema, name: str) -> Fraction | None:
    return _exact(cast("float", schema[name])) if name in schema else None


def _exact(value: float) -> Fraction:
    """As it is written, which is what is meant: 0.1 is a tenth."""
    return Fraction(value) if isinstance(value, int) else Fraction(repr(value))
