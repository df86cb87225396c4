"""Time, injected: tests pass a clock that does not wait."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol


class Clock(Protocol):
    """Where time comes from. Tests pass one that does not wait."""

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        ...

    def time(self) -> float:
        """Seconds since 1970."""
        ...

    def sleep(self, seconds: float, /) -> None:
        """Wait, blocking."""
        ...

    async def asleep(self, seconds: float, /) -> None:
        """Wait, letting others run."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's own clock."""

    def monotonic(self) -> float:
        """Seconds that never run backwards."""
        return time.monotonic()

    def time(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def sleep(self, seconds: float, /) -> None:
        """Wait, blocking."""
        time.sleep(seconds)

    async def asleep(self, seconds: float, /) -> None:
        """Wait, letting others run."""
        import asyncio

        await asyncio.sleep(seconds)
