"""One fact that differs, and ways to say what that means. The tables are in `inputs`, `outputs` and `ways`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from callsheet.changes.change import ABSENT, Absent, Change
from callsheet.facts.flat import FactPath, Facts
from callsheet.rules.change import LIMIT_REWORDED, ORDER_CHANGED, ChangeRule
from callsheet.source.nodes import Plain

Value = Plain | Absent


@dataclass(frozen=True, slots=True)
class Case:
    """A path whose value differs, with all that both sides say."""

    path: FactPath
    old: Value
    new: Value
    before: Facts
    after: Facts

    def change(self, rule: ChangeRule) -> Change:
        """The change as a whole."""
        return Change(rule.id, rule.kind, self.path, self.old, self.new)

    def beside(self, word: str) -> tuple[Value, Value]:
        """What the two sides say under another word of the same thing."""
        path = (*self.path[:-1], word)
        return self.before.get(path, ABSENT), self.after.get(path, ABSENT)


Judge = Callable[[Case], Iterable[Change]]
"""What a differing fact comes to: one change, or one for each value of a list; none where another change says it."""


def same(one: Value, other: Value) -> bool:
    """Whether two values say the same: 5 is 5.0, and 1 is not true."""
    match one, other:
        case (bool(), _) | (_, bool()):
            return one is other
        case (int() | float(), int() | float()):
            return one == other
        case (list(), list()):
            return len(one) == len(other) and all(map(same, one, other))
        case (dict(), dict()):
            return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
        case _:
            return type(one) is type(other) and one == other


def within(value: Value, values: Iterable[Plain]) -> bool:
    """Whether a value is among others."""
    return any(same(value, other) for other in values)


def always(rule: ChangeRule) -> Judge:
    """It means the same, whatever it was and is."""
    return lambda case: (case.change(rule),)


def turns(*, new: ChangeRule, gone: ChangeRule, other: ChangeRule) -> Judge:
    """It is said for the first time, no longer, or something else is."""

    def judge(case: Case) -> Iterator[Change]:
        yield case.change(new if case.old is ABSENT else gone if case.new is ABSENT else other)

    return judge


def amount(*, more: ChangeRule, less: ChangeRule, unsaid: float | None, other: ChangeRule | None = None) -> Judge:
    """A number. `unsaid` stands for one that is not there."""

    def judge(case: Case) -> Iterator[Change]:
        old, new = (unsaid if value is ABSENT else number(value) for value in (case.old, case.new))
        if old is None or new is None:
            yield case.change(other or more)
        elif old == new:
            yield case.change(LIMIT_REWORDED)
        else:
            yield case.change(more if new > old else less)

    return judge


def number(value: Value) -> float | None:
    """A number; None of anything else, true among it."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def members(
    *, new: ChangeRule, gone: ChangeRule, listed: ChangeRule, unlisted: ChangeRule, order: ChangeRule = ORDER_CHANGED
) -> Judge:
    """A list of which each member stands for itself. `listed`: there was no list, and there is one now."""

    def judge(case: Case) -> Iterator[Change]:
        old, new = as_list(case.old), as_list(case.new)
        if old is None or new is None or (isinstance(case.old, str) and isinstance(case.new, str)):
            yield case.change(listed if case.old is ABSENT else unlisted if case.new is ABSENT else gone)
            return
        lost = [value for value in old if not within(value, new)]
        come = [value for value in new if not within(value, old)]
        yield from (Change(gone.id, gone.kind, case.path, value, ABSENT) for value in lost)
        yield from (Change(new_.id, new_.kind, case.path, ABSENT, value) for value in come)
        if not lost and not come:
            yield case.change(order)

    new_ = new
    return judge


def as_list(value: Value) -> list[Plain] | None:
    """A list as it is; a single text as a list of one, as answers have it."""
    return value if isinstance(value, list) else [value] if isinstance(value, str) else None
