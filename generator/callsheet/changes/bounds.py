"""Limits of a value, as far as two of them compare: which of them leaves more."""

from __future__ import annotations

import math
from collections.abc import Iterator

from callsheet.changes.change import ABSENT, Change
from callsheet.changes.judging import Case, Value, number
from callsheet.facts.flat import FactPath, Facts
from callsheet.rules.change import LIMIT_LOOSENED, LIMIT_REWORDED, LIMIT_TIGHTENED, ChangeRule

Bound = tuple[float, bool]
"""A number, and whether the number itself is left out. In units of "the larger, the tighter"."""

_LOWER = frozenset({"minimum", "exclusive_minimum"})
_UPPER = frozenset({"maximum", "exclusive_maximum"})
NUMERIC = _LOWER | _UPPER | {"multiple_of"}
LEAST = frozenset({"min_length", "min_items"})
MOST = frozenset({"max_length", "max_items"})
ALL = NUMERIC | LEAST | MOST


def limit(case: Case) -> Iterator[Change]:
    """What a differing limit of the input means."""
    yield case.change(_RULES[tightened(case)])


_RULES: dict[int, ChangeRule] = {1: LIMIT_TIGHTENED, -1: LIMIT_LOOSENED, 0: LIMIT_REWORDED}


def tightened(case: Case) -> int:
    """1: less is left than before, or that cannot be told; -1: more is; 0: the same in other words."""
    word = case.path[-1]
    if word == "multiple_of":
        return _multiple(case.old, case.new)
    if word in LEAST or word in MOST:
        sign = 1 if word in LEAST else -1
        default = 0.0 if word in LEAST else -math.inf
        old, new = (default if v is ABSENT else _number(v) * sign for v in (case.old, case.new))
        return (new > old) - (new < old)
    old_bound, new_bound = (_effective(facts, case.path) for facts in (case.before, case.after))
    return (new_bound > old_bound) - (new_bound < old_bound)


def _multiple(old: Value, new: Value) -> int:
    if old is ABSENT or new is ABSENT:
        return 1 if old is ABSENT else -1
    if isinstance(old, int) and isinstance(new, int) and new and old % new == 0:
        return -1
    return 1


def _effective(facts: Facts, path: FactPath) -> Bound:
    """The limit on one side that counts of the two that may be said: the tighter one."""
    lower = path[-1] in _LOWER
    sign = 1 if lower else -1
    here = path[:-1]
    found: list[Bound] = [(-math.inf, False)]
    for word in _LOWER if lower else _UPPER:
        value = facts.get((*here, word), ABSENT)
        if value is not ABSENT and value is not None:
            found.append((_number(value) * sign, word.startswith("exclusive")))
    if facts.get((*here, "type")) == "integer":
        found = [_whole(bound) for bound in found]
    return max(found)


def _whole(bound: Bound) -> Bound:
    """The same limit for integers, as one that is among what is left."""
    at, left_out = bound
    if math.isinf(at):
        return bound
    return (float(math.floor(at) + 1 if left_out else math.ceil(at)), False)


def _number(value: Value) -> float:
    """A limit as a number; anything else counts as none that could be kept to."""
    found = number(value)
    return math.inf if found is None else found
