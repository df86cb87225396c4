"""Answers as the spec writes them: JSON with `{name}` where a value goes (names: `callsheet.spec.placeholders`)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

from callsheet.emulator.messages import Pairs
from callsheet.source.nodes import Plain

_NAME: Final = r"\{([A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)?)\}"
_WHOLE: Final = re.compile(_NAME + r"\Z")
_PART: Final = re.compile(_NAME)
_NOT_IN_A_HEADER: Final = re.compile(r"[^\x20-\x7e]")


class _Absent:
    """What a lone placeholder without a value comes to."""


_ABSENT: Final = _Absent()


def render(template: Plain, values: Mapping[str, Plain]) -> Plain:
    """The answer.

    A string that is one placeholder becomes the value with its type; where there is no such value, the key or the item
    that held it is left out. Inside a longer string the value becomes text, and an unknown name stays as it is written.
    What a value says is never read as a template again.
    """
    rendered = _render(template, values)
    return None if isinstance(rendered, _Absent) else rendered


def headers(templates: Mapping[str, str], values: Mapping[str, Plain]) -> Pairs:
    """Headers of an answer. One whose value is a placeholder without a value, or with null, is left out."""
    if not templates:
        return ()
    rendered = ((name, _render(template, values)) for name, template in templates.items())
    return tuple(
        (name, in_header(_text(value)))
        for name, value in rendered
        if value is not None and not isinstance(value, _Absent)
    )


def in_header(text: str) -> str:
    """A text that a caller may have sent, as the value of a header."""
    return _NOT_IN_A_HEADER.sub("?", text).strip()


def _render(template: Plain, values: Mapping[str, Plain]) -> Plain | _Absent:
    match template:
        case str():
            if whole := _WHOLE.match(template):
                return _value(whole[1], values)
            return _PART.sub(lambda part: _filled(part[0], _value(part[1], values)), template)
        case list():
            items = [_render(item, values) for item in template]
            return [item for item in items if not isinstance(item, _Absent)]
        case dict():
            pairs = {key: _render(value, values) for key, value in template.items()}
            return {key: value for key, value in pairs.items() if not isinstance(value, _Absent)}
        case _:
            return template


def _value(name: str, values: Mapping[str, Plain]) -> Plain | _Absent:
    """What a placeholder stands for; behind a dot comes the name of a part of it."""
    whole, dot, part = name.partition(".")
    found = values.get(whole, _ABSENT)
    if not dot:
        return found
    return found.get(part, _ABSENT) if isinstance(found, dict) else _ABSENT


def _filled(placeholder: str, value: Plain | _Absent) -> str:
    return placeholder if isinstance(value, _Absent) else _text(value)


def _text(value: Plain) -> str:
    return value if isinstance(value, str) else json.dumps(value)
