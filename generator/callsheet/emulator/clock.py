"""What time it is for an emulator: as on this machine, or faster; or a time that moves only when it is told to.

All that an emulator counts in seconds goes by one such clock: jobs, retention, deadlines, signs of life.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from threading import Lock
from typing import Final, Protocol

START: Final = 1_800_000_000.0
"""When a virtual clock starts, in seconds of the epoch: in January 2027."""


class Clock(Protocol):
    """Seconds of the epoch that never go back."""

    def time(self) -> float:
        """What time it is."""
        ...

    def advance(self, seconds: float) -> None:
        """Let time pass at once. A negative number of seconds lets none pass."""
        ...

    def wait(self, seconds: float) -> float:
        """Seconds of the machine in which these pass by themselves; infinite where none do."""
        ...


class RunningClock:
    """The machine's time, `speed` times faster from the moment on that the clock is made.

    The date is read once, then a monotonic clock counts.
    """

    def __init__(self, speed: float = 1.0) -> None:
        self._speed: Final = speed
        self._began: Final = time.monotonic()
        self._date = time.time()
        self._lock: Final = Lock()

    def time(self) -> float:
        """Seconds of the epoch. With a speed above 1 the date runs ahead of the machine's."""
        return self._date + (time.monotonic() - self._began) * self._speed

    def advance(self, seconds: float) -> None:
        """Leap forward."""
        with self._lock:
            self._date += max(0.0, seconds)

    def wait(self, seconds: float) -> float:
        """Seconds of the machine until these have passed."""
        return seconds / self._speed


class VirtualClock:
    """Time as a value: `sleep` moves it on and returns at once. A client may be given the same clock."""

    def __init__(self, start: float = START) -> None:
        self._now = start
        self._start: Final = start
        self._lock: Final = Lock()
        self.slept: list[float] = []
        """Every sleep so far, in order."""
        self.alarms: Final[list[Callable[[], float | None]]] = []
        """What happens by itself: each does what is due, and gives the time when something is due again."""
        self._ringing: Final = Lock()

    def monotonic(self) -> float:
        """Seconds since the clock was made."""
        return self._now - self._start

    def time(self) -> float:
        """Seconds of the epoch."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Let time pass without a sleep being noted.

        What happens meanwhile by itself happens at its own time, before this returns. Whoever moves the clock while
        that goes on, as that may do itself, only moves it.
        """
        if not self.alarms:
            with self._lock:
                self._now += max(0.0, seconds)
            return
        until = self._now + max(0.0, seconds)
        if self._ringing.acquire(blocking=False):
            try:
                self._pass(until)
            finally:
                self._ringing.release()
        with self._lock:
            self._now = max(self._now, until)

    def _pass(self, until: float) -> None:
        while True:
            times = [again for alarm in self.alarms if (again := alarm()) is not None]
            again = min(times, default=math.inf)
            if not self._now < again <= until:
                return
            self._now = again

    def wait(self, seconds: float) -> float:
        """Infinite, unless there is nothing to wait for: time does not pass here by itself."""
        return math.inf if seconds > 0 else 0.0

    def sleep(self, seconds: float) -> None:
        """In place of `time.sleep`."""
        self.slept.append(seconds)
        self.advance(seconds)

    async def asleep(self, seconds: float) -> None:
        """In place of `asyncio.sleep`."""
        self.sleep(seconds)
