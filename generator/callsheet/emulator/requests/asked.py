"""What a submission asks for beside the input: the headers that have to come along, and the options of one call."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from callsheet.emulator.messages import Request
from callsheet.runtime.conditions import same
from callsheet.source.nodes import Plain
from callsheet.spec.model import CallSpec, OptionSpec, ProtocolSpec, ProviderSpec, UploadStepSpec
from callsheet.spec.placeholders import names_in

_TRUTH: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("true", "1", "yes"), True),
    **dict.fromkeys(("false", "0", "no"), False),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of one call by their names in the spec, and what is wrong with them in words."""

    options: Mapping[str, Plain] = field(default_factory=dict[str, Plain])
    faults: tuple[str, ...] = ()


def missing_header(provider: ProviderSpec, way: ProtocolSpec | CallSpec, request: Request, *, submit: bool) -> str:
    """What is wrong with the headers that every request has to have, in words; "" where nothing is."""
    return _lacks_header({**provider.headers, **way.headers, **(way.submit.headers if submit else {})}, request)


def missing_upload_header(step: UploadStepSpec, request: Request) -> str:
    """What is wrong with the headers of an upload that are always the same; "" where nothing is."""
    return _lacks_header({name: value for name, value in step.headers.items() if not names_in(value)}, request)


def _lacks_header(needed: Mapping[str, str], request: Request) -> str:
    for name, value in needed.items():
        given = request.header(name)
        if given is None:
            return f"The header {name} is required"
        if given.strip().lower() != value.lower():
            return f"The header {name} should be {value}, not {given[:100]}"
    return ""


def missing_query(way: ProtocolSpec | CallSpec, request: Request) -> str:
    """What is wrong with the part of a submission's query that is always the same; "" where nothing is."""
    for name, value in way.submit.query.items():
        given = request.query.get(name)
        if given is None:
            return f"The query parameter {name} is required"
        if given != value and not names_in(value):
            return f"The query parameter {name} should be {value}, not {given[:100]}"
    return ""


def options(provider: ProviderSpec, way: ProtocolSpec | CallSpec, request: Request, body: Plain) -> Asked:
    """The options that a submission carries, judged as the spec says."""
    found: dict[str, Plain] = {}
    faults: list[str] = []
    for option in way.submit.options:
        value = _given(option, request, body)
        if isinstance(value, _Unreadable):
            faults.append(f"{option.wire} should be {_kind(option)}")
        elif value is not None:
            found[option.name] = value
            faults += _faults(option, value, webhook=_is_webhook(provider, option))
    return Asked(found, tuple(faults))


def keys_in_body(way: ProtocolSpec | CallSpec) -> frozenset[str]:
    """The keys that options put beside the input."""
    return frozenset(option.wire for option in way.submit.options if option.to == "body")


class _Unreadable:
    """A value that is not of its option's type."""


def _given(option: OptionSpec, request: Request, body: Plain) -> Plain | _Unreadable:
    """The value of an option, None where it was not asked for."""
    if option.to == "body":
        value = body.get(option.wire) if isinstance(body, dict) else None
        return value if value is None or _is(option, value) else _Unreadable()
    text = request.header(option.wire) if option.to == "header" else request.query.get(option.wire)
    return None if text is None else _read(option, text.strip())


def _read(option: OptionSpec, text: str) -> Plain | _Unreadable:
    if option.type == "string":
        return text
    if option.type == "boolean":
        return _TRUTH.get(text.lower(), _Unreadable())
    try:
        value: Plain = json.loads(text)
    except (ValueError, RecursionError):
        return _Unreadable()
    return value if _is(option, value) else _Unreadable()


def _is(option: OptionSpec, value: Plain) -> bool:
    match option.type:
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "object":
            return isinstance(value, dict)
        case "integer" | "number":
            if isinstance(value, float):
                return math.isfinite(value) and (option.type == "number" or value.is_integer())
            return isinstance(value, int) and not isinstance(value, bool)  # of whatever size


def _faults(option: OptionSpec, value: Plain, *, webhook: bool) -> list[str]:
    found: list[str] = []
    if option.enum is not None and not any(same(value, known) for known in option.enum):
        found.append(f"{option.wire} should be one of {', '.join(map(str, option.enum))}")
    if isinstance(value, int | float) and not isinstance(value, bool):
        if option.minimum is not None and value < option.minimum:
            found.append(f"{option.wire} should be at least {option.minimum}")
        if option.exclusive_minimum is not None and value <= option.exclusive_minimum:
            found.append(f"{option.wire} should be greater than {option.exclusive_minimum}")
        if option.maximum is not None and value > option.maximum:
            found.append(f"{option.wire} should be at most {option.maximum}")
    if webhook and not _is_web_address(value):
        found.append(f"{option.wire} should be a web address")
    return found


def _is_webhook(provider: ProviderSpec, option: OptionSpec) -> bool:
    return provider.webhook is not None and provider.webhook.option == option.name


def _is_web_address(value: Plain) -> bool:
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _kind(option: OptionSpec) -> str:
    return f"{'an' if option.type[0] in 'aeiou' else 'a'} {option.type}"
