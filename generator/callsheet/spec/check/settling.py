"""What decisions settle: facts in the words that pages and specs are compared in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from callsheet.findings import Finding, Span
from callsheet.rules.facts import UNKNOWN_FACT
from callsheet.rules.words import one_of, quoted
from callsheet.spec.model import Decision, ModelSpec, ProviderSpec, Settled

_WORDS: Final = (
    *("type", "nullable", "format", "required", "default", "allowed", "pattern", "unit", "media", "deprecated"),
    *("minimum", "maximum", "exclusive_minimum", "exclusive_maximum", "multiple_of"),
    *("min_length", "max_length", "min_items", "max_items", "fields"),
)
_ALONE: Final = ("parameter_names", "output_media", "error_codes", "typical_seconds", "protocols")
"""Facts of one word."""
_BELOW: Final = {
    "price": ("stated", "amount", "currency", "per", "max"),
    "submit": ("method", "url", "http", "answer_keys", "answer_keys_named", "request_id", "status_url", "response_url"),
    **dict.fromkeys(("status", "result", "cancel", "stream"), ("method", "url", "http", "answer_keys", "output")),
    "retention": ("seconds", "from"),
    "credential": ("header", "value", "query", "env"),
}
_OF_A_WAY: Final = ("kind", "state_names", "final", "initial", "poll_floor", "cutoff")
_BY_STATE: Final = ("states", "state_http", "state_error")
_WAYS: Final = ("sync", "queue", "workflow", "direct")
"""What pages are taken to call their ways, beside the names of the provider's own protocols."""


def check_provider(provider: ProviderSpec) -> Iterator[Finding]:
    """What the decisions of a provider's file settle."""
    yield from _check(provider.decisions, (way.name for way in provider.ways))


def check_model(model: ModelSpec) -> Iterator[Finding]:
    """What the decisions of a model's file settle."""
    yield from _check(model.decisions, model.protocols)


def _check(decisions: Iterable[Decision], protocols: Iterable[str]) -> Iterator[Finding]:
    ways = tuple(dict.fromkeys((*protocols, *_WAYS)))
    for decision in decisions:
        for settled in decision.settles:
            if (wrong := _wrong(settled.path, ways)) is not None:
                word, known = wrong
                yield UNKNOWN_FACT.at(*_said(settled, word, known))


def _said(settled: Settled, word: str, known: tuple[str, ...]) -> tuple[Span, str, str]:
    mend = (
        one_of(word, known)
        if known
        else "write it in the words of the evidence, as in parameters: {mode: {default: x}}"
    )
    return settled.node.span, f"{quoted(' '.join(settled.path))} is no fact that a page could be compared by", mend


def _wrong(path: tuple[str, ...], ways: tuple[str, ...]) -> tuple[str, tuple[str, ...]] | None:
    """The word of a path that is not known, and those that are; None for a path that is right."""
    first, *rest = path
    match first, rest:
        case "parameters" | "output", [_, word]:
            return None if word in _WORDS else (word, _WORDS)
        case "sample", [_]:
            return None
        case "price" | "credential", [word]:
            return None if word in _BELOW[first] else (word, _BELOW[first])
        case _, [] if first in _ALONE:
            return None
        case _, [word, *more] if first in ways:
            return _wrong_of_way(word, more)
        case _:
            pass
    known = ("parameters", "output", "sample", "price", "credential", *_ALONE, *ways)
    return (first, ()) if first in known else (first, known)


def _wrong_of_way(word: str, more: list[str]) -> tuple[str, tuple[str, ...]] | None:
    match word, more:
        case _, [_] if word in _BY_STATE:
            return None
        case _, [last] if word in _BELOW and word != "price":
            return None if last in _BELOW[word] else (last, _BELOW[word])
        case _, [] if word in _OF_A_WAY:
            return None
        case _:
            pass
    known = (*_OF_A_WAY, *_BY_STATE, *(name for name in _BELOW if name != "price"))
    return (word, ()) if word in known else (word, known)
