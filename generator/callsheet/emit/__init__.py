"""A plan becomes files. Nothing is decided here, and nothing is written."""

from __future__ import annotations

from typing import Literal

from callsheet.emit.copies import runtime_files
from callsheet.emit.filters import EmitError
from callsheet.emit.layout import tidy
from callsheet.emit.manifest import NAME as MANIFEST
from callsheet.emit.manifest import manifest_text
from callsheet.emit.rendering import render
from callsheet.plan.model import Plan

__all__ = ["MANIFEST", "PACKAGE", "EmitError", "emit"]

PACKAGE = "callsheet_clients"


def emit(plan: Plan, *, http: Literal["httpx"] = "httpx") -> dict[str, str]:
    """Path relative to `generated/` → text, the manifest included. The same plan gives the same bytes anywhere.

    Raises EmitError when the generator itself is at fault; a plan without errors never is.
    """
    made = {f"{PACKAGE}/{path}": text for path, text in render(plan).items()}
    made = tidy(made)
    made |= {f"{PACKAGE}/_runtime/{name}": text for name, text in runtime_files().items()}
    made[f"{PACKAGE}/py.typed"] = ""
    return {MANIFEST: manifest_text(plan, made, http), **dict(sorted(made.items()))}
