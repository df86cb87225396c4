"""Which parameters break a rule. A parameter counts with its effective value: what is given, else its default."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from callsheet.runtime.conditions import holds, passes
from callsheet.runtime.pointer import ABSENT
from callsheet.spec.model import Field, RuleSpec


def effective(fields: Iterable[Field], given: Mapping[str, object]) -> dict[str, object]:
    """The values that a provider works with. Null is a value, and takes the place of a default."""
    defaults = {field.name: field.default for field in fields if field.has_default}
    return {**defaults, **given}


def breaking(rule: RuleSpec, values: Mapping[str, object]) -> tuple[str, ...]:
    """The parameters that would have to change, by effective values; none where the rule is kept."""
    if not holds(rule.when.criteria, values):
        return ()
    if rule.count is None:
        criteria = rule.then.criteria
        return tuple(name for name, test in criteria.items() if not passes(test, values.get(name, ABSENT)))
    there = [name for name in rule.among if values.get(name) is not None]
    if len(there) > 1:
        return () if rule.count == "any_of" else (there[1],)
    return () if there or rule.count == "at_most_one" else (rule.among[0],)
