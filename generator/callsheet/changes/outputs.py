"""What differing facts of the output mean for who reads it. Answers are open: values that nobody listed may come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from callsheet.changes.bounds import ALL, tightened
from callsheet.changes.change import ABSENT, Change
from callsheet.changes.inputs import taken, types
from callsheet.changes.judging import Case, Judge, always, members, turns
from callsheet.rules import change as words
from callsheet.rules import change_answers as rules


def _type(case: Case) -> Iterator[Change]:
    old, new = taken(types(case.old)), taken(types(case.new))
    if case.old is ABSENT or case.new is ABSENT:
        yield case.change(rules.OUTPUT_PROMISES_MORE if case.old is ABSENT else rules.OUTPUT_TYPE_CHANGED)
        return
    more = rules.OUTPUT_PROMISES_MORE if new < old else words.ORDER_CHANGED
    yield case.change(more if new <= old else rules.OUTPUT_TYPE_CHANGED)


def _limit(case: Case) -> Iterator[Change]:
    way = tightened(case)
    if way < 0:
        fewer = case.path[-1] == "min_items"
        yield case.change(rules.OUTPUT_PROMISES_LESS if fewer else rules.OUTPUT_VALUE_NEW)
    else:
        yield case.change(rules.OUTPUT_PROMISES_MORE if way else words.LIMIT_REWORDED)


def _sure(case: Case) -> Iterator[Change]:
    """Whether a field is always there."""
    yield case.change(rules.OUTPUT_PROMISES_MORE if case.new is True else rules.OUTPUT_PROMISES_LESS)


def _nullable(case: Case) -> Iterator[Change]:
    yield case.change(rules.OUTPUT_PROMISES_LESS if case.new is True else rules.OUTPUT_PROMISES_MORE)


_form = turns(new=rules.OUTPUT_PROMISES_MORE, gone=rules.OUTPUT_TYPE_CHANGED, other=rules.OUTPUT_TYPE_CHANGED)

OUTPUT: Final[Mapping[str, Judge]] = {
    "type": _type,
    "format": _form,
    "pattern": _form,
    "options": always(rules.OUTPUT_TYPE_CHANGED),
    "allowed": members(
        new=rules.OUTPUT_VALUE_NEW,
        gone=rules.OUTPUT_PROMISES_MORE,
        listed=rules.OUTPUT_PROMISES_MORE,
        unlisted=rules.OUTPUT_VALUE_NEW,
    ),
    "required": _sure,
    "nullable": _nullable,
    "media": turns(new=rules.OUTPUT_PROMISES_MORE, gone=rules.OUTPUT_FILE_MOVED, other=rules.OUTPUT_FILE_MOVED),
    "unit": turns(new=words.UNIT_STATED, gone=words.UNIT_STATED, other=words.UNIT_CHANGED),
    "deprecated": always(words.DEPRECATION_CHANGED),
    "default": always(words.LIMIT_REWORDED),  # nobody fills it in
    "fields": always(words.ORDER_CHANGED),
    **dict.fromkeys(ALL, _limit),
}
"""By the last word of a path that begins with `output`."""
