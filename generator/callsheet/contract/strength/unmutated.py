"""What of a spec is not mutated, with the reason: no provider could prove it wrong, or its neighbours make it moot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from callsheet.runtime.words import Criterion
from callsheet.spec.model import (
    ErrorSpec,
    Field,
    OptionSpec,
    ResultSpec,
    SignatureSpec,
    StatusSpec,
    SubmitSpec,
    Type,
    UploadStepSpec,
)

_OURS: Final = "a name that we gave, and whoever refers to it uses"

EVERYWHERE: Final[Mapping[str, str]] = {
    "about": "prose; a digest of the page tells when it changes",
    "cited": "where a fact comes from, not the fact; `callsheet check` holds it to the sources",
    "node": "the place in the file",
}
"""Attributes that are left alone in every class; `cited` stands for all that end so."""

NO_FACTS: Final[Mapping[tuple[str, str], str]] = {
    ("ProviderSpec", "id"): _OURS,
    ("ProviderSpec", "name"): "shown only",
    ("ProviderSpec", "client_version"): "the version of our client",
    ("ProviderSpec", "sources"): "what was read, not what it says; evidence names its own sources",
    ("ProviderSpec", "decisions"): "prose",
    ("ProviderSpec", "switches"): "other evidence; contract_tests/test_switches.py plays each",
    ("ProviderSpec", "file"): "where it is",
    ("ModelSpec", "file"): "where it is",
    ("ProtocolSpec", "path_variables"): "a declaration; `callsheet check` holds it to the paths",
    ("CallSpec", "path_variables"): "a declaration; `callsheet check` holds it to the paths",
    ("ModelSpec", "provider"): _OURS,
    ("ModelSpec", "id"): _OURS,
    ("ModelSpec", "name"): "shown only",
    ("ModelSpec", "sources"): "what was read, not what it says; evidence names its own sources",
    ("ModelSpec", "decisions"): "prose",
    ("Settled", "path"): "what a page may say, not what holds",
    ("Settled", "value"): "what a page may say, not what holds",
    ("Host", "name"): _OURS,
    ("ErrorSpec", "name"): _OURS,
    ("UrlSpec", "name"): _OURS,
    ("OptionSpec", "name"): _OURS,
    ("CancelAnswerSpec", "name"): _OURS,
    ("EndpointSpec", "name"): _OURS,
    ("UploadWaySpec", "name"): _OURS,
    ("ProtocolSpec", "name"): _OURS,
    ("ProtocolSpec", "kind"): "the class says it",
    ("CallSpec", "name"): _OURS,
    ("CallSpec", "kind"): "the class says it",
    ("NamedType", "name"): _OURS,
    ("Sample", "id"): _OURS,
    ("RuleSpec", "id"): _OURS,
    ("Output", "examples"): "shown only",
    ("Field", "example"): "shown only",
    ("Field", "has_example"): "shown only",
}
"""Attributes that are no facts of a provider's, by class."""

IN_ORDER: Final = frozenset(
    {
        ("ErrorBodySpec", "code"),
        ("ErrorBodySpec", "message"),
        ("FilesSpec", "upload"),
        ("ModelSpec", "body"),
        ("ModelSpec", "chosen_path"),
        ("ModelSpec", "input"),
        ("ModelSpec", "protocols"),
        ("ResultSpec", "media"),
        ("Type", "fields"),
        ("UploadStepSpec", "takes"),
        ("UploadWaySpec", "upload"),
    }
)
"""Lists whose order says something: what is looked at first, sent first, shown first."""

OWN_NAMES: Final = frozenset({("UploadStepSpec", "takes"), ("FileSpec", "takes"), ("SubmitSpec", "urls")})
"""Mappings whose keys are names of ours. A name that nothing refers to is refused by `callsheet check`."""

NOT_ADDED: Final[Mapping[tuple[str, str], str]] = {
    ("ModelSpec", "types"): "a type that nothing refers to changes nothing",
    ("ProviderSpec", "hosts"): "the same of a host",
    ("ProviderSpec", "protocols"): "the same of a protocol",
    ("ProviderSpec", "calls"): "the same of a protocol",
    ("ProviderSpec", "errors"): "a row that is like another is never reached",
    ("SubmitSpec", "urls"): "a place in an answer that nobody looks at",
    ("ErrorSpec", "violation_types"): "its keys are words of the language",
}
"""Lists and mappings to which nothing is added, and why."""

NOT_REMOVED: Final[Mapping[tuple[str, str], str]] = {
    ("Type", "json"): "the language asks for a type",
}
"""Attributes that are never taken out, and why."""

_NUMERIC: Final = frozenset(
    {"minimum", "maximum", "exclusive_minimum", "exclusive_maximum", "multiple_of"},
)
_MEANT_FOR: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(_NUMERIC, frozenset({"integer", "number"})),
    **dict.fromkeys(("min_length", "max_length", "pattern", "format", "media"), frozenset({"string"})),
    **dict.fromkeys(("items", "min_items", "max_items"), frozenset({"array"})),
    "fields": frozenset({"object"}),
    "enum": frozenset({"string", "integer", "number"}),
}
"""The types that a keyword means something for."""

_OF_A_REQUEST: Final = frozenset({"early", "failed", "http", "method", "file_at"})
"""Attributes of a result that is asked for with a request of its own."""


def left_alone(owner: str, name: str) -> bool:
    """Whether an attribute of a class is not mutated at all."""
    return name in EVERYWHERE or name.endswith("cited") or (owner, name) in NO_FACTS


def says_nothing(value: Any, name: str) -> bool:  # noqa: C901, PLR0911 - one line for each kind of value
    """Whether a change of the attribute would change no fact, because of what its neighbours say."""
    match value:
        case Field():
            return name == "default" and not value.has_default
        case Type():
            return _type_says_nothing(value, name)
        case SubmitSpec():
            return (
                name in {"request_id", "id_form", "answer", "answer_headers"} and not value.request_id
            )  # a blocking call
        case StatusSpec():
            return (name == "percent_of" and value.percent is None) or (name == "log_entry" and value.logs is None)
        case ResultSpec():
            return value.url is None and (
                name in {*_OF_A_REQUEST, "url"} or (name == "answer" and value.answer is None)
            )
        case Criterion():
            # A criterion asks one thing; a range beside a list of values would be another one.
            return name != "present" and getattr(value, name) is None
        case UploadStepSpec():
            return name == ("path" if value.host is None else "url")
        case OptionSpec():
            return name in _NUMERIC and (value.type not in {"integer", "number"} or value.enum is not None)
        case SignatureSpec():
            ours = {"secret", "secret_encoding", "secret_prefix"}
            return name in (ours if value.keys_host is not None else {"keys_host", "keys_path", "keys_for"})
        case ErrorSpec():
            if name in {"answer", "answer_without_key", "violation"}:
                return getattr(value, name) is None  # a state's answer takes its place, or there is one for all
            # Whether a job runs is asked after a submission only.
            return name == "accepted" and bool(value.on) and "submit" not in value.on
        case _:
            return False


def _type_says_nothing(kind: Type, name: str) -> bool:
    if kind.named is not None or kind.any_of:
        return name not in {"named", "any_of", "nullable", "media"}
    if name in {"named", "any_of"}:
        return True  # a type is one of the three
    return name in _MEANT_FOR and kind.json not in _MEANT_FOR[name]
