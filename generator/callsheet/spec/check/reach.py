"""What values a parameter can come to, as far as criteria tell them apart.

A type with few values is looked at in full. Of any other, the values at the edges of criteria stand for all, and one
value beside them that nobody wrote down.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, cast

from callsheet.runtime.conditions import passes
from callsheet.runtime.pointer import ABSENT
from callsheet.runtime.words import Criterion
from callsheet.source.nodes import Plain
from callsheet.spec.check import judging
from callsheet.spec.model import Field, NamedType, Type
from callsheet.spec.typeschema import Schema, schema_of

_FEW: Final = 1000
"""Integers that are looked at one by one."""

_ANOTHER: Final = object()
"""A text, list or object that no criterion names."""

GIVEN: Final = Criterion()
MISSING: Final = Criterion(present=False)


@dataclass(frozen=True, slots=True)
class Reach:
    """A parameter with the types of its file."""

    field: Field
    named: Mapping[str, NamedType]

    def can_meet(self, *tests: Criterion) -> bool:
        """Whether some input meets all of these criteria."""
        return any(all(passes(test, value) for test in tests) for value in self._values(tests))

    def can_fail(self, test: Criterion) -> bool:
        """Whether some input does not meet a criterion."""
        return any(not passes(test, value) for value in self._values((test,)))

    def takes(self, value: Plain) -> bool:
        """Whether the parameter may be given this value."""
        return not any(True for _ in judging.faults(self.schema(), value))

    def schema(self) -> Schema:
        """What the parameter may be given."""
        return schema_of(self.field.type, self.named, closed=True)

    def is_numeric(self) -> bool:
        """Whether a number is among its values."""
        return any(leaf.json in {"integer", "number"} for leaf in self._leaves(self.field.type))

    def _values(self, tests: tuple[Criterion, ...]) -> Iterator[object]:
        """Effective values. What is left out has its default."""
        field = self.field
        if not field.required:
            yield field.default if field.has_default else ABSENT
        if self.takes(None):
            yield None
        said = [value for test in tests for value in (*(test.one_of or ()), *(test.none_of or ()))]
        edges = [edge for test in tests for edge in (test.minimum, test.maximum) if edge is not None]
        edges += [value for value in said if isinstance(value, int | float) and not isinstance(value, bool)]
        for leaf in self._leaves(field.type):
            if leaf.enum is None and leaf.json in {"string", "array", "object"}:
                yield _ANOTHER
            said += _listed(leaf, edges)
        schema = self.schema()
        for value in dict.fromkeys((isinstance(value, bool), value) for value in said):
            if not any(True for _ in judging.faults(schema, cast("Plain", value[1]))):
                yield value[1]

    def _leaves(self, type_: Type) -> Iterator[Type]:
        if type_.named is not None:
            yield from self._leaves(self.named[type_.named].type)
        elif type_.any_of:
            for option in type_.any_of:
                yield from self._leaves(option)
        else:
            yield type_


def _listed(type_: Type, edges: Iterable[float]) -> Iterator[str | float | bool | None]:
    if type_.enum is not None:
        yield from type_.enum
    elif type_.json == "boolean":
        yield from (False, True)
    elif type_.json in {"integer", "number"}:
        yield from _numbers(type_, edges)


def _numbers(type_: Type, edges: Iterable[float]) -> Iterator[float]:
    low = type_.minimum if type_.minimum is not None else type_.exclusive_minimum
    high = type_.maximum if type_.maximum is not None else type_.exclusive_maximum
    if type_.json == "integer" and low is not None and high is not None and high - low <= _FEW:
        yield from range(math.floor(low), math.ceil(high) + 1)
        return
    points = sorted({0, *edges, *(end for end in (low, high) if end is not None)})
    yield from points
    yield from ((one + other) / 2 for one, other in pairwise(points))
    step = type_.multiple_of or 1
    for point in points:
        whole = math.floor(point / step) * step
        yield from (whole - step, whole, whole + step, whole + 2 * step)
