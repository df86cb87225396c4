"""Where a fact stands in the spec: as near as its keys lead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from callsheet.facts import FactPath
from callsheet.findings import Span
from callsheet.plan.model import ModelPlan, ProviderPlan
from callsheet.source.nodes import Mapping as Tree
from callsheet.source.nodes import Node, descend, key_place, place

_KEYS: Final = {"allowed": "enum", "fields": "fields"}
_OF_THE_MODEL: Final = {
    "parameter_names": ("input",),
    "output_media": ("output", "media"),
    "output_base64": ("output", "base64"),
    "error_codes": ("errors",),
    "typical_seconds": ("typical", "seconds"),
    "protocols": ("protocols",),
}
_OF_THE_PROVIDER: Final = ("credential", "files", "webhook", "endpoints", "request_ids")
_OF_A_WAY: Final[Mapping[FactPath, FactPath]] = {
    ("submit", "url"): ("submit", "path"),
    ("submit", "answer_keys"): ("submit", "answer"),
    ("status", "url"): ("urls",),
    ("result", "url"): ("urls",),
    ("cancel", "url"): ("urls",),
    ("stream", "url"): ("urls",),
    ("status", "method"): ("status",),
    ("result", "method"): ("result",),
    ("initial",): ("status", "initial"),
    ("final",): ("status", "states"),
    ("state_names",): ("status", "states"),
    ("poll_floor",): ("poll", "interval"),
    ("retention", "seconds"): ("retention", "for"),
    ("cutoff",): ("cutoff", "after"),
}
"""Where a fact of a protocol stands, below `protocols: <name>`, if not at its own words."""
_OF_A_STATE: Final = {"states": "means", "state_http": "http", "state_error": "error", "next": "next"}


def place_of(provider: ProviderPlan, model: ModelPlan, path: FactPath) -> Span:
    """The place of a fact; of what the spec does not say, the place where it would say it."""
    first = path[0]
    if first in _OF_THE_PROVIDER or (first.startswith("error_") and first != "error_codes"):
        return place(provider.spec.node, *path[:2])
    names = {way.name for way in provider.spec.ways}
    if first not in names:
        return _nearest(model.spec.node, _in_model(model, path))
    if path[1:] == ("submit", "url") and _says_path(model):
        return place(model.spec.node, "path")
    return _nearest(provider.spec.node, ("protocols", first, *_in_way(path[1:])))


def _says_path(model: ModelPlan) -> bool:
    return descend(model.spec.node, "path") is not None


def _nearest(node: Node, keys: tuple[str, ...]) -> Span:
    """The value at keys, or the last key on the way that there is."""
    for length in range(len(keys), 0, -1):
        if descend(node, *keys[:length]) is not None:
            whole = length == len(keys) and not isinstance(descend(node, *keys), Tree)
            return place(node, *keys) if whole else key_place(node, *keys[:length])
    return node.span


def _in_model(model: ModelPlan, path: FactPath) -> tuple[str, ...]:
    """Keys in the file of a model."""
    match path:
        case ("parameters", name, *words):
            keys = ["input", *_deeper(model, name.split("/")), *(_KEYS.get(word, word) for word in words[:1])]
        case ("output", pointer, *words):
            fields = [step for part in pointer.split("/")[1:] for step in ("fields", part)]
            keys = ["output", *fields, *(_KEYS.get(word, word) for word in words[:1])]
        case ("sample", name, *_):
            keys = ["samples", name, "input"]
        case ("rule", name, *_):
            keys = ["rules", name]
        case ("price", word, *_):
            keys = ["price", word]
        case _:
            return _OF_THE_MODEL.get(path[0], path[:1])
    return tuple(keys)


def _deeper(model: ModelPlan, names: list[str]) -> tuple[str, ...]:
    """Keys below `input` to a part of a parameter, as far as it is not said in a type of its own."""
    made: list[str] = [names[0]]
    for step in names[1:]:
        made += ["items"] if step == "0" else ["fields", step]
        if descend(model.spec.node, "input", *made) is None:
            return tuple(made[:1])
    return tuple(made)


def _in_way(path: FactPath) -> tuple[str, ...]:
    match path:
        case (word, state, *_) if word in _OF_A_STATE:
            return "status", "states", state, _OF_A_STATE[word]
        case ("credential", *rest):
            return "credential", *rest
        case _:
            pass
    return _OF_A_WAY.get(path, path)
