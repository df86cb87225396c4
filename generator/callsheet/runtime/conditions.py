"""Whether a condition holds, of an input or of an answer. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from .pointer import ABSENT, at
from .words import Criterion, Scalar, When


def passes(test: Criterion, value: object) -> bool:
    """Whether a value passes a test. True is not 1, 5 is 5.0, as in JSON."""
    there = value is not ABSENT and value is not None
    if not (test.present and there):
        return test.present is there
    if test.one_of is not None and not any(same(value, known) for known in test.one_of):
        return False
    if test.none_of is not None and any(same(value, known) for known in test.none_of):
        return False
    return (test.minimum is None and test.maximum is None) or between(value, test.minimum, test.maximum)


def same(value: object, known: Scalar) -> bool:
    """Whether two values are the same in JSON."""
    return isinstance(value, bool) is isinstance(known, bool) and value == known


def between(value: object, low: float | None, high: float | None) -> bool:
    """Whether a value is a number within bounds that belong to the range; None leaves an end open."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return (low is None or value >= low) and (high is None or value <= high)


def holds(when: When, values: Mapping[str, object]) -> bool:
    """Whether a condition holds for an input, by the names of the wire."""
    return all(passes(test, values.get(name, ABSENT)) for name, test in when.items())


def says(when: When, body: object) -> bool:
    """Whether a condition holds for an answer, by pointers."""
    return all(passes(test, at(body, pointer)) for pointer, test in when.items())
