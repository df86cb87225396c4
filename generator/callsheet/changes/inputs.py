"""What differing facts of the input mean for callers. Limits are `bounds`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from callsheet.changes.bounds import ALL, limit
from callsheet.changes.change import ABSENT, Change
from callsheet.changes.judging import Case, Judge, Value, always, as_list, same, turns, within
from callsheet.rules import change as rules
from callsheet.source.nodes import Plain

NUMBERS: Final = frozenset({"integer", "number"})


def types(value: Value) -> frozenset[str]:
    """The types that are said, none where nothing is."""
    return frozenset(map(str, as_list(value) or ()))


def taken(kinds: frozenset[str]) -> frozenset[str]:
    """The types that values may be of: a number may be an integer."""
    return kinds | {"integer"} if "number" in kinds else kinds


def kind_of(value: Plain) -> str:
    """The type of an allowed value, where integers are numbers like others."""
    match value:
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case dict():
            return "object"
        case _:
            return "null"


def _type(case: Case) -> Iterator[Change]:
    old, new = taken(types(case.old)), taken(types(case.new))
    lost = case.old is ABSENT or (case.new is not ABSENT and not old <= new)
    yield case.change(rules.TYPE_CHANGED if lost else rules.TYPE_WIDENED if old != new else rules.ORDER_CHANGED)


def _allowed(case: Case) -> Iterator[Change]:
    """One change for each value. Of a union, values limit only the types that there are values of."""
    old, new = (value if isinstance(value, list) else None for value in (case.old, case.new))
    if old is None or new is None:
        yield case.change(rules.VALUES_LIMITED if new is not None else rules.VALUES_UNLIMITED)
        return
    old_types, new_types = case.beside("type")
    lost = [value for value in old if not within(value, new)]
    come = [value for value in new if not within(value, old)]
    for value in lost:
        free = _free(value, new, new_types)
        yield _one(case, rules.VALUES_UNLIMITED if free else rules.ALLOWED_VALUE_GONE, value, ABSENT)
    for value in come:
        free = _free(value, old, old_types)
        yield _one(case, rules.VALUES_LIMITED if free else rules.ALLOWED_VALUE_NEW, ABSENT, value)
    if not lost and not come:
        yield case.change(rules.ORDER_CHANGED)


def _free(value: Plain, allowed: list[Plain], said: Value) -> bool:
    """Whether a value's type is among several, and the list says nothing of that type."""
    kind = kind_of(value)
    kinds = {"number" if one in NUMBERS else one for one in types(said)}
    return len(kinds) > 1 and kind in kinds and all(kind_of(one) != kind for one in allowed)


def _one(case: Case, rule: rules.ChangeRule, old: Value, new: Value) -> Change:
    return Change(rule.id, rule.kind, case.path, old, new)


def _required(case: Case) -> Iterator[Change]:
    if case.new is not True:
        yield case.change(rules.NO_LONGER_REQUIRED if case.old is True else rules.LIMIT_REWORDED)
        return
    _, default = case.beside("default")
    top = "/" not in case.path[1]
    sent = top and default is not ABSENT and not _ruled(case)
    yield case.change(rules.REQUIRED_WITH_DEFAULT if sent else rules.NEWLY_REQUIRED)


def _default(case: Case) -> Iterator[Change]:
    # A field within an object is not filled in: what counts there is the provider's to know, as for optional ones.
    required = case.beside("required")[1] is True and "/" not in case.path[1]
    if case.old is ABSENT and (case.new is not None or required):
        given = case.beside("required")[0] is True  # no call of before leaves it out
        yield case.change(rules.DEFAULT_IN_A_RULE if _ruled(case) and not given else rules.DEFAULT_STATED)
    elif case.new is ABSENT and (case.old is not None or required):
        yield case.change(rules.DEFAULT_GONE)
    elif ABSENT in {_mark(case.old), _mark(case.new)}:
        yield case.change(rules.NULL_DEFAULT)
    else:
        yield case.change(rules.DEFAULT_CHANGED)


def _mark(value: Value) -> object:
    return ABSENT if value is ABSENT else None


def _ruled(case: Case) -> bool:
    """Whether a rule between parameters speaks of the parameter: then it counts whether it has a value."""
    name = case.path[1].partition("/")[0]
    return any(path[0] == "rule" and name in spoken_of(rule) for path, rule in case.after.items())


def spoken_of(rule: Plain) -> frozenset[str]:
    """The parameters that a rule is about."""
    names: set[str] = set()
    for part in rule.values() if isinstance(rule, dict) else ():
        names.update(map(str, part if isinstance(part, list) else part if isinstance(part, dict) else ()))
    return frozenset(names)


def _flag(*, on: rules.ChangeRule, off: rules.ChangeRule) -> Judge:
    return lambda case: (case.change(on if case.new is True else off),)


def _union(case: Case) -> Iterator[Change]:
    old, new = (value if isinstance(value, list) else [] for value in (case.old, case.new))
    kept = bool(old) and all(within(form, new) for form in old)
    yield case.change(
        rules.OPTION_OF_A_UNION_GONE
        if not kept
        else rules.OPTION_OF_A_UNION_NEW
        if len(new) > len(old)
        else rules.ORDER_CHANGED
    )


def _format(case: Case) -> Iterator[Change]:
    yield case.change(rules.FORMAT_GONE if case.new is ABSENT else rules.FORMAT_ASKED)


def _pattern(case: Case) -> Iterator[Change]:
    yield case.change(rules.PATTERN_GONE if case.new is ABSENT else rules.PATTERN_ASKED)


PARAMETER: Final[Mapping[str, Judge]] = {
    "type": _type,
    "allowed": _allowed,
    "required": _required,
    "default": _default,
    "nullable": _flag(on=rules.NULL_TAKEN, off=rules.NULL_REFUSED),
    "format": _format,
    "pattern": _pattern,
    "unit": turns(new=rules.UNIT_STATED, gone=rules.UNIT_STATED, other=rules.UNIT_CHANGED),
    "media": turns(new=rules.FILE_KIND_STATED, gone=rules.FILE_KIND_CHANGED, other=rules.FILE_KIND_CHANGED),
    "deprecated": always(rules.DEPRECATION_CHANGED),
    "options": _union,
    "fields": always(rules.ORDER_CHANGED),  # fields that come and go are said as such
    **dict.fromkeys(ALL, limit),
}
"""By the last word of a path that begins with `parameters`."""


def rule_between(case: Case) -> Iterator[Change]:
    """Two versions of a rule between parameters under one name."""
    yield case.change(rules.RULE_LOOSENED if _looser(case.old, case.new) else rules.RULE_NEW)


def _looser(old: Value, new: Value) -> bool:
    """Whether what kept to the old rule surely keeps to the new one."""
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return False
    when = _implies(new.get("when"), old.get("when"))
    rest = {key: value for key, value in old.items() if key != "when"}
    others = {key: value for key, value in new.items() if key != "when"}
    if same(rest, others):
        return when
    if rest.keys() == {"then"} == others.keys():
        return when and _implies(rest["then"], others["then"])
    return when and len(rest) == len(others) == 1 and _fewer_ask(rest, others)


def _fewer_ask(old: dict[str, Plain], new: dict[str, Plain]) -> bool:
    """Whether so many of several that are given are enough, too, for the other."""
    match old, new:
        case {"any_of": list(was)}, {"any_of": list(now)}:
            return all(within(name, now) for name in was)
        case {"at_most_one": list(was)}, {"at_most_one": list(now)}:
            return all(within(name, was) for name in now)
        case {"one_of": was}, {"any_of": now} | {"at_most_one": now}:
            return same(was, now)
        case _:
            return False


def _implies(stronger: Plain, weaker: Plain) -> bool:
    """Whether everything that the weaker condition asks, the stronger one asks as well, or more closely."""
    strong, weak = (value if isinstance(value, dict) else {} for value in (stronger, weaker))
    return all(name in strong and _closer(strong[name], test) for name, test in weak.items())


def _closer(strong: Plain, weak: Plain) -> bool:
    if same(strong, weak):
        return True
    some, more = _values(strong), _values(weak)
    return some is not None and more is not None and all(within(value, more) for value in some)


def _values(test: Plain) -> list[Plain] | None:
    """The values that a test lets pass, where it lists them and asks nothing else."""
    match test:
        case {"in": list(values), **rest} if not rest:
            return values
        case dict() | None:
            return None
        case _:
            return [test]
