"""All of `generated/`, by path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from callsheet.emit import dcg
from callsheet.emit.copies import runtime_files
from callsheet.emit.earlier import taken_over
from callsheet.emit.filters import EmitError
from callsheet.emit.layout import tidy
from callsheet.emit.manifest import NAME as MANIFEST
from callsheet.emit.manifest import ProviderDigests, manifest_text, provider_digests
from callsheet.emit.processes import spread
from callsheet.emit.rendering import endpoints, entries, judging, shared
from callsheet.plan.model import HttpLibrary, Plan

__all__ = ["MANIFEST", "PACKAGE", "EmitError", "emit"]

PACKAGE: Final = "callsheet_clients"

MANY: Final = 150
"""Endpoints from which on a second process is worth what it costs, also where processors are busy."""


def emit(
    plan: Plan, *, http: HttpLibrary = "httpx", earlier: Mapping[str, str] | None = None, run: dcg.Run = dcg.run
) -> dict[str, str]:
    """Path relative to `generated/` → text, the manifest included. The same plan gives the same bytes anywhere.

    `http` is the library that the clients send with. `_runtime/_http.py` differs by it, and nothing else.

    `earlier` may hold what this very generator gave before, for other specs perhaps: what would come out the same is
    taken from there. `run` is how datamodel-code-generator is run. Both change how long this takes and nothing else.

    Raises EmitError when the generator itself is at fault; a plan without errors never is.
    """
    digests = provider_digests(plan) if earlier else None
    kept = taken_over(plan, digests, earlier, PACKAGE) if digests and earlier else {}
    done = frozenset(kept)
    listed = {provider.id: entries(provider) for provider in plan.providers}

    def seen() -> dict[str, str]:
        return endpoints(plan, done=done) | shared(plan, listed)

    def judges() -> dict[str, str]:
        return judging(plan, done=done, run=run)

    if len(plan.endpoints()) - len(kept) // 2 < MANY:  # each has two modules
        made = laid_out(seen() | judges())
        digests = digests or provider_digests(plan)
    else:
        parts = (lambda: laid_out(seen()), lambda: digests or provider_digests(plan), lambda: laid_out(judges()))
        others, digests, last = spread(parts)
        made = others | last
    return whole({f"{PACKAGE}/{path}": text for path, text in kept.items()} | made, digests, http)


def laid_out(modules: Mapping[str, str]) -> dict[str, str]:
    """What was rendered, by its path within the package, as it is written, by its path in `generated/`."""
    return tidy({f"{PACKAGE}/{path}": text for path, text in modules.items()})


def whole(modules: Mapping[str, str], digests: Mapping[str, ProviderDigests], http: HttpLibrary) -> dict[str, str]:
    """All that is written: the modules of the providers, and what they stand on."""
    made = {
        **modules,
        **{f"{PACKAGE}/_runtime/{name}": text for name, text in runtime_files(http).items()},
        f"{PACKAGE}/py.typed": "",
    }
    return {MANIFEST: manifest_text(digests, made, http), **dict(sorted(made.items()))}
