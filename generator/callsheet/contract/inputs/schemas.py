"""A judge that the clients do not know: `jsonschema`, and where in a payload it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from jsonschema.exceptions import ValidationError

from callsheet.plan.model import ModelPlan, Schema
from callsheet.plan.rules import broken_rules
from callsheet.source.nodes import Plain
from callsheet.spec.judge import JUDGE

Path = tuple[str | int, ...]
"""Keys and indexes from the payload down to a value; a field that is missing or unknown ends the path itself."""


def completed(model: ModelPlan, payload: Mapping[str, Plain]) -> dict[str, Plain]:
    """The payload as it goes out: what was given, and the required defaults that were left out."""
    return {**required_defaults(model), **payload}


def required_defaults(model: ModelPlan) -> Mapping[str, Plain]:
    """What is sent for required parameters that are left out: JSON, since it comes from a spec."""
    return cast("Mapping[str, Plain]", model.table.required_defaults)


def accepts(schema: Schema, value: Plain) -> bool:
    """Whether a schema takes a value."""
    return not refusals(schema, value)


def refusals(schema: Schema, payload: Plain) -> frozenset[Path]:
    """The places at which a schema refuses a payload; empty if it does not."""
    errors = cast("Any", JUDGE(schema)).iter_errors(payload)  # stubs leave the error's type open
    return frozenset(path for error in errors for path in _places(schema, error))


def _places(schema: Schema, error: ValidationError) -> list[Path]:
    """`required`, `additionalProperties` and rules are reported at the object; the fault is at a field."""
    if (rules := broken_rules(schema, error)) is not None:
        return [(rule.field,) for rule in rules]
    at: Path = tuple(cast("Any", error).absolute_path)
    given = cast("Any", error).instance
    if error.validator == "required":
        return [(*at, name) for name in cast("list[str]", error.validator_value) if name not in given]
    if error.validator == "additionalProperties":
        known = cast("Any", error).schema.get("properties", {})
        return [(*at, name) for name in given if name not in known]
    return [at]


def within(root: Schema, schema: Schema) -> Schema:
    """A part of a document as a document of its own, so that its `$ref`s still lead somewhere."""
    return {**schema, "$defs": root.get("$defs", {})}
