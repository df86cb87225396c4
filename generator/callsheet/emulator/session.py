"""An emulator with a memory: what the transport and the server share."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from threading import Lock
from typing import Final

from callsheet.emulator.clock import Clock, VirtualClock
from callsheet.emulator.core import Emulator
from callsheet.emulator.intents import Intent, Intents
from callsheet.emulator.jobs import State
from callsheet.emulator.messages import Advance, Charge, Cleared, Look, Reply, Request, Watch


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
        self._intents: Final = Intents()

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
            match effect:
                case Advance(seconds):
                    self.clock.advance(seconds)
                case Cleared():
                    self._intents.clear()
                case Charge():
                    self._intents.note(effect)
                    if self._on_effect:
                        self._on_effect(effect)
        return reply

    @contextmanager
    def intent(self, name: str) -> Generator[Intent]:
        """One wish, for as long as the block lasts: whatever it takes, it may be charged once.

        At its end raises ChargedTwiceError, an AssertionError that names the requests; UnclearIntentError where
        requests arrive over sockets while several intents are open.
        """
        intent = self._intents.begin(name)
        try:
            yield intent
        finally:
            self._intents.end(intent)
            self._intents.check(intent, self.state.ledger)

    def check(self) -> None:
        """Raise as `intent` does, for all intents so far, also for those whose error was swallowed."""
        for intent in tuple(self._intents.known):
            self._intents.check(intent, self.state.ledger)
