"""The emulator behind an httpx transport, on a clock that only moves when it is told to: hours pass in no time.

clock = VirtualClock()
emulated = MemoryTransport(plan, clock=clock)
http = httpx.Client(transport=emulated)      # https://queue.fal.run and all other declared hosts answer
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import unquote

import httpx

from callsheet.emulator.core import Emulator
from callsheet.emulator.jobs import State
from callsheet.emulator.messages import Charge, Effect, HostKey, Request
from callsheet.emulator.options import Options
from callsheet.emulator.session import Session
from callsheet.plan.model import Plan

START: Final = 1_800_000_000.0
"""When a virtual clock starts, in seconds of the epoch: in January 2027."""


class VirtualClock:
    """Time as a value: `sleep` moves it on and returns at once."""

    def __init__(self, start: float = START) -> None:
        self._now = start
        self._start: Final = start
        self.slept: list[float] = []
        """Every sleep so far, in order."""

    def monotonic(self) -> float:
        """Seconds since the clock was made."""
        return self._now - self._start

    def time(self) -> float:
        """Seconds of the epoch."""
        return self._now

    def advance(self, seconds: float) -> None:
        """Let time pass without a sleep being noted."""
        self._now += max(0.0, seconds)

    def sleep(self, seconds: float) -> None:
        """In place of `time.sleep`."""
        self.slept.append(seconds)
        self.advance(seconds)

    async def asleep(self, seconds: float) -> None:
        """In place of `asyncio.sleep`."""
        self.sleep(seconds)


class MemoryTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Answers requests to the declared hosts of a plan; any other host refuses the connection.

    One transport may serve blocking and asynchronous clients: they see the same jobs.
    """

    def __init__(
        self,
        plan: Plan,
        options: Options | None = None,
        *,
        clock: VirtualClock | None = None,
        on_effect: Callable[[Effect], None] | None = None,
    ) -> None:
        """Without a clock of the caller's it makes its own, `self.clock`."""
        self.clock: Final = clock or VirtualClock()
        self.session: Final = Session(Emulator(plan, options), on_effect)
        self.requests: Final[list[Request]] = []
        """Every request that arrived, in order."""
        self._hosts: Final[dict[tuple[str, str, int | None], HostKey]] = {
            _origin_key(httpx.URL(url)): (provider.id, name)
            for provider in plan.providers
            for name, url in provider.table.hosts.items()
        }

    @property
    def state(self) -> State:
        """What the emulator remembers now."""
        return self.session.state

    @property
    def ledger(self) -> tuple[Charge, ...]:
        """The submissions that would have been charged."""
        return self.session.ledger

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a blocking client."""
        return self._answer(request, request.read())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer an asynchronous client."""
        return self._answer(request, await request.aread())

    def _answer(self, request: httpx.Request, body: bytes) -> httpx.Response:
        host = self._hosts.get(_origin_key(request.url))
        if host is None:
            raise httpx.ConnectError(f"the emulator does not know the host {request.url.host}", request=request)
        asked = Request(
            host=host,
            origin=f"{request.url.scheme}://{request.url.netloc.decode('ascii')}",
            method=request.method,
            path=unquote(request.url.raw_path.decode("ascii").partition("?")[0], errors="replace"),
            query=dict(request.url.params),
            headers=tuple(request.headers.multi_items()),
            body=body,
        )
        self.requests.append(asked)
        reply = self.session.exchange(asked, self.clock.time())
        return httpx.Response(reply.status, headers=list(reply.headers), content=reply.body, request=request)


def _origin_key(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
