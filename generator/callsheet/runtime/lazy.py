"""Names of a package that are imported when they are first asked for (PEP 562): who needs one need not wait for all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def lazily(package: str, places: Mapping[str, str]) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` for a package.

    `places` says for each name in which module it is, relative to the package: `{"Client": "._client"}`. A name whose
    place ends in the name itself, as in `{"errors": ".errors"}`, is that module.
    """

    def get(name: str) -> object:
        whole = sys.modules[package]
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}", name=name, obj=whole)
        module = import_module(places[name], package)
        found = module if places[name].endswith(f".{name}") else getattr(module, name)
        setattr(whole, name, found)  # so that this is asked once
        return found

    def names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *places})

    return get, names
