"""An emulator with a memory: what the transport and the server share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Lock
from typing import Final

from callsheet.emulator.core import Emulator
from callsheet.emulator.jobs import State
from callsheet.emulator.messages import Attempt, Charge, Delivery, Effect, Look, Outcome, Reply, Request, Watch


class Session:
    """Holds the state between requests. Requests of several threads are answered one after another."""

    def __init__(self, emulator: Emulator, on_effect: Callable[[Effect], None] | None = None) -> None:
        """`on_effect` is told of what follows: a charge, an attempt to deliver a webhook."""
        self.emulator: Final = emulator
        self.state: State = State()
        self._lock: Final = Lock()
        self._on_effect: Final = on_effect
        self.on_webhooks: Callable[[], None] | None = None
        """Told when `due` is to be asked anew, since something has changed that webhooks depend on."""

    @property
    def ledger(self) -> tuple[Charge, ...]:
        """The submissions that would have been charged."""
        return self.state.ledger

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """The deliveries of webhooks so far, and how each went."""
        return self.state.attempts

    def due(self, now: float, stamp: float | None = None) -> tuple[tuple[Delivery, ...], float | None]:
        """The webhooks to deliver now, each to be followed by `delivered`, and when to ask again."""
        if not self.state.hooks:
            return (), None
        with self._lock:
            before = self.state
            found = self.emulator.due(before, now, stamp)
            self.state = found.state
        self._tell(found.state.attempts[len(before.attempts) :])
        return found.deliveries, found.again

    def delivered(self, delivery: Delivery, went: Outcome, now: float) -> None:
        """Remember how a delivery went."""
        with self._lock:
            before = self.state
            self.state = self.emulator.delivered(before, delivery, went, now)
            noted = self.state.attempts[len(before.attempts) :]
        self._tell(noted)
        self._changed()

    def look(self, watch: Watch, now: float) -> Look:
        """Tell what a stream has to say next."""
        return self.emulator.look(self.state, watch, now)

    def exchange(self, request: Request, now: float) -> Reply:
        """Answer a request and remember what followed."""
        with self._lock:
            before = self.state
            self.state, reply, effects = self.emulator.handle(before, request, now)
            changed = self.state is not before
        if effects:
            self._tell(effects)
        if changed:
            self._changed()
        return reply

    def _tell(self, effects: Iterable[Effect]) -> None:
        if self._on_effect:
            for effect in effects:
                self._on_effect(effect)

    def _changed(self) -> None:
        if self.on_webhooks and self.state.hooks:
            self.on_webhooks()
