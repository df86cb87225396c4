"""The runtime, copied beside the clients so that they need nothing of Callsheet."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Final

from callsheet.emit.filters import EmitError, comment
from callsheet.plan.model import HttpLibrary

_HTTP_MODULE: Final = "_http.py"
_HTTP_IMPORT: Final = "import httpx as http\n"
"""The one line that differs between the two libraries: what is imported, the module calls by one name."""


def runtime_files(http: HttpLibrary) -> dict[str, str]:
    """File name → text, in order. The modules come under a header, and as they are but for the HTTP library."""
    return {
        entry.name: copied(entry.name, _over(http, entry.name, entry.read_text(encoding="utf-8")))
        for entry in sorted(files("callsheet.runtime").iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".py")
    }


def _over(http: HttpLibrary, name: str, text: str) -> str:
    if name != _HTTP_MODULE:
        return text
    if text.count(_HTTP_IMPORT) != 1:
        raise EmitError(f"runtime/{name} has no line that says which library it imports: {_HTTP_IMPORT.strip()}")
    return text.replace(_HTTP_IMPORT, f"import {http} as http\n")


def copied(name: str, text: str) -> str:
    """One module under its header. EmitError where it could not run as a copy."""
    if re.search(r"^\s*(from|import) callsheet\b", text, re.MULTILINE):
        raise EmitError(f"runtime/{name} imports callsheet by name: a copy could not run without it")
    source = comment(f"Copied by callsheet from generator/callsheet/runtime/{name}.")
    return f"{source}\n{comment('Do not edit: change that file, then `make generate`.')}\n{text}"
