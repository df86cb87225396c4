"""A disagreement with the provider as a finding: the place in the spec, and what should stand there instead. Pure."""

from __future__ import annotations

import json

from callsheet.contract.evidence.files import NOT_STATED
from callsheet.contract.exchanges.observing import Verdict
from callsheet.facts import FactPath
from callsheet.findings import Finding
from callsheet.plan.model import ModelPlan, ProviderPlan
from callsheet.rules import live as rules
from callsheet.source.nodes import Node, Plain, place

_ROUTES: dict[tuple[str, ...], tuple[str, ...]] = {
    ("submit", "method"): ("submit", "method"),
    ("submit", "http"): ("submit", "http"),
    ("submit", "url"): ("submit", "path"),
    ("submit", "answer_keys"): ("submit", "answer"),
    ("initial",): ("status", "initial"),
    ("status", "url"): ("urls",),
    ("result", "url"): ("urls",),
    ("result", "http"): ("result", "http"),
    ("result", "output"): ("result", "output"),
    ("result", "answer_keys"): ("result", "answer"),
}
"""Where a fact of a protocol stands, below `protocols: <name>`."""

_OF_A_STATE = {"states": "", "state_http": "http", "next": "next", "answer_keys": "answer"}


def proposal(provider: ProviderPlan, model: ModelPlan, verdict: Verdict) -> Finding:
    """The finding of one disagreement."""
    node, where = _where(provider, model, verdict.path)
    said, found = _words(verdict.said), _words(verdict.found)
    fact = " ".join(verdict.path)
    what = f"`{fact}`: the spec says {said}, the provider shows {found} (exchange {verdict.exchange})"
    return rules.PROVIDER_DISAGREES.at(place(node, *where), what, _mend(verdict, ": ".join(where)))


def _where(provider: ProviderPlan, model: ModelPlan, path: FactPath) -> tuple[Node, tuple[str, ...]]:
    general = {
        "error": ("errors", *path[1:]),
        "error_message": ("errors",),
        "wrong_key": ("errors",),
        "unknown_id": ("errors",),
        "credential": path,
    }
    if path[0] == "output":
        return model.spec.node, ("output",)
    if path[0] in general:
        return provider.spec.node, general[path[0]]
    return provider.spec.node, ("protocols", path[0], *_within(path[1:]))


def _within(path: FactPath) -> tuple[str, ...]:
    """The keys below a protocol."""
    if path[0] in _OF_A_STATE or path[:2] == ("status", "answer_keys"):
        key = _OF_A_STATE["answer_keys" if path[0] == "status" else path[0]]
        return ("status", "states", path[-1], *((key,) if key else ()))
    if path[0] == "submit" and path not in _ROUTES:
        return "submit", "handle", path[-1]
    return ("cancel", "answers") if path[0] == "cancel" else _ROUTES.get(path, path)


def _mend(verdict: Verdict, where: str) -> str:
    found = verdict.found
    if verdict.path[-2:-1] == ("states",) and found == "?":
        return f"give the state `{verdict.path[-1]}` its meaning: {where}: {{means: …}}"
    if verdict.path[0] == "error" and verdict.said == NOT_STATED:
        return f"add an error to the spec: errors: <name>: {{http: {found}, …}}"
    if verdict.path[0] in {"wrong_key", "unknown_id"}:
        return f"see which error this is, and let the spec have it: {where}"
    if found == NOT_STATED:
        return f"it did not come; see where it stands now: {where}"
    if verdict.path[-1] == "answer_keys" or verdict.path[-2:-1] == ("answer_keys",):
        return f"let the answer have these keys: {where}: {_words(found)}"
    return f"propose {where}: {_words(found)}"


def _words(value: Plain) -> str:
    return value if value == NOT_STATED and isinstance(value, str) else json.dumps(value, ensure_ascii=False)
