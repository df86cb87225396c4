"""Any value of the stages as JSON, for `plan` and `--format json`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import cast

from callsheet.source.nodes import Plain


def jsonable(value: object) -> Plain:  # noqa: PLR0911 - one per kind of value
    """Dataclasses become objects without the fields that their repr leaves out (nodes, and the spec behind a plan)."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: jsonable(getattr(value, field.name)) for field in fields(value) if field.repr}
    if isinstance(value, Mapping):
        return {str(key): jsonable(item) for key, item in cast("Mapping[object, object]", value).items()}
    if isinstance(value, frozenset | set):
        return sorted((jsonable(item) for item in cast("Iterable[object]", value)), key=repr)
    if isinstance(value, Iterable):
        return [jsonable(item) for item in cast("Iterable[object]", value)]
    return str(value)


def as_text(value: object) -> str:
    """JSON as people read it."""
    return json.dumps(jsonable(value), indent=2, ensure_ascii=False)
