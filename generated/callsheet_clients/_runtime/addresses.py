# Copied by callsheet from generator/callsheet/runtime/addresses.py.
# Do not edit: change that file, then `make generate`.
"""An address of a provider's, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Address:
    """A URL on a declared host. `path` and `query` may hold `{request_id}` and the model's path variables."""

    host: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    only_given: bool = False
    """The client asks it only where an answer named it: the provider says that it cannot be made up."""
