"""What a test means as one wish, whatever requests it takes: it may be charged once.

Nothing on the wire tells intents apart. In memory a request is made in the context (`contextvars`) of whoever asked, so
an intent has what its own code and its tasks ask for. Behind sockets, and on threads that were given no context, it has
what arrives while it is open; where several are open at once there, that cannot be told, and an error says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from callsheet.emulator.jobs.logs import stamp
from callsheet.emulator.messages import Charge


class ChargedTwiceError(AssertionError):
    """One intent was charged more than once; `charges` names the requests."""

    def __init__(self, name: str, charges: Iterable[Charge]) -> None:
        """`charges` in the order in which they came."""
        self.name: Final = name
        self.charges: Final = tuple(charges)
        super().__init__(told(name, self.charges))


class UnclearIntentError(AssertionError):
    """A charge came while several intents were open, and nothing tells whose it is."""


@dataclass(eq=False, slots=True)
class Intent:
    """One wish: its name, and the charges that came of it."""

    name: str
    charges: list[Charge] = field(default_factory=list[Charge])
    unclear: list[tuple[Charge, tuple[str, ...]]] = field(default_factory=list[tuple[Charge, tuple[str, ...]]])
    """Charges that may be this intent's, each with the names of all that were open."""
    within: Intent | None = None
    told: bool = False
    """Whether it has said that it was charged twice, or that this cannot be known."""


class Intents:
    """Those of one session: who is charged, and whether that was once too often."""

    def __init__(self) -> None:
        self.known: Final[list[Intent]] = []
        """All so far, in the order in which they were opened."""
        self._open: Final[list[Intent]] = []
        self._lock: Final = Lock()

    def begin(self, name: str) -> Intent:
        """Open one, within the one that is open in this context, if any."""
        around = self._here()
        intent = Intent(name, within=around)
        with self._lock:
            self.known.append(intent)
            self._open.append(intent)
        _HERE.set((*_HERE.get(), intent))
        return intent

    def end(self, intent: Intent) -> None:
        """Close one: what is charged from now on is another's."""
        with self._lock:
            if intent in self._open:
                self._open.remove(intent)
        _HERE.set(tuple(one for one in _HERE.get() if one is not intent))

    def note(self, charge: Charge) -> None:
        """Find out whose charge it is."""
        here = self._here()
        with self._lock:
            outer = {id(one.within) for one in self._open}
            may = [here] if here is not None else [one for one in self._open if id(one) not in outer]
            if len(may) == 1:
                may[0].charges.append(charge)
            else:
                names = tuple(one.name for one in may)
                for one in may:
                    one.unclear.append((charge, names))

    def clear(self) -> None:
        """Forget all that was charged, as the ledger does."""
        with self._lock:
            for intent in self.known:
                intent.charges.clear()
                intent.unclear.clear()

    def check(self, intent: Intent, ledger: Iterable[Charge]) -> None:
        """Raise if it was charged twice, or if nobody can tell. What is never billed is no charge."""
        __tracebackhide__ = True
        billed = {charge.request_id for charge in ledger if charge.billed != "never"}
        charges = [charge for charge in intent.charges if charge.request_id in billed]
        if len(charges) > 1:
            intent.told = True
            raise ChargedTwiceError(intent.name, charges)
        for charge, names in intent.unclear:
            if charge.request_id in billed:
                intent.told = True
                raise UnclearIntentError(
                    f"{_line(charge)} came while {' and '.join(f'`{name}`' for name in names)} were open, and nothing "
                    "tells whose it is; open one intent at a time, or call through a transport in memory"
                )

    def _here(self) -> Intent | None:
        """The innermost intent of this context that is open."""
        mine = _HERE.get()
        return next((one for one in reversed(mine) if one in self._open), None) if mine else None


class Within:
    """A block of code that is one intent. One that is never left stays open."""

    def __init__(self, intents: Intents, name: str, ledger: Callable[[], Iterable[Charge]]) -> None:
        self._intents: Final = intents
        self._name: Final = name
        self._ledger: Final = ledger
        self._intent: Intent | None = None

    def __enter__(self) -> Intent:
        self._intent = self._intents.begin(self._name)
        return self._intent

    def __exit__(self, *problem: object) -> None:
        __tracebackhide__ = True  # pytest shows where the intent ends, and not how that was found out
        if self._intent is not None:
            self._intents.end(self._intent)
            self._intents.check(self._intent, self._ledger())


def told(name: str, charges: Iterable[Charge]) -> str:
    """What an intent was charged for, a line for each request."""
    return "\n".join([f"the intent `{name}` was charged more than once:", *(f"  {_line(one)}" for one in charges)])


def _line(charge: Charge) -> str:
    """The request that a charge follows from, in one line for people."""
    asked = f"request {charge.number}, {charge.method} {charge.path} at {stamp(charge.at)}"
    return f"{asked}: {charge.provider}/{charge.model}, job {charge.request_id}, billed: {charge.billed}"


_HERE: ContextVar[tuple[Intent, ...]] = ContextVar("callsheet intents", default=())
