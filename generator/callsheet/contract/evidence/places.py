"""Where a fact stands in the specs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from callsheet.facts.flat import FactPath
from callsheet.findings import Span
from callsheet.plan.model import ModelPlan, ProviderPlan
from callsheet.source.nodes import descend, place

_KEYS: Final[Mapping[str, str]] = {
    "parameters": "input",
    "parameter_names": "input",
    "output_media": "output",
    "output_base64": "output",
    "sample": "samples",
    "rule": "rules",
    "typical_seconds": "typical",
    "error_codes": "errors",
    "allowed": "enum",
}
"""Words of facts that are other words in a model's file."""

_SHARED: Final[Mapping[str, str]] = {
    "error_marks": "errors",
    "error_headers": "errors",
    "error_header_words": "errors",
    "violation": "errors",
    "error_message": "error_body",
    "error_code": "error_body",
    "error_code_header": "error_body",
}
"""The same of a provider's file."""


def place_of(provider: ProviderPlan, model: ModelPlan, path: FactPath) -> Span:
    """The place of a fact, as near as its path leads: the parameter, the protocol, at least the file."""
    own = _steps(path, _KEYS)
    if descend(model.spec.node, own[0]) is not None and path[0] not in {"protocols", "errors"}:
        return place(model.spec.node, *own)
    if path[0] in model.tables:
        return place(provider.spec.node, "protocols", *path)
    if path[0] == "protocols":
        return place(model.spec.node, "protocols")
    return place(provider.spec.node, *_steps(path, _SHARED))


def _steps(path: FactPath, words: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(words.get(step, step) for step in path)
