"""What was made from what: kept beside the generated files, so that their headers need neither version nor date."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, TypedDict, cast

from callsheet import __version__
from callsheet.plan.model import Plan

NAME: Final = "MANIFEST.json"


class ProviderDigests(TypedDict):
    """What the modules of a provider were made from."""

    client_version: str
    spec: str
    models: dict[str, str]


def provider_digests(plan: Plan) -> dict[str, ProviderDigests]:
    """Provider id → the digests of its own spec and of those of its models."""
    return {
        provider.id: {
            "client_version": provider.client_version,
            "spec": digest(_meaning(provider.spec)),
            "models": {model.id: digest(_meaning(model.spec)) for model in provider.models},
        }
        for provider in plan.providers
    }


def manifest_text(providers: Mapping[str, ProviderDigests], files: Mapping[str, str], http: str) -> str:
    """Digests of all files and of all specs, and the versions of clients and tool."""
    return (
        json.dumps(
            {
                "callsheet": __version__,
                "http": http,
                "providers": providers,
                "files": {path: digest(text) for path, text in sorted(files.items())},
            },
            indent=2,
            ensure_ascii=False,
        )
        + "\n"
    )


def digest(text: str | bytes) -> str:
    """SHA-256 of a text as it is written to disk, or of what lies there."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def _meaning(spec: object) -> str:
    """A spec without its places: the digest stands still when lines move or comments change."""
    return json.dumps(spec, sort_keys=True, default=_parts)


def _parts(value: object) -> dict[str, object]:
    """A dataclass of the spec as the encoder takes it: it goes through the parts itself, which is quick."""
    if isinstance(value, Mapping):
        return {str(key): part for key, part in cast("Mapping[object, object]", value).items()}
    return {name: getattr(value, name) for name in _fields(cast("Any", type(value)))}


@cache
def _fields(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind) if field.name not in {"node", "file"})
