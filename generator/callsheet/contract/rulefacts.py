"""A rule between parameters as a fact, in the words of the spec."""

from __future__ import annotations

from callsheet.runtime.tables import Criterion
from callsheet.source.nodes import Plain
from callsheet.spec.model import RuleSpec


def rule_fact(rule: RuleSpec) -> Plain:
    """What a rule says, each criterion as short as it can be said."""
    counted: dict[str, Plain] = {rule.count: list[Plain](rule.among)} if rule.count else {}
    conditions = {"when": rule.when.criteria, "then": rule.then.criteria}
    said: dict[str, Plain] = {
        word: {name: criterion_fact(test) for name, test in criteria.items()}
        for word, criteria in conditions.items()
        if criteria
    }
    return {**said, **counted}


def criterion_fact(test: Criterion) -> Plain:
    """What is asked of one value: the value itself where that is all, or words with what they ask for."""
    made: dict[str, Plain] = {} if test.present else {"present": False}
    for one, several, values in (("is", "in", test.one_of), ("not", "not_in", test.none_of)):
        if values is not None:
            made |= {one: values[0]} if len(values) == 1 else {several: list[Plain](values)}
    limits: dict[str, Plain] = {"minimum": test.minimum, "maximum": test.maximum}
    made |= {word: limit for word, limit in limits.items() if limit is not None}
    return made["is"] if made.keys() == {"is"} else made or {"present": True}
