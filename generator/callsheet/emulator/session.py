"""An emulator with a memory: what the transport and the server share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import count
from threading import Lock
from typing import Final

from callsheet.emulator.clock import Clock, VirtualClock
from callsheet.emulator.core import Emulator
from callsheet.emulator.intents import Intents, Within
from callsheet.emulator.jobs.job import State
from callsheet.emulator.messages import (
    Advance,
    Attempt,
    Charge,
    Cleared,
    Delivery,
    Exchange,
    HostKey,
    Look,
    Note,
    Outcome,
    Reply,
    Request,
    Watch,
    Wire,
)


class Session:
    """Holds the state between requests. Requests of several threads are answered one after another."""

    def __init__(
        self, emulator: Emulator, on_effect: Callable[[Note], None] | None = None, *, clock: Clock | None = None
    ) -> None:
        """`on_effect` is told of each charge and of each attempt to deliver a webhook.

        `clock` is what the control API moves.
        """
        self.emulator: Final = emulator
        self.clock: Final[Clock] = clock or VirtualClock()
        self.state: State = State()
        self._lock: Final = Lock()
        self._on_effect: Final = on_effect
        self.on_webhooks: Callable[[], None] | None = None
        """Told when `due` is to be asked anew, since something has changed that webhooks depend on."""
        self.on_exchange: Callable[[Exchange], None] | None = None
        """Told of each request with its answer, for who tells the whole story."""
        self.on_scenario: Callable[[], None] | None = None
        """Told when another scenario holds."""
        self._numbers: Final = count(1)
        self._intents: Final = Intents()

    @property
    def ledger(self) -> tuple[Charge, ...]:
        """The submissions that would have been charged."""
        return self.state.ledger

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """The deliveries of webhooks so far, and how each went."""
        return self.state.attempts

    def due(self, stamp: float | None = None) -> tuple[tuple[Delivery, ...], float | None]:
        """The webhooks to deliver now, each to be followed by `delivered`, and when to ask again.

        `stamp` is the time of the receivers, where their clocks are not the emulator's.
        """
        if not self.state.hooks:
            return (), None
        with self._lock:
            before = self.state
            found = self.emulator.due(before, self.clock.time(), stamp)
            self.state = found.state
        self._tell(found.state.attempts[len(before.attempts) :])
        return found.deliveries, found.again

    def delivered(self, delivery: Delivery, went: Outcome) -> None:
        """Remember how a delivery went."""
        with self._lock:
            before = self.state
            self.state = self.emulator.delivered(before, delivery, went, self.clock.time())
            noted = self.state.attempts[len(before.attempts) :]
        self._tell(noted)
        self._changed()

    def look(self, watch: Watch, now: float) -> Look:
        """Tell what a stream has to say next."""
        with self._lock:
            told = self.emulator.look(self.state, watch, now)
            self.state = self.emulator.watched(self.state, watch, told, now)
        return told

    def number(self) -> int:
        """The number of a request that has just arrived."""
        return next(self._numbers)

    def connect(self, host: HostKey) -> Wire | None:
        """What becomes of a connection to a host; None where it is served."""
        with self._lock:
            self.state, wire = self.emulator.connect(self.state, host)
        return wire

    def choose(self, text: str | None, provider: str | None = None) -> None:
        """Let a scenario hold from now on, for one provider or for all; None is that of the options again.

        UnknownScenarioError where it is none, and nothing changes.
        """
        with self._lock:
            self.state = self.emulator.choose(self.state, text, provider)
        if self.on_scenario:
            self.on_scenario()

    def exchange(self, request: Request, now: float) -> Reply:
        """Answer a request and remember what followed."""
        if not request.number:
            request = replace(request, number=self.number())
        with self._lock:
            before = self.state
            self.state, reply, effects = self.emulator.handle(before, request, now)
            changed = self.state is not before
        for effect in effects:
            match effect:
                case Advance(seconds):
                    self.clock.advance(seconds)
                case Cleared():
                    self._intents.clear()
                case _:
                    if isinstance(effect, Charge):
                        self._intents.note(effect)
                    if self._on_effect:
                        self._on_effect(effect)
        if changed or effects:
            self._changed()
            if self.on_scenario and self.state.scenarios is not before.scenarios:
                self.on_scenario()
        if self.on_exchange:
            self.on_exchange(Exchange(request, reply, effects, now))
        return reply

    def intent(self, name: str) -> Within:
        """One wish, for as long as the `with` block lasts: whatever it takes, it may be charged once.

        At its end raises ChargedTwiceError, an AssertionError that names the requests; UnclearIntentError where
        requests arrive over sockets while several intents are open.
        """
        return Within(self._intents, name, lambda: self.state.ledger)

    def check(self) -> None:
        """Raise as `intent` does, for those of all intents so far that have not said so yet, since they are open."""
        for intent in tuple(self._intents.known):
            if not intent.told:
                self._intents.check(intent, self.state.ledger)

    def _tell(self, effects: Iterable[Note]) -> None:
        if self._on_effect:
            for effect in effects:
                self._on_effect(effect)

    def _changed(self) -> None:
        if self.on_webhooks and self.state.hooks:
            self.on_webhooks()
