"""The words of a provider for a broken fact, in the manner of pydantic, which most of them show their callers."""

from __future__ import annotations

import json
from typing import Final

from callsheet.source.nodes import Plain

_PLAIN: Final = {
    "missing": "Field required",
    "unknown": "Extra inputs are not permitted",
    "string": "Input should be a valid string",
    "integer": "Input should be a valid integer",
    "number": "Input should be a valid number",
    "boolean": "Input should be a valid boolean",
    "array": "Input should be a valid list",
    "object": "Input should be a valid dictionary",
}
_LIMITED: Final = {
    "minimum": "Input should be greater than or equal to {0}",
    "maximum": "Input should be less than or equal to {0}",
    "exclusive_minimum": "Input should be greater than {0}",
    "exclusive_maximum": "Input should be less than {0}",
    "multiple_of": "Input should be a multiple of {0}",
    "min_length": "String should have at least {0} characters",
    "max_length": "String should have at most {0} characters",
    "min_items": "List should have at least {0} items after validation, not {1}",
    "max_items": "List should have at most {0} items after validation, not {1}",
    "pattern": "String should match pattern '{0}'",
}


def words(kind: str, limit: Plain, value: Plain = None) -> str:
    """What is said of a broken fact: `limit` is the bound, the pattern or the list of allowed values."""
    if kind == "enum" and isinstance(limit, list):
        return f"Input should be {expected(limit)}"
    size = len(value) if isinstance(value, list) else 0
    shown = limit if isinstance(limit, str) else json.dumps(limit)
    return _PLAIN.get(kind) or _LIMITED[kind].format(shown, size)


def expected(allowed: list[Plain]) -> str:
    """`'a', 'b' or 'c'`."""
    shown = [f"'{value}'" if isinstance(value, str) else json.dumps(value) for value in allowed]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"
