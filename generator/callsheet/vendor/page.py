"""The page that lies beside a copy: what it is, how it is used, how it is kept current."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from callsheet.emit.needs import needs
from callsheet.plan.model import HttpLibrary, Plan

_PAGE: Final = """\
# Clients of hosted models

Made by `callsheet vendor`, and self-contained: nothing of Callsheet is needed. All imports within are relative, so the
folder works under any name, at any depth, and beside another version of itself.

| package | clients | version | endpoints |
|---|---|---|---|
{rows}

```python
from <this folder as a package>.{package} import {client}
```

Needs {versions}.

- `_runtime/` is what all packages here run on, `specs/` what they were made from. `MANIFEST.json` has the digest of
  every file.
- Edit nothing here. The next `callsheet vendor` makes it anew, and refuses where something was edited. The folder's own
  `__init__.py` is the exception: once you changed it, it is yours.
- Keep formatters away from this folder: to them it is somebody else's code.

```console
$ callsheet vendor --check <this folder>    # was anything edited; are specs or tool newer
$ callsheet vendor --into <this folder>     # make it anew from the specs of today
```

Asked for: {asked}. Under the licence in `LICENSE`.
"""


def page(plan: Plan, asked: Sequence[str], http: HttpLibrary) -> str:
    """README.md of a copy. It names no place, since the folder may be moved."""
    first = plan.providers[0]
    rows: list[str] = []
    for provider in plan.providers:
        clients = _quoted([provider.client_name, provider.async_client_name])
        endpoints = _quoted([model.module for model in provider.models])
        rows.append(f"| `{provider.package}` | {clients} | {provider.client_version} | {endpoints} |")
    return _PAGE.format(
        rows="\n".join(rows),
        package=first.package,
        client=first.client_name,
        versions=", ".join(f"{name} {version}" for name, version in needs(http).items()),
        asked=_quoted(asked),
    )


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
