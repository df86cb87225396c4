# Copied by callsheet from generator/callsheet/runtime/bodies.py.
# Do not edit: change that file, then `make generate`.
"""The body of a submission, from its template and the input. Pure.

A text that is one placeholder becomes the value with its type; where the input has no such value, the key or the item
that held it is left out. Inside a longer text the value becomes text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final, cast

from .conditions import holds
from .pointer import ABSENT
from .tables import Model
from .words import Choice

INPUT: Final = "input"
REST: Final = "rest"

_WHOLE: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*(?:\.[^{}]+)?)\}\Z")
_PART: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*(?:\.[^{}]+)?)\}")


def chosen(choices: tuple[Choice, ...], values: Mapping[str, object]) -> object:
    """The first value whose condition holds, ABSENT if none does."""
    return next((choice.value for choice in choices if holds(choice.when, values)), ABSENT)


def effective(model: Model, payload: Mapping[str, object]) -> dict[str, object]:
    """The input as conditions see it: what is left out counts with its default."""
    return {**model.defaults, **model.required_defaults, **payload}


def body(model: Model, payload: Mapping[str, object], variables: Mapping[str, str]) -> object:
    """What is sent: the input in the form that the endpoint asks for."""
    template = chosen(model.body, effective(model, payload)) if model.body else model.protocol.submit.body
    if template is ABSENT:
        template = model.protocol.submit.body
    return fill(template, payload, variables)


def fill(template: object, payload: Mapping[str, object], variables: Mapping[str, object]) -> object:
    """A template with its placeholders filled; an empty object where nothing is left of it."""
    if template == "{input}":  # by far the most frequent
        return payload
    named = set(names(template))
    rest = {name: value for name, value in payload.items() if f"{INPUT}.{name}" not in named}
    values: dict[str, object] = {
        **variables,
        INPUT: payload,
        REST: rest,
        **{f"{INPUT}.{name}": value for name, value in payload.items()},
    }
    filled = _filled(template, values)
    return {} if filled is ABSENT else filled


def text(template: str, values: Mapping[str, object]) -> str:
    """A text with its placeholders filled. One without a value stays as it is."""
    return _PART.sub(lambda part: _text(values[part[1]]) if part[1] in values else part[0], template)


def names(template: object) -> Iterator[str]:
    """Every placeholder of a template."""
    match template:
        case str():
            yield from (found[1] for found in _PART.finditer(template))
        case dict():
            for item in cast("dict[str, object]", template).values():
                yield from names(item)
        case list():
            for item in cast("list[object]", template):
                yield from names(item)
        case _:
            pass


def _filled(template: object, values: Mapping[str, object]) -> object:
    match template:
        case str():
            if whole := _WHOLE.match(template):
                return values.get(whole[1], ABSENT)
            return text(template, values)
        case dict():
            pairs = {key: _filled(item, values) for key, item in cast("dict[str, object]", template).items()}
            return {key: item for key, item in pairs.items() if item is not ABSENT}
        case list():
            items = [_filled(item, values) for item in cast("list[object]", template)]
            return [item for item in items if item is not ABSENT]
        case _:
            return template


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
