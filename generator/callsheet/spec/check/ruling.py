"""Rules between parameters: whether they can be broken, can be kept, and say something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import get_args

from callsheet.findings import Finding, Span
from callsheet.rules import between as rules
from callsheet.rules import structure, types, ways
from callsheet.rules.rule import Rule
from callsheet.rules.words import one_of, quoted
from callsheet.source.nodes import descend, key_place, place
from callsheet.spec.check.criteria import check_form, check_values
from callsheet.spec.check.reach import GIVEN, MISSING, Reach
from callsheet.spec.check.sound import Sound
from callsheet.spec.model import Condition, Count, ModelSpec, RuleSpec
from callsheet.spec.ruletext import requirement, rule_message
from callsheet.spec.ruling import breaking, effective


def check(model: ModelSpec, sound: Sound) -> Iterator[Finding]:
    """The rules of a model, as far as the types of its parameters are sound."""
    named = {type_.name: type_ for type_ in model.types}
    reaches = {field.name: Reach(field, named) for field in model.input if sound(field.type)}
    known = [field.name for field in model.input]
    for n, rule in enumerate(model.rules):
        found = [*_form(rule), *_names(rule, known)]
        if not found:
            found += _values(rule, reaches)
        if not found and all(name in reaches for name in _named(rule)):
            found += [*_sense(rule, reaches), *_defaults(rule, reaches)]
        yield from found
        yield from _doubled(rule, model.rules[:n])
        if not found:
            yield from _samples(rule, model)


def _form(rule: RuleSpec) -> Iterator[Finding]:
    words = ["then", *get_args(Count)]
    said = [word for word in words if descend(rule.node, word) is not None]
    if len(said) != 1:
        what = f"the rule has {' and '.join(map(quoted, said))}" if said else "the rule asks for nothing"
        yield rules.RULE_CONSEQUENCE.at(key_place(rule.node, said[1]) if said else rule.node.span, what)
    for word, condition in (("when", rule.when), ("then", rule.then)):
        if descend(rule.node, word) is not None and not condition.criteria:
            yield structure.EMPTY_VALUE.at(
                place(rule.node, word), f"{quoted(word)} has no criteria", "name a parameter there"
            )
        yield from check_form(condition)


def _names(rule: RuleSpec, known: list[str]) -> Iterator[Finding]:
    spots = [(name, key_place(side.node, name)) for side in (rule.when, rule.then) for name in side.criteria]
    spots += [(name, place(rule.node, rule.count or "", n)) for n, name in enumerate(rule.among)]
    for name, at in spots:
        if name not in known:
            what = f"the endpoint has no parameter {quoted(name)}"
            yield ways.UNKNOWN_PARAMETER.at(at, what, one_of(name, known, noun="known"))


def _named(rule: RuleSpec) -> Iterator[str]:
    yield from (*rule.when.criteria, *rule.then.criteria, *rule.among)


def _values(rule: RuleSpec, reaches: Mapping[str, Reach]) -> Iterator[Finding]:
    for side in (rule.when, rule.then):
        for name in side.criteria:
            if name in reaches:
                yield from check_values(side, name, reaches[name])


def _sense(rule: RuleSpec, reaches: Mapping[str, Reach]) -> Iterator[Finding]:
    """Whether the rule says something. One that does so in part only is spoken of in that part."""
    found = [*_side(rule.when, reaches, rules.RULE_NEVER_APPLIES), *_side(rule.then, reaches, rules.RULE_NEVER_KEPT)]
    for n, name in enumerate(rule.among):
        if not reaches[name].can_meet(MISSING):
            found.append(_always_given(name, place(rule.node, rule.count or "", n)))
    yield from found
    if found:
        return
    for name in rule.then.criteria.keys() & rule.when.criteria.keys():
        if not reaches[name].can_meet(rule.when.criteria[name], rule.then.criteria[name]):
            what = f"no value of {quoted(name)} is both as `when` and as `then` say"
            yield rules.RULE_CONTRADICTS_ITSELF.at(key_place(rule.then.node, name), what)


def _side(side: Condition, reaches: Mapping[str, Reach], never: Rule) -> Iterator[Finding]:
    for name, test in side.criteria.items():
        at = key_place(side.node, name)
        if not reaches[name].can_meet(test):
            what = "has a value in every input" if test == MISSING else "can have no value that meets this"
            yield never.at(at, f"{quoted(name)} {what}")
        elif not reaches[name].can_fail(test):
            if test == GIVEN:
                yield _always_given(name, at)
            else:
                yield rules.RULE_SAYS_NOTHING.at(at, f"every value of {quoted(name)} meets this")


def _always_given(name: str, at: Span) -> Finding:
    return rules.ALWAYS_GIVEN.at(at, f"{quoted(name)} has a value in every input")


def _defaults(rule: RuleSpec, reaches: Mapping[str, Reach]) -> Iterator[Finding]:
    """Defaults alone: what has none is the caller's to give, and to leave out."""
    defaults = {name: reach.field.default for name, reach in reaches.items() if reach.field.has_default}
    if not rule.when.criteria.keys() <= defaults.keys():
        return
    for name in breaking(rule, defaults):
        if name in rule.then.criteria and name in defaults:
            asked = requirement(rule, name)
            what = f"{asked}, and the default of {quoted(name)} is {quoted(defaults[name])}"
            yield rules.DEFAULTS_BREAK_RULE.at(key_place(rule.then.node, name), what)


def _doubled(rule: RuleSpec, before: tuple[RuleSpec, ...]) -> Iterator[Finding]:
    for other in before:
        if _meaning(rule) == _meaning(other):
            yield rules.DOUBLED_RULE.at(rule.node.span, f"{quoted(rule.id)} says what {quoted(other.id)} says")
            return


def _meaning(rule: RuleSpec) -> tuple[object, ...]:
    return rule.when.criteria, rule.then.criteria, rule.count, frozenset(rule.among)


def _samples(rule: RuleSpec, model: ModelSpec) -> Iterator[Finding]:
    for sample in model.samples:
        for name in breaking(rule, effective(model.input, sample.input)):
            what = f"the sample breaks the rule {quoted(rule.id)}: {rule_message(rule, name)}"
            yield types.SAMPLE_REFUSED.at(place(sample.node, "input", name), what)
