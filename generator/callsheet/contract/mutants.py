"""Specs with one fact changed: what the evidence has to notice.

The walk is over the values of `callsheet.spec.model`, so a fact that the language learns is mutated without a word
here.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Final, Literal, cast

from callsheet.runtime.words import Criterion
from callsheet.spec.model import (
    ErrorSpec,
    Field,
    ModelSpec,
    ProviderSpec,
    ResultSpec,
    SignatureSpec,
    Specs,
    StatusSpec,
    SubmitSpec,
    Type,
    UploadStepSpec,
)

NO_FACTS: Final = frozenset(
    {
        *("about", "decisions", "file", "node", "sources"),  # prose and places
        *("client_version", "id", "name"),  # names of our own
        *("defect", "example", "examples", "has_example"),  # shown, never sent
        "mend",  # advice
        "switches",  # other evidence; contract_tests/test_switches.py plays each
    }
)
"""Attributes that no provider can prove wrong; neither can it what is `cited`."""

TEMPLATES: Final = frozenset(
    {"answer", "answer_headers", "answer_when_failed", "answer_without_key", "log_entry", "violation"}
)
"""What the emulator answers. Which keys are there is a fact; what fills them is drawn."""

_INVENTED: Final[Mapping[str, object]] = {"minimum": 1, "maximum": 10**6, "typical_seconds": 60.0, "max_length": 500}
"""Bounds that a source does not state, as a slip would write them."""

_BOUNDED: Final = {"minimum": {"integer", "number"}, "maximum": {"integer", "number"}, "max_length": {"string"}}
"""The types that a bound means something for."""

_OF_A_REQUEST: Final = frozenset({"early", "failed", "http", "method"})
"""Attributes of a result that is asked for with a request of its own."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """Specs that differ in one fact from what somebody wrote."""

    what: str
    specs: Specs

    def __str__(self) -> str:
        """As it stands in a test's id."""
        return self.what


def provider_mutants(specs: Specs, provider: str) -> Iterator[Mutant]:
    """Every one-fact change of a provider's file, with that provider and its endpoints alone."""
    one = next(one for one in specs.providers if one.id == provider)
    models = tuple(model for model in specs.models if model.provider == provider)
    for what, changed in _changes(one, ProviderSpec):
        yield Mutant(f"provider{what}", Specs((changed,), models))


def model_mutants(specs: Specs, provider: str, model: str) -> Iterator[Mutant]:
    """Every one-fact change of an endpoint's file, with that endpoint and its provider alone."""
    providers = tuple(one for one in specs.providers if one.id == provider)
    spec = next(spec for spec in specs.models if (spec.provider, spec.id) == (provider, model))
    for what, changed in _changes(spec, ModelSpec):
        yield Mutant(f"model{what}", Specs(providers, (changed,)))


def _changes(value: Any, hint: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if name in TEMPLATES:
        yield from _dropped_keys(value)
    elif is_dataclass(value) and not isinstance(value, type):
        yield from _attributes(value)
    elif isinstance(value, tuple):
        yield from _items(cast("Any", value), hint)
    elif isinstance(value, Mapping):
        for key, part in cast("Mapping[str, Any]", value).items():
            for what, changed in _changes(part, Any, key):
                yield f".{key}{what}", {**value, key: changed}
    elif (other := _other(value, hint, name)) != value:
        yield f"={other!r}", other


def _attributes(value: Any) -> Iterator[tuple[str, Any]]:
    hints = typing.get_type_hints(cast("Any", type(value)))
    for attribute in fields(value):
        part = getattr(value, attribute.name)
        if attribute.name in NO_FACTS or attribute.name.endswith("cited") or _says_nothing(value, attribute.name):
            continue
        for what, changed in _changes(part, hints[attribute.name], attribute.name):
            yield f".{attribute.name}{what}", replace(value, **{attribute.name: changed})


def _says_nothing(value: Any, name: str) -> bool:  # noqa: PLR0911 - one line for each kind of value
    """Whether a change of the attribute would change no fact, because of what its neighbours say."""
    match value:
        case Field():
            return name in {"default", "has_default"} and not value.has_default
        case Type():
            return name in _BOUNDED and value.json not in _BOUNDED[name]
        case SubmitSpec():
            return name == "request_id" and not value.request_id  # a blocking call has none
        case StatusSpec():
            return name == "percent_of" and value.percent is None
        case ResultSpec():
            return name in _OF_A_REQUEST and value.url is None
        case Criterion():
            return name in _INVENTED
        case UploadStepSpec():
            return name == "path" and value.host is None
        case SignatureSpec():
            return name == "secret_encoding" and value.secret is None
        case ErrorSpec():
            # Whether a job runs is asked after a submission only.
            return name == "accepted" and bool(value.on) and "submit" not in value.on
        case _:
            return False


def _items(items: tuple[Any, ...], hint: Any) -> Iterator[tuple[str, Any]]:
    parts = next((typing.get_args(option) for option in _options(hint) if typing.get_origin(option) is tuple), ())
    of, as_long_as_it_likes = (parts[0], parts[-1] is ...) if parts else (Any, False)
    for at, item in enumerate(items):
        label = getattr(item, "name", getattr(item, "id", item if isinstance(item, str) else at))
        if as_long_as_it_likes and (len(items) > 1 or isinstance(item, Field)):
            yield f".{label}-dropped", (*items[:at], *items[at + 1 :])
        for what, changed in _changes(item, of):
            yield f".{label}{what}", _put(items, at, changed)


def _dropped_keys(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        answer = cast("dict[str, Any]", value)
        for key in answer:
            yield f".{key}-dropped", {name: part for name, part in answer.items() if name != key}


def _other(value: Any, hint: Any, name: str) -> Any:
    """Another value of the same kind; the value itself where there is no sensible one."""
    words = _words(hint)
    if isinstance(value, str) and words:
        return words[(words.index(value) + 1) % len(words)] if value in words else value
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case str():
            return f"{value}x"
        case None if name in _INVENTED:
            return _INVENTED[name]
        case _:
            return value


def _words(hint: Any) -> tuple[Any, ...]:
    """The words that a `Literal` allows, alone or within a union."""
    literals = (option for option in _options(hint) if typing.get_origin(option) is Literal)
    return tuple(word for literal in literals for word in typing.get_args(literal))


def _options(hint: Any) -> tuple[Any, ...]:
    """The types of a union; a type that is none is its only option."""
    return typing.get_args(hint) if typing.get_origin(hint) in {typing.Union, types.UnionType} else (hint,)


def _put(items: tuple[Any, ...], at: int, item: Any) -> tuple[Any, ...]:
    return (*items[:at], item, *items[at + 1 :])
