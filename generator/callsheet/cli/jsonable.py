"""Any value of the stages as JSON, for `plan` and `--format json`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Final, cast

from callsheet.source.nodes import Plain

# Controls, direction marks, separators, surrogates: what a terminal acts on, and what no encoding can carry.
_HIDDEN: Final = re.compile(
    "[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


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
    """JSON as people read it. What cannot be seen is written as an escape, which means the same."""
    return _HIDDEN.sub(lambda sign: f"\\u{ord(sign[0]):04x}", json.dumps(jsonable(value), indent=2, ensure_ascii=False))
