"""Rules between parameters as JSON Schema, and which rule it is that a payload breaks.

Each rule is one part of `allOf`: `title` is its id, `description` what it asks for and why. A parameter that is left
out has its default, so a criterion that the default passes does not ask for the parameter to be there; any other does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, cast

from jsonschema.exceptions import ValidationError

from callsheet.plan.model import Schema
from callsheet.plan.types import allows_null
from callsheet.runtime.conditions import passes
from callsheet.runtime.pointer import ABSENT
from callsheet.runtime.words import Criterion, When
from callsheet.source.nodes import Plain
from callsheet.spec.model import Field, ModelSpec, RuleSpec
from callsheet.spec.ruletext import rule_message


def rule_schemas(model: ModelSpec, properties: Mapping[str, Schema]) -> list[Schema]:
    """A schema for each rule of an endpoint. `properties` are those of its parameters."""
    known = _Parameters({field.name: field for field in model.input}, properties)
    return [{"title": rule.id, "description": rule_message(rule), **_rule(rule, known)} for rule in model.rules]


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A rule that a payload breaks, and a parameter that would have to change."""

    id: str
    message: str
    field: str


def broken_rules(schema: Schema, fault: ValidationError) -> tuple[BrokenRule, ...] | None:
    """What a fault that `jsonschema` found in a completed payload says of rules; None where it is about none.

    `schema` is the endpoint's wire schema.
    """
    path = tuple(fault.absolute_schema_path)
    if path[:1] != ("allOf",):
        return None
    rule = cast("list[Schema]", schema["allOf"])[cast("int", path[1])]
    if "title" not in rule:  # a second pattern of a text, which stands there in the same way
        return None
    title, message = str(rule["title"]), str(rule["description"])
    return tuple(BrokenRule(title, message, name) for name in _blamed(fault))


def _blamed(fault: ValidationError) -> Iterator[str]:
    if fault.absolute_path:
        yield str(fault.absolute_path[0])
        return
    given = cast("dict[str, Plain]", fault.instance)
    match str(fault.validator):
        case "required":
            yield from (name for name in cast("list[str]", fault.validator_value) if name not in given)
        case "dependentRequired":
            for name, needed in cast("dict[str, list[str]]", fault.validator_value).items():
                yield from (other for other in needed if name in given and other not in given)
        case _:  # so many of several
            asked: object = fault.validator_value
            options = cast("dict[str, list[Schema]]", asked)["anyOf"] if isinstance(asked, dict) else asked
            names = list(dict.fromkeys(n for one in cast("list[Any]", options) for n in one["required"]))
            there = [name for name in names if given.get(name) is not None]
            yield there[1] if len(there) > 1 else names[0]


@dataclass(frozen=True, slots=True)
class _Parameters:
    fields: Mapping[str, Field]
    schemas: Mapping[str, Schema]

    def default(self, name: str) -> object:
        field = self.fields[name]
        return field.default if field.has_default else ABSENT

    def told_by_key(self, name: str) -> bool:
        """Whether the parameter has a value exactly where its key is there."""
        return not allows_null(self.schemas[name]) and not self.fields[name].has_default


def _rule(rule: RuleSpec, known: _Parameters) -> Schema:
    if rule.count is not None:
        asked = _counted(rule)
    elif (needed := _companions(rule, known)) is not None:
        return {"dependentRequired": cast("Plain", needed)}
    else:
        asked = _condition(rule.then.criteria, known)
    return {"if": _condition(rule.when.criteria, known), "then": asked} if rule.when.criteria else asked


def _companions(rule: RuleSpec, known: _Parameters) -> dict[str, list[str]] | None:
    """For "who gives this gives that, too": what needs what."""
    criteria = {**rule.when.criteria, **rule.then.criteria}
    if len(rule.when.criteria) != 1 or not all(
        test == Criterion() and known.told_by_key(name) for name, test in criteria.items()
    ):
        return None
    return {name: list(rule.then.criteria) for name in rule.when.criteria}


def _condition(criteria: When, known: _Parameters) -> Schema:
    needed = [name for name, test in criteria.items() if not passes(test, known.default(name))]
    parts: dict[str, Plain] = {name: _criterion(test) for name, test in criteria.items()}
    return {"properties": parts, **({"required": cast("Plain", needed)} if needed else {})}


def _criterion(test: Criterion) -> Schema:
    if not test.present:
        return {"type": "null"}
    made: Schema = {}
    if test.one_of is not None:
        made |= {"const": test.one_of[0]} if len(test.one_of) == 1 else {"enum": list[Plain](test.one_of)}
    for keyword, limit in {"minimum": test.minimum, "maximum": test.maximum}.items():
        if limit is not None:
            made |= {"type": "number", keyword: limit}
    if test.none_of is not None:
        made["not"] = {"enum": [*test.none_of, *([] if made else [None])]}
    return made or {"not": {"type": "null"}}


def _counted(rule: RuleSpec) -> Schema:
    if rule.count == "at_most_one":
        return {"not": {"anyOf": [_given(pair) for pair in combinations(rule.among, 2)]}}
    options: list[Plain] = [_given((name,)) for name in rule.among]
    return {"anyOf" if rule.count == "any_of" else "oneOf": options}


def _given(names: tuple[str, ...]) -> Schema:
    return {"properties": {name: {"not": {"type": "null"}} for name in names}, "required": list[Plain](names)}
