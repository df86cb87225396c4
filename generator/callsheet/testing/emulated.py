"""An emulator for tests: in memory, as an ASGI app, or behind sockets, all with the same handles."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final, Literal, overload

from callsheet.emulator import Charge, Emulator, HostKey, Job, Options, Request, Session
from callsheet.emulator.clock import VirtualClock
from callsheet.emulator.control import PLACE
from callsheet.emulator.intents import Within
from callsheet.emulator.serving.memory import MemoryTransport
from callsheet.testing.finding import Place, plan_of

if TYPE_CHECKING:  # optional, or only needed behind sockets
    from callsheet.emulator.serving.asgi_hosts import HostsApp
    from callsheet.emulator.serving.memory_httpx2 import MemoryTransport as MemoryTransport2

_USUAL: Final = "3 polls"
"""How a job gets on where a test says nothing: whatever clock the tested code goes by, it is over soon."""


class Emulation:
    """What a test holds of any emulator, however it is reached."""

    def __init__(self, session: Session, hosts: Mapping[HostKey, str]) -> None:
        self.session: Final = session
        self.hosts: Final = hosts
        """Where each declared host is reached, by provider and name: `hosts["fal", "queue"]`."""

    @property
    def ledger(self) -> tuple[Charge, ...]:
        """The submissions that would have been charged."""
        return self.session.ledger

    @property
    def jobs(self) -> tuple[Job, ...]:
        """All jobs so far, in order."""
        return tuple(self.session.state.jobs.values())

    def intent(self, name: str = "this") -> Within:
        """A block whose requests are one wish: ChargedTwiceError, an AssertionError, if that is charged twice."""
        return self.session.intent(name)

    def use(self, scenario: str | None = None, progress: str | None = None) -> None:
        """What happens from now on, and how jobs get on. ValueError for what there is not."""
        if scenario is not None:
            self._steer("PUT", "scenario", scenario=scenario)
        if progress is not None:
            self._steer("PUT", "progress", progress=progress)

    def advance(self, seconds: float) -> None:
        """Let time pass, for the emulator."""
        self._steer("POST", "clock", advance=seconds)

    def reset(self) -> None:
        """Forget all jobs and charges, and what `use` said."""
        self._steer("POST", "reset")

    def check(self) -> None:
        """Raise if an intent was charged twice that has not said so yet. The fixtures do this after each test."""
        self.session.check()

    def _steer(self, method: str, what: str, **body: object) -> None:
        host = next(iter(self.hosts))
        request = Request(host, "", method, f"{PLACE}/{what}", body=json.dumps(body).encode())
        reply = self.session.exchange(request, self.session.clock.time())
        if reply.status != 200:  # noqa: PLR2004  # OK
            raise ValueError(reply.json()["error"])


class Emulated(Emulation):
    """Every provider of some specs, in memory: nothing is sent anywhere, and time is virtual.

    Switches are those of `callsheet.emulator.Options`: `Emulated(scenario="rate_limited", seconds=30)`. Where they say
    nothing of it, a job is done at the third look at its status. ValueError where specs or switches have faults.
    """

    def __init__(self, specs: Place | None = None, options: Options | None = None, **switches: Any) -> None:
        """`specs` is a folder, or a vendored client; by default, the specs of the project in the working directory."""
        plan = plan_of(specs)
        self.clock: Final = VirtualClock()
        """The emulator's time. Give it to a generated client, `Fal("test-key", clock=…)`, and no test waits."""
        session = Session(Emulator(plan, options or options_of(switches)), clock=self.clock)
        super().__init__(
            session, {(one.id, name): url for one in plan.providers for name, url in one.table.hosts.items()}
        )
        self._transports: Final[list[MemoryTransport | MemoryTransport2]] = []

    @property
    def requests(self) -> tuple[Request, ...]:
        """All that came through transports of this emulator, in order."""
        found = (request for transport in self._transports for request in transport.requests)
        return tuple(sorted(found, key=lambda request: request.number))

    @overload
    def transport(self, library: Literal["httpx"] = "httpx") -> MemoryTransport: ...
    @overload
    def transport(self, library: Literal["httpx2"]) -> MemoryTransport2: ...
    def transport(self, library: Literal["httpx", "httpx2"] = "httpx") -> MemoryTransport | MemoryTransport2:
        """A transport for blocking and asynchronous clients, to the declared hosts: `httpx.Client(transport=…)`."""
        made: MemoryTransport | MemoryTransport2
        if library == "httpx2":
            from callsheet.emulator.serving.memory_httpx2 import MemoryTransport as Transport2  # noqa: PLC0415  # optional

            made = Transport2(self.session.emulator.plan, clock=self.clock, session=self.session)
        else:
            made = MemoryTransport(self.session.emulator.plan, clock=self.clock, session=self.session)
        self._transports.append(made)
        return made

    def asgi_app(self) -> HostsApp:
        """All hosts as one ASGI app, told apart by the Host header, or by a path that begins with `/PROVIDER/HOST`.

        Whoever waits lets time pass: blocking calls are answered at once.
        """
        from callsheet.emulator.serving.asgi_hosts import HostsApp  # noqa: PLC0415  # few tests need it

        return HostsApp(self.session, moves=True)


def transport(specs: Place | None = None, **switches: Any) -> MemoryTransport:
    """A transport for httpx to an emulator of its own: `httpx.Client(transport=transport(scenario="rate_limited"))`."""
    return Emulated(specs, **switches).transport()


def asgi_app(specs: Place | None = None, **switches: Any) -> HostsApp:
    """An ASGI app of an emulator of its own."""
    return Emulated(specs, **switches).asgi_app()


@contextmanager
def serving(specs: Place | None = None, options: Options | None = None, **switches: Any) -> Generator[Emulation]:
    """An emulator behind sockets of 127.0.0.1, on a thread of its own: for code whose transport cannot be changed."""
    from callsheet.emulator.serving.server import serving as serve  # noqa: PLC0415  # a server, where none may be needed

    with serve(plan_of(specs), options or options_of(switches)) as served:
        yield Emulation(served.session, served.hosts)


def options_of(switches: Mapping[str, Any]) -> Options:
    """Options from keyword arguments. ValueError names what there is not."""
    known = [field.name for field in fields(Options)]
    odd = [name for name in switches if name not in known]
    if odd:
        raise ValueError(f"there is no switch {', '.join(odd)}; there are specs, {', '.join(known)}")
    given = dict(switches)
    if "keys" in given:
        given["keys"] = frozenset(given["keys"])
    if not given.keys() & {"seconds", "progress", "per_poll", "speed"}:
        given["progress"] = _USUAL
    return Options(**given)
