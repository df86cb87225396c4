"""A body that is a list of choices: its form, which the meta-schema cannot tell from any other list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from jsonschema import Draft202012Validator

from callsheet.spec.broken import Broken, broken_by


def is_choice_list(value: object) -> bool:
    """Whether a value is a list of `{when: …, value: …}`, as far as its form was meant to be that."""
    if not isinstance(value, list) or not value:
        return False
    return all(isinstance(one, dict) and ("when" in one or "value" in one) for one in cast("list[object]", value))


def choice_schema(parts: dict[str, Any]) -> dict[str, Any]:
    """The form of one choice. `parts` are the `$defs` of the meta-schema."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "when": {"description": "When it is the one.", "$ref": "#/$defs/inputCondition"},
            "value": {"description": "The body as a template."},
        },
        "required": ["value"],
        "$defs": parts,
    }


def broken_choices(file: object, validator: Draft202012Validator) -> Iterator[Broken]:
    """What is wrong with the choices of a model file's body. `validator` judges by `choice_schema`."""
    body = cast("dict[str, object]", file).get("body") if isinstance(file, dict) else None
    if is_choice_list(body):
        for n, choice in enumerate(cast("list[object]", body)):
            yield from (broken.under(("body", n)) for broken in broken_by(validator, choice))
