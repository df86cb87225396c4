"""A client that stays open for many calls, with all that it sends on record, to check hundreds of payloads."""

from __future__ import annotations

import asyncio
import inspect
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

import httpx

from callsheet.contract.clients.calls import Caller, Recorder
from callsheet.contract.clients.libraries import as_of
from callsheet.contract.exchanges.recordings import KEY
from callsheet.emulator.options import Options
from callsheet.emulator.serving.memory import MemoryTransport


class Line:
    """An endpoint of a client, blocking or not, before an emulator in memory. `opened` makes one."""

    def __init__(self, caller: Caller, endpoint: Any, emulated: MemoryTransport, wire: Recorder) -> None:
        self.caller: Final = caller
        self.emulated: Final = emulated
        self._endpoint: Final = endpoint
        self._wire: Final = wire
        self._runner: asyncio.Runner | None = None

    @property
    def requests(self) -> list[httpx.Request]:
        """What was sent since `call` began."""
        return self._wire.requests

    def call(self, method: str, *args: object, call: object = None, **params: Any) -> Any:
        """Call a method of the endpoint, with options of one call where there are any; what it gives, or raises."""
        self._wire.requests.clear()
        endpoint = self._endpoint if call is None else self._endpoint.with_options(call=call)
        with warnings.catch_warnings():
            # An emulated answer repeats what it was given, and an odd number is more than an output's type may hold.
            warnings.simplefilter("ignore")
            return self._ended(getattr(endpoint, method)(*args, **params))

    def wait(self, job: str) -> Any:
        """Wait for a job by its id or token."""
        return self._ended(self._endpoint.job(job).wait())

    def ask(self, method: str, url: str, headers: dict[str, str], content: bytes) -> httpx.Response:
        """A request past the client, which would not send it."""
        with httpx.Client(transport=self.emulated, timeout=None) as http:  # noqa: S113 - time is virtual
            return http.request(method, url, headers=headers, content=content)

    def _ended(self, found: Any) -> Any:
        if not inspect.isawaitable(found):
            return found
        self._runner = self._runner or asyncio.Runner()
        return self._runner.run(_awaited(found))

    def close(self, http: Any) -> None:
        """Let go of the connections."""
        self._ended(http.aclose() if self.caller.asynchronous else http.close())
        if self._runner is not None:
            self._runner.close()


@contextmanager
def opened(caller: Caller) -> Generator[Line]:
    """A client that is kept open while the block lasts. Answers come at once: jobs take no time that matters."""
    emulated = MemoryTransport(caller.plan, Options(keys=frozenset({KEY}), cutoff=False))
    wire = Recorder(emulated.handle_request)
    library = caller.library
    made = library.AsyncClient if caller.asynchronous else library.Client
    http = made(transport=library.MockTransport(as_of(library, wire)), trust_env=False)
    line = Line(caller, caller.endpoint(caller.client(http=http, clock=emulated.clock)), emulated, wire)
    try:
        yield line
    finally:
        line.close(http)


async def _awaited(found: Any) -> Any:
    while inspect.isawaitable(found):
        found = await found
    return found
