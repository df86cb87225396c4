"""Two sets of facts about one endpoint, compared: one change for each thing that a caller would call one change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from callsheet.changes.bounds import NUMERIC
from callsheet.changes.change import ABSENT, Change
from callsheet.changes.inputs import PARAMETER
from callsheet.changes.judging import Case, Value, as_list, number, same
from callsheet.changes.outputs import OUTPUT
from callsheet.changes.things import (
    NO_WAYS,
    Thing,
    disjoint,
    known_names,
    one_sided,
    owners,
    summary,
    thing,
    things,
    vanished_kinds,
)
from callsheet.changes.ways import judge_of
from callsheet.facts.flat import FactPath, Facts
from callsheet.rules.change import FACT_UNKNOWN, RULE_FOR_NEW_PARAMETERS, RULE_RENAMED, ChangeRule
from callsheet.rules.change_ways import PROTOCOL_GONE, PROTOCOL_NEW
from callsheet.source.nodes import Plain

_OF_TYPE: Final = {
    **dict.fromkeys(NUMERIC, "integer"),  # what takes numbers takes integers
    **dict.fromkeys(("min_length", "max_length", "pattern", "format"), "string"),
    **dict.fromkeys(("min_items", "max_items"), "array"),
    "fields": "object",
}
"""The type of value that a word is about."""


def compare(old: Facts, new: Facts) -> tuple[Change, ...]:
    """Every change from the old facts to the new ones, in a fixed order. Empty where they say the same.

    What only one side has counts as new or gone: take out of both what one of them cannot tell.
    """
    before, after = _places_in_order(old), _places_in_order(new)
    ways = tuple(_ways(before, after))
    moved = {name for name, _ in ways}
    found = [
        *(Change(PROTOCOL_GONE.id, "breaking", ("protocols",), name, ABSENT) for name, left in ways if left),
        *(Change(PROTOCOL_NEW.id, "additive", ("protocols",), ABSENT, name) for name, left in ways if not left),
    ]
    before, after = ({path: v for path, v in facts.items() if path[0] not in moved} for facts in (before, after))
    whole = _one_sided(before, after)
    said = frozenset(whole)
    found += _renamed_rules(whole, before, after)
    found += [
        _as_a_whole(one, new=is_new, before=before, after=after)
        for at, (one, is_new) in whole.items()
        if not any(wider in whole for wider in owners(at) if wider != at) and not _within_a_type(at, before, after)
    ]
    found += _facts(before, after, said)
    return tuple(_once(found))


def _places_in_order(facts: Facts) -> Facts:
    """The facts with places that are looked at in order as lists: one that goes moves none of the others."""
    made: Facts = {}
    places: dict[str, dict[str, Plain]] = {}
    for path, value in facts.items():
        match path:
            case ("error_message" | "error_code" as kind, at):
                places.setdefault(kind, {})[at] = value
            case _:
                made[path] = value
    return {**made, **{(word,): _in_order(found) for word, found in places.items()}}


def _in_order(places: dict[str, Plain]) -> list[Plain]:
    found = sorted(places, key=lambda at: (number(places[at]) or 0.0, at))
    return [*found]


def _ways(before: Facts, after: Facts) -> Iterator[tuple[str, bool]]:
    """Protocols that only one side has: their names, and whether it is the old one."""
    names = [_names_of_ways(facts) for facts in (before, after)]
    yield from ((name, True) for name in names[0] if name not in names[1])
    yield from ((name, False) for name in names[1] if name not in names[0])


def _names_of_ways(facts: Facts) -> list[str]:
    said = as_list(facts.get(("protocols",), ABSENT))
    if said is not None:
        return [str(name) for name in said]
    return list(dict.fromkeys(path[0] for path in facts if path[1:] == ("kind",) and path[0] not in NO_WAYS))


def _one_sided(before: Facts, after: Facts) -> dict[FactPath, tuple[Thing, bool]]:
    """Things that are there on one side only, and whether it is the new one."""
    old, new = things(before), things(after)
    was, is_ = known_names(before, old), known_names(after, new)
    gone = {at: (thing(at, before), False) for at in old if was[at] and not is_.get(at, False)}
    come = {at: (thing(at, after), True) for at in new if is_[at] and not was.get(at, False)}
    return {**gone, **come}


def _renamed_rules(whole: dict[FactPath, tuple[Thing, bool]], before: Facts, after: Facts) -> Iterator[Change]:
    """Rules between parameters that ask the same under another name; they are taken out of what comes and goes."""
    for at, (_, is_new) in list(whole.items()):
        if is_new or at[0] != "rule":
            continue
        for other, (_, other_new) in list(whole.items()):
            if other_new and other[0] == "rule" and same(before[at], after[other]):
                del whole[at], whole[other]
                yield Change(RULE_RENAMED.id, "editorial", ("rule",), at[1], other[1])
                break


def _as_a_whole(one: Thing, *, new: bool, before: Facts, after: Facts) -> Change:
    rule: ChangeRule = one.new if new else one.gone
    if new and one.path[0] == "rule" and _of_new_parameters(after[one.path], before, after):
        rule = RULE_FOR_NEW_PARAMETERS
    said = summary(one.path, after if new else before)
    return Change(rule.id, rule.kind, one.path, *((ABSENT, said) if new else (said, ABSENT)))


def _of_new_parameters(rule: Plain, before: Facts, after: Facts) -> bool:
    """Whether a rule holds by itself for who leaves the new parameters out."""
    when = rule.get("when") if isinstance(rule, dict) else None
    known = {path[1] for path in things(before) if path[0] == "parameters"}
    for name, test in when.items() if isinstance(when, dict) else ():
        absent = isinstance(test, dict) and test.get("present") is False
        if name not in known and ("parameters", name, "default") not in after and not absent:
            return True
    return False


def _within_a_type(at: FactPath, before: Facts, after: Facts) -> bool:
    return at[0] in {"parameters", "output"} and "/" in at[1] and vanished_kinds(at, before, after)


def _facts(before: Facts, after: Facts, whole: frozenset[FactPath]) -> Iterator[Change]:
    known = _Known(before, after, whole)
    for path in dict.fromkeys((*before, *after)):
        old, new = before.get(path, ABSENT), after.get(path, ABSENT)
        if same(old, new) or not whole.isdisjoint(owners(path)) or known.says(path):
            continue
        case = Case(path, *known.left(path, old, new), before, after)
        if not same(case.old, case.new):
            yield from _judge(path)(case)


def _judge(path: FactPath) -> Callable[[Case], Iterator[Change]]:
    words = {"parameters": PARAMETER, "output": OUTPUT}.get(path[0], {})
    judge = words.get(path[-1]) if len(path) == 3 else None  # noqa: PLR2004 - kind, name, word
    judge = judge or judge_of(path)
    return lambda case: iter(judge(case) if judge is not None else (case.change(FACT_UNKNOWN),))


@dataclass(frozen=True, slots=True)
class _Known:
    """What other changes say already."""

    before: Facts
    after: Facts
    whole: frozenset[FactPath]

    def says(self, path: FactPath) -> bool:
        """Whether a fact follows from another that changed."""
        match path:
            case ("parameters" | "output" as kind, name, word):
                types = [facts.get((kind, name, "type"), ABSENT) for facts in (self.before, self.after)]
                if word in _OF_TYPE and one_sided(_OF_TYPE[word], *types):
                    return True
                if word == "allowed" and (path in self.before) != (path in self.after):
                    return disjoint(*types)  # a list of what was one of these: they are its items' now
            case ("price", word) if word != "stated":
                stated = [facts.get(("price", "stated"), ABSENT) for facts in (self.before, self.after)]
                return not same(*stated)
            case (way, "urls", _) if way not in NO_WAYS:
                return any(
                    other[0] == way and other[-1] == "url" and self._same_change(path, other) for other in self.before
                )
            case (way, "initial"):
                names = (str(facts.get(path)) for facts in (self.before, self.after))
                return any((way, "states", name) in self.whole for name in names)
            case _:
                pass
        return "/" in path[1] and _within_a_type(path[:2], self.before, self.after) if len(path) > 1 else False

    def left(self, path: FactPath, old: Value, new: Value) -> tuple[Value, Value]:
        """The two values without what came and went as a whole."""
        match path:
            case ("parameter_names",):
                return self._without(old, ("parameters",)), self._without(new, ("parameters",))
            case ("parameters" | "output" as kind, name, "fields"):
                return self._without(old, (kind,), f"{name}/"), self._without(new, (kind,), f"{name}/")
            case (way, "final" | "state_names") | (way, "next", _) if way not in NO_WAYS:
                at = (way, "states")
                other = self._redefined(way) if path[1] == "final" else frozenset[str]()
                return self._without(old, at, "", other), self._without(new, at, "", other)
            case _:
                return old, new

    def _without(self, value: Value, at: FactPath, before: str = "", other: frozenset[str] = frozenset()) -> Value:
        names = as_list(value)
        if names is None:
            return value
        return [name for name in names if (*at, f"{before}{name}") not in self.whole and str(name) not in other]

    def _redefined(self, way: str) -> frozenset[str]:
        """States whose meaning changed: whether they are final follows."""
        return frozenset(
            path[2]
            for path, value in self.before.items()
            if path[:2] == (way, "states") and not same(value, self.after.get(path, ABSENT))
        )

    def _same_change(self, path: FactPath, other: FactPath) -> bool:
        olds, news = (tuple(facts.get(at, ABSENT) for at in (path, other)) for facts in (self.before, self.after))
        return same(*olds) and same(*news) and not same(olds[0], news[0])


def _once(found: list[Change]) -> Iterator[Change]:
    """The changes without those that say the same twice."""
    seen: list[Change] = []
    for change in found:
        if change not in seen:
            seen.append(change)
            yield change
