"""A part of what generation gives, for a folder that has the rest: some endpoints, and what they stand on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from callsheet.emit import MANIFEST, PACKAGE, dcg, emit
from callsheet.emit.manifest import digest
from callsheet.emit.rendering import model_files
from callsheet.plan.model import HttpLibrary, Plan, ProviderPlan
from callsheet.plan.names import class_names

Chosen = Mapping[str, frozenset[str] | None]
"""Ids of the chosen endpoints by provider; None is the provider as a whole, with what it no longer has."""

_RUNTIME: Final = f"{PACKAGE}/_runtime/"


@dataclass(frozen=True, slots=True)
class Part:
    """Files to write, the manifest of the whole folder among them, and which other files are none of this part's."""

    files: Mapping[str, str]
    covers: Callable[[str], bool]
    """Whether a path belongs to the part: one that does and is not among `files` is too many."""


def part(  # noqa: PLR0913 - what `emit` is told, and more
    plan: Plan,
    chosen: Chosen,
    manifest: bytes | None,
    earlier: Mapping[str, str] | None = None,
    http: HttpLibrary = "httpx",
    *,
    run: dcg.Run = dcg.run,
) -> Part:
    """The chosen endpoints, their providers' shared modules, and the runtime.

    `manifest` is the folder's own, as it lies there. Endpoints that it has and that are not chosen stay in their
    provider's client, and their modules stay as they are. What it says of them stays, too: a folder that is current
    after this has the very manifest that generating everything gives.
    """
    old = _Manifest.read(manifest)
    chosen = {name: ids and ids | _renamed(plan.provider(name), old) for name, ids in chosen.items()}
    providers = tuple(
        _narrowed(provider, chosen[provider.id], old) for provider in plan.providers if provider.id in chosen
    )
    made = dict(emit(Plan(providers), http=http, earlier=earlier, run=run))
    new = _Manifest.read(made.pop(MANIFEST).encode())
    folders = {str(provider.package) for provider in providers if chosen[provider.id] is None}
    left = {
        f"{PACKAGE}/{path}"
        for provider in providers
        if (ids := chosen[provider.id]) is not None
        for model in provider.models
        if model.id not in ids
        for path in model_files(provider, model)
    }
    files = {path: text for path, text in made.items() if path not in left}

    def covers(path: str) -> bool:
        folder = path.removeprefix(f"{PACKAGE}/").partition("/")[0]
        return path in files or path == MANIFEST or path.startswith(_RUNTIME) or folder in folders

    kept = {path: said for path, said in old.files.items() if not covers(path)}
    digests = {path: digest(text) for path, text in files.items()}
    told = {
        # The folder is this version's work only when nothing in it is an earlier one's.
        "callsheet": old.callsheet if kept and old.callsheet else new.callsheet,
        "http": new.http,
        "providers": dict(sorted(_providers(plan, chosen, old, new).items())),
        "files": dict(sorted((kept | digests).items())),
    }
    return Part({MANIFEST: json.dumps(told, indent=2, ensure_ascii=False) + "\n", **files}, covers)


def _renamed(provider: ProviderPlan, old: _Manifest) -> frozenset[str]:
    """Endpoints whose class had another name when the folder was made: the client will look for them by the new one."""
    then = class_names(old.models(provider.id), provider.client_name)
    return frozenset(model.id for model in provider.models if then.get(model.id, model.class_name) != model.class_name)


def _narrowed(provider: ProviderPlan, ids: frozenset[str] | None, old: _Manifest) -> ProviderPlan:
    """A provider with the chosen endpoints, and with those that the folder has."""
    if ids is None:
        return provider
    there = old.models(provider.id)
    return replace(provider, models=tuple(model for model in provider.models if model.id in ids or model.id in there))


def _providers(plan: Plan, chosen: Chosen, old: _Manifest, new: _Manifest) -> dict[str, Any]:
    told = dict(old.providers)
    for provider in plan.providers:
        if provider.id not in chosen:
            continue
        ids, made = chosen[provider.id], new.providers[provider.id]
        if ids is not None:
            models = {**old.models(provider.id), **{name: made["models"][name] for name in ids}}
            # Modules that were left alone may come from an earlier text of the provider's spec.
            spec = made["spec"] if models.keys() <= ids else told.get(provider.id, made)["spec"]
            made = {**made, "spec": spec, "models": dict(sorted(models.items()))}
        told[provider.id] = made
    return told


@dataclass(frozen=True, slots=True)
class _Manifest:
    """A manifest as far as it can be believed: one that somebody has broken says nothing."""

    callsheet: str
    http: str
    providers: Mapping[str, Any]
    files: Mapping[str, str]

    @classmethod
    def read(cls, data: bytes | None) -> _Manifest:
        try:
            told: Any = json.loads(data or b"{}")
            providers = {
                str(name): {
                    "client_version": str(one["client_version"]),
                    "spec": str(one["spec"]),
                    "models": {str(model): str(said) for model, said in one["models"].items()},
                }
                for name, one in told["providers"].items()
            }
            files = {str(path): str(said) for path, said in told["files"].items()}
            return cls(str(told["callsheet"]), str(told["http"]), providers, files)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return cls("", "", {}, {})

    def models(self, provider: str) -> Mapping[str, str]:
        """The digests of a provider's endpoints."""
        return cast("Mapping[str, str]", self.providers[provider]["models"]) if provider in self.providers else {}
