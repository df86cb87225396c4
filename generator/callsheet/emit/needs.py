"""What the clients run on: the lowest versions that were tried, by `make vendor-proof`."""

from __future__ import annotations

from typing import Final

from callsheet.plan.model import HttpLibrary

_LOWEST: Final = {"httpx": ">=0.26", "httpx2": ">=2.0", "pydantic": ">=2.6"}


def needs(http: HttpLibrary) -> dict[str, str]:
    """Python and packages, each with the versions that will do."""
    return {"python": ">=3.11", http: _LOWEST[http], "pydantic": _LOWEST["pydantic"]}
