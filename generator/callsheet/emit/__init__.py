"""A plan becomes files. Nothing is decided here, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from callsheet.emit.copies import runtime_files
from callsheet.emit.earlier import taken_over
from callsheet.emit.filters import EmitError
from callsheet.emit.layout import tidy
from callsheet.emit.manifest import NAME as MANIFEST
from callsheet.emit.manifest import manifest_text, provider_digests
from callsheet.emit.processes import spread
from callsheet.emit.rendering import judging, shown
from callsheet.plan.model import HttpLibrary, Plan

__all__ = ["MANIFEST", "PACKAGE", "EmitError", "emit"]

PACKAGE = "callsheet_clients"


_MANY: Final = 50
"""Endpoints from which on a second process is worth its start."""


def emit(plan: Plan, *, http: HttpLibrary = "httpx", earlier: Mapping[str, str] | None = None) -> dict[str, str]:
    """Path relative to `generated/` → text, the manifest included. The same plan gives the same bytes anywhere.

    `http` is the library that the clients send with. `_runtime/_http.py` differs by it, and nothing else.

    `earlier` may hold what this very generator gave before, for other specs perhaps: what would come out the same is
    taken from there. It changes how long this takes and nothing else.

    Raises EmitError when the generator itself is at fault; a plan without errors never is.
    """
    digests = provider_digests(plan) if earlier else None
    kept = taken_over(plan, digests, earlier, PACKAGE) if digests and earlier else {}
    todo = len(plan.endpoints()) - len(kept) // 2  # each has two modules
    judges, others, digests = spread(
        (
            partial(_laid_out, judging, plan, frozenset(kept)),
            partial(_laid_out, shown, plan, frozenset(kept)),
            (lambda: digests) if digests else partial(provider_digests, plan),
        ),
        alone=todo < _MANY,
    )
    made = {f"{PACKAGE}/{path}": text for path, text in kept.items()} | judges | others
    made |= {f"{PACKAGE}/_runtime/{name}": text for name, text in runtime_files(http).items()}
    made[f"{PACKAGE}/py.typed"] = ""
    return {MANIFEST: manifest_text(digests, made, http), **dict(sorted(made.items()))}


def _laid_out(render: Callable[..., dict[str, str]], plan: Plan, done: frozenset[str]) -> dict[str, str]:
    return tidy({f"{PACKAGE}/{path}": text for path, text in render(plan, done=done).items()})
