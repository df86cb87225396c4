"""An emulator with a memory: what the transport and the server share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from threading import Lock
from typing import Final

from callsheet.emulator.clock import Clock, VirtualClock
from callsheet.emulator.core import Emulator
from callsheet.emulator.jobs import State
from callsheet.emulator.messages import Advance, Charge, Look, Reply, Request, Watch


class Session:
    """Holds the state between requests. Requests of several threads are answered one after another."""

    def __init__(
        self, emulator: Emulator, on_effect: Callable[[Charge], None] | None = None, *, clock: Clock | None = None
    ) -> None:
        """`on_effect` is told of each charge; `clock` is what the control API moves."""
        self.emulator: Final = emulator
        self.clock: Final[Clock] = clock or VirtualClock()
        self.state: State = State()
        self._lock: Final = Lock()
        self._on_effect: Final = on_effect
        self._numbers: Final = count(1)

    @property
    def ledger(self) -> tuple[Charge, ...]:
        """The submissions that would have been charged."""
        return self.state.ledger

    def look(self, watch: Watch, now: float) -> Look:
        """Tell what a stream has to say next."""
        with self._lock:
            told = self.emulator.look(self.state, watch, now)
            self.state = self.emulator.watched(self.state, watch, told, now)
        return told

    def number(self) -> int:
        """The number of a request that has just arrived."""
        return next(self._numbers)

    def exchange(self, request: Request, now: float) -> Reply:
        """Answer a request and remember what followed."""
        if not request.number:
            request = replace(request, number=self.number())
        with self._lock:
            self.state, reply, effects = self.emulator.handle(self.state, request, now)
        for effect in effects:
            if isinstance(effect, Advance):
                self.clock.advance(effect.seconds)
            elif self._on_effect:
                self._on_effect(effect)
        return reply
