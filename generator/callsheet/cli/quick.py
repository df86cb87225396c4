"""A line of JSON judged without places: most payloads of a large file are fine, and only faults need a place."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final, cast

from callsheet.findings import Span
from callsheet.source.jsontree import DEEPEST

if TYPE_CHECKING:  # dataclasses by the hundred: a shell that completes a word should not wait for them
    from callsheet.plan.model import ModelPlan

_NOWHERE: Final = Span("")


def quick(model: ModelPlan, line: bytes) -> dict[str, Any] | None:
    """The payload of a line if there is nothing wrong with it; None if it has to be looked at closely."""
    from callsheet.validate import validate

    if line.count(b"{") + line.count(b"[") > DEEPEST or b"\0" in line:
        return None
    try:
        value: object = _DECODER.decode(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return (
        cast("dict[str, Any]", value)
        if isinstance(value, dict) and not validate(model, cast("object", value), _NOWHERE)
        else None
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key is given twice")
    return made


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError("too large")
    return value


def _no_constant(name: str) -> float:
    raise ValueError(name)


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_object, parse_float=_finite, parse_constant=_no_constant)
