"""A rule between parameters as a fact, in the words of the spec."""

from __future__ import annotations

from callsheet.source.nodes import Plain
from callsheet.spec.model import RuleSpec
from callsheet.spec.ruletext import said


def rule_fact(rule: RuleSpec) -> Plain:
    """What a rule says, each criterion as short as it can be said."""
    counted: dict[str, Plain] = {rule.count: list[Plain](rule.among)} if rule.count else {}
    conditions = {"when": rule.when.criteria, "then": rule.then.criteria}
    made: dict[str, Plain] = {
        word: {name: said(test) for name, test in criteria.items()} for word, criteria in conditions.items() if criteria
    }
    return {**made, **counted}
