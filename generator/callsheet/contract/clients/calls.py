"""A generated client as the tests hold it: found by its package, blocking or not, with its requests on record."""

from __future__ import annotations

import asyncio
import importlib
import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import httpx

from callsheet.contract.clients.libraries import Handler, as_of
from callsheet.contract.exchanges.recordings import KEY
from callsheet.plan.model import ModelPlan, Plan, ProviderPlan, WayPlan
from callsheet.runtime.tables import Credential, Model
from callsheet.spec.model import CallSpec, ProtocolSpec

PACKAGE: Final = "callsheet_clients"
"""Where the generated clients are, unless they were copied into another project."""

HTTPX2: Final = "clients_on_httpx2"
"""Where a test puts the same clients, made for httpx2."""

Step = tuple[str, Mapping[str, object]]


class Clock(Protocol):
    """The clock that a client takes; `callsheet.emulator.serving.memory.VirtualClock` is one that does not wait."""

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


@dataclass(slots=True)
class Recorder:
    """A transport's handler that keeps every request and asks another for the answer."""

    answer: Handler
    requests: list[httpx.Request] = field(default_factory=list[httpx.Request])

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Keep the request, then answer it."""
        self.requests.append(request)
        return self.answer(request)

    @property
    def posts(self) -> list[httpx.Request]:
        """The requests that may cost money."""
        return [request for request in self.requests if request.method == "POST"]


@dataclass(frozen=True, slots=True)
class Caller:
    """One endpoint under one protocol, and the world that it is called in."""

    provider: ProviderPlan
    model: ModelPlan
    asynchronous: bool = False
    package: str = PACKAGE
    protocol: str = ""
    """Name of the protocol; empty for the first."""

    def __str__(self) -> str:
        """As it stands in a test's id: `segmind-wan-animate-queue`, `segmind-wan-animate-queue-async`."""
        return f"{self.provider.id}-{self.model.id}-{self.way.protocol}{'-async' if self.asynchronous else ''}"

    @property
    def way(self) -> WayPlan:
        """The protocol as a class of the client."""
        return next(way for way in self.model.ways if self.protocol in {"", way.protocol})

    @property
    def protocol_spec(self) -> ProtocolSpec | CallSpec:
        """The protocol as the spec has it."""
        return next(way for way in self.provider.spec.ways if way.name == self.way.protocol)

    @property
    def plan(self) -> Plan:
        """The plan of its provider alone: what an emulator for it has to know."""
        return Plan((self.provider,))

    @property
    def table(self) -> Model:
        """The engine's view of the endpoint under this protocol."""
        return self.model.tables[self.way.protocol]

    @property
    def credential(self) -> Credential:
        """How the key travels in this protocol."""
        return self.table.protocol.credential or self.provider.table.credential

    @property
    def blocking(self) -> bool:
        """Whether the job is one request, whose result cannot be asked for again."""
        return self.way.kind == "call"

    @property
    def sends(self) -> str:
        """The method that sends the one request that costs money, and no more than it has to."""
        return "run" if self.blocking else "submit"

    def error(self, name: str) -> type[Exception]:
        """A class of the client's errors."""
        module: Any = importlib.import_module(f"{self.package}.{self.provider.package}.errors")
        found: type[Exception] = getattr(module, name)
        return found

    @property
    def library(self) -> Any:
        """The HTTP library that the client was made for, as a module."""
        return importlib.import_module(f"{self.package}._runtime._http").http

    def perform(
        self, steps: list[Step], *, transport: Handler | None = None, of_client: bool = False, **options: Any
    ) -> Any:
        """Call methods one on the result of the other, from the endpoint on: `[("submit", {...}), ("wait", {})]`.

        `of_client` begins with a method of the client instead. The client is made with `options`, sends through
        `transport`, or over real sockets without one, and is closed.
        """
        if self.asynchronous:
            return asyncio.run(self._perform_async(steps, transport, of_client, options))
        library = self.library
        http = library.Client(transport=library.MockTransport(as_of(library, transport)) if transport else None)
        with http, self.client(http=http, **options) as client:
            found: Any = client if of_client else self.endpoint(client)
            for name, arguments in steps:
                found = _called(found, name, arguments)
            return found

    async def _perform_async(
        self,
        steps: list[Step],
        transport: Handler | None,
        of_client: bool,  # noqa: FBT001 - as in `perform`
        options: Mapping[str, Any],
    ) -> Any:
        library = self.library
        http = library.AsyncClient(transport=library.MockTransport(as_of(library, transport)) if transport else None)
        async with http, self.client(http=http, **options) as client:
            found: Any = client if of_client else self.endpoint(client)
            for name, arguments in steps:
                found = _called(found, name, arguments)
                if inspect.isawaitable(found):
                    found = await found
            return found

    def endpoint(self, client: Any) -> Any:
        """The endpoint of a client, under this protocol."""
        endpoint: Any = getattr(client, self.model.module)
        return endpoint if self.way is self.model.ways[0] else getattr(endpoint, self.way.attribute)

    def client(self, **options: Any) -> Any:
        """A client of the provider's, in the caller's world, with a key."""
        module = importlib.import_module(f"{self.package}.{self.provider.package}")
        name = self.provider.async_client_name if self.asynchronous else self.provider.client_name
        return getattr(module, name)(**{"api_key": KEY, **options})


def _called(found: Any, name: str, arguments: Mapping[str, object]) -> Any:
    """What a method gives. An argument without a name goes by its place: `("job", {"": "47411f"})`."""
    placed = [value for key, value in arguments.items() if not key]
    return getattr(found, name)(*placed, **{key: value for key, value in arguments.items() if key})
