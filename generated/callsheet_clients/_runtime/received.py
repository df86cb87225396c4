# Copied by callsheet from generator/callsheet/runtime/received.py.
# Do not edit: change that file, then `make generate`.
"""What a client remembers of webhooks: the provider's public keys, and those it has received. Safe to share."""

from __future__ import annotations

import threading
from typing import Final

_MOST: Final = 10_000
"""Webhooks that are remembered. Only proven ones are, so nobody else can push one out."""


class Received:
    """One for each client."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: dict[str, float] = {}
        self.keys: tuple[bytes, ...] = ()
        self.keys_at: float | None = None
        """When the keys were fetched, on the monotonic clock; None for never."""

    def again(self, name: str, now: float, until: float) -> bool:
        """Whether this one was here before; it is remembered until it is too old to be believed. Seconds since 1970."""
        with self._lock:
            if name in self._until:
                return True
            if len(self._until) >= _MOST:
                self._until = {known: end for known, end in self._until.items() if end >= now}
            while len(self._until) >= _MOST:
                del self._until[next(iter(self._until))]
            self._until[name] = until
            return False
