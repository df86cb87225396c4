"""The runtime, copied beside the clients so that they need nothing of Callsheet."""

from __future__ import annotations

import re
from importlib.resources import files

from callsheet.emit.filters import EmitError, comment


def runtime_files() -> dict[str, str]:
    """File name → text, in order. The modules come as they are, under a header."""
    return {
        entry.name: copied(entry.name, entry.read_text(encoding="utf-8"))
        for entry in sorted(files("callsheet.runtime").iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".py")
    }


def copied(name: str, text: str) -> str:
    """One module under its header. EmitError where it could not run as a copy."""
    if re.search(r"^\s*(from|import) callsheet\b", text, re.MULTILINE):
        raise EmitError(f"runtime/{name} imports callsheet by name: a copy could not run without it")
    source = comment(f"Copied by callsheet from generator/callsheet/runtime/{name}.")
    return f"{source}\n{comment('Do not edit: change that file, then `make generate`.')}\n{text}"
