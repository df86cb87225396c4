"""What a provider finds wrong with an input: the wire schema, judged as the spec says that this provider judges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from jsonschema import exceptions
from jsonschema.exceptions import ValidationError

from callsheet.emulator.requests.wording import expected, words
from callsheet.plan.model import Schema
from callsheet.plan.rules import broken_rules
from callsheet.source.nodes import Plain
from callsheet.spec.judge import JUDGE
from callsheet.spec.model import JudgesSpec
from callsheet.spec.typeschema import WORDS

_KINDS: Final = {**WORDS, "pattern": "pattern"}
_CONTEXT: Final = {
    "minimum": "ge",
    "maximum": "le",
    "exclusive_minimum": "gt",
    "exclusive_maximum": "lt",
    "multiple_of": "multiple_of",
    "min_length": "min_length",
    "max_length": "max_length",
    "min_items": "min_length",
    "max_items": "max_length",
    "pattern": "pattern",
}
_FIRST: Final = ("missing", "unknown", "enum")
"""Said of a place before anything else is: a value outside the allowed ones need not be told its type, too."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken fact. `kind` is a key of a spec's `violation_types`; `path` leads to the field."""

    kind: str
    path: tuple[str | int, ...]
    message: str
    value: Plain
    context: Plain = None

    @property
    def field(self) -> str:
        """The field in dotted form."""
        return ".".join(map(str, self.path))


def judge(schema: Schema, payload: Mapping[str, Plain], judges: JudgesSpec) -> tuple[Violation, ...]:
    """All that is wrong, one violation for each place, in the order of the schema's fields."""
    judged = _without_nulls(schema, payload) if judges.nulls == "ignored" else payload
    found: dict[tuple[str | int, ...], Violation] = {}
    for error in _errors(schema, judged):
        for violation in _of_rules(schema, error) or _violations(error):
            if violation.kind == "unknown" and judges.unknown_fields == "ignored":
                continue
            kept = found.get(violation.path)
            if kept is None or _weight(violation) < _weight(kept):
                found[violation.path] = violation
    order = {name: place for place, name in enumerate(_properties(schema))}
    return tuple(
        sorted(found.values(), key=lambda v: (order.get(str(v.path[0]) if v.path else "", len(order)), v.field))
    )


def unknown_fields(paths: Iterable[tuple[str | int, ...]], judges: JudgesSpec) -> tuple[Violation, ...]:
    """Keys of a body that its form has no place for, where the provider refuses such."""
    if judges.unknown_fields == "ignored":
        return ()
    return tuple(Violation("unknown", path, words("unknown", None), None) for path in paths)


def fits(schema: Schema, value: Plain) -> bool:
    """Whether a schema accepts a value."""
    return not any(True for _ in _errors(schema, value))


def _errors(schema: Schema, value: object) -> Iterator[ValidationError]:
    # The stubs of jsonschema leave part of its types open: here the strict type-checkers stop asking.
    return cast("Iterator[ValidationError]", cast("Any", JUDGE(schema)).iter_errors(value))


def _weight(violation: Violation) -> int:
    return _FIRST.index(violation.kind) if violation.kind in _FIRST else len(_FIRST)


def _properties(schema: Schema) -> Mapping[str, Schema]:
    return cast("Mapping[str, Schema]", schema.get("properties", {}))


def _without_nulls(schema: Schema, payload: Mapping[str, Plain]) -> dict[str, Plain]:
    """The payload as a provider reads it that takes null for "not given"; null stays where it is a value."""
    return {name: value for name, value in payload.items() if value is not None or fits(_alone(schema, name), None)}


def _alone(schema: Schema, name: str) -> Schema:
    return {**_properties(schema).get(name, {}), "$defs": schema.get("$defs", {})}


def _violations(error: ValidationError) -> Iterator[Violation]:
    path = tuple(error.absolute_path)
    value, limit = cast("Plain", error.instance), cast("Plain", error.validator_value)
    match str(error.validator):
        case "required" if isinstance(value, dict):
            for name in cast("list[str]", limit):
                if name not in value:
                    yield Violation("missing", (*path, name), words("missing", None), value)
        case "additionalProperties" | "unevaluatedProperties" if isinstance(value, dict):
            known = _properties(cast("Schema", error.schema))
            for name in value.keys() - known.keys():
                yield Violation("unknown", (*path, name), words("unknown", None), value[name])
        case "type":
            kind = limit if isinstance(limit, str) else next(t for t in cast("list[str]", limit) if t != "null")
            yield Violation(kind, path, words(kind, None), value)
        case "enum" | "const" as keyword:
            allowed = cast("list[Plain]", limit) if keyword == "enum" else [limit]
            yield Violation("enum", path, words("enum", allowed), value, {"expected": expected(allowed)})
        case "anyOf" | "oneOf" if error.context:
            yield from _violations(_nearest(error))
        case keyword if keyword in _KINDS:
            kind = _KINDS[keyword]
            yield Violation(kind, path, words(kind, limit, value), value, {_CONTEXT[kind]: limit})
        case _:
            yield Violation("value", path, f"Value error, {error.message}", value)


def _of_rules(schema: Schema, error: ValidationError) -> list[Violation]:
    """What the error says of rules between parameters, in the words of a validator of the provider's own."""
    value = cast("Plain", error.instance)
    broken = broken_rules(schema, error) or ()
    return [Violation("value", (rule.field,), f"Value error, {rule.message}", value) for rule in broken]


def _nearest(error: ValidationError) -> ValidationError:
    """What is wrong in the option that comes closest: one whose type fits, else what jsonschema thinks best."""
    context = error.context or ()
    other = {_option(child) for child in context if child.validator == "type" and not child.path}
    deep = [child for child in context if _option(child) not in other]
    best = cast("Callable[[Iterable[ValidationError]], ValidationError | None]", cast("Any", exceptions).best_match)
    return best(deep) or best(context) or error


def _option(child: ValidationError) -> object:
    """Which of the options a fault is of."""
    return child.relative_schema_path[0]
