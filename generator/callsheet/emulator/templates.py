"""Answers as the spec writes them: JSON with `{name}` where a value goes (names: `callsheet.spec.placeholders`)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

from callsheet.source.nodes import Plain

_WHOLE: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}\Z")
_PART: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


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


def _render(template: Plain, values: Mapping[str, Plain]) -> Plain | _Absent:
    match template:
        case str():
            if whole := _WHOLE.match(template):
                return values.get(whole[1], _ABSENT)
            return _PART.sub(lambda part: _text(values[part[1]]) if part[1] in values else part[0], template)
        case list():
            items = [_render(item, values) for item in template]
            return [item for item in items if not isinstance(item, _Absent)]
        case dict():
            pairs = {key: _render(value, values) for key, value in template.items()}
            return {key: value for key, value in pairs.items() if not isinstance(value, _Absent)}
        case _:
            return template


def _text(value: Plain) -> str:
    return value if isinstance(value, str) else json.dumps(value)
