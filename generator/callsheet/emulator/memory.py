"""The emulator behind an httpx transport, on a clock that only moves when it is told to: hours pass in no time.

clock = VirtualClock()
emulated = MemoryTransport(plan, clock=clock)
http = httpx.Client(transport=emulated)      # https://queue.fal.run and all other declared hosts answer
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any, Final, Protocol
from urllib.parse import unquote, urlsplit

import httpx

from callsheet.emulator.clock import START, VirtualClock
from callsheet.emulator.core import Emulator
from callsheet.emulator.jobs import State
from callsheet.emulator.messages import Attempt, Charge, HostKey, Note, Reply, Request
from callsheet.emulator.options import Options
from callsheet.emulator.receiving import Postman, Receiver
from callsheet.emulator.session import Session
from callsheet.plan.model import Plan

__all__ = ["START", "CutError", "LateError", "Memory", "MemoryTransport", "UnknownHostError", "VirtualClock"]

_Origin = tuple[str, str, int | None]


class UnknownHostError(Exception):
    """No provider of the plan has this host: there is nothing to connect to."""


class LateError(Exception):
    """The client does not wait as long as the answer takes."""


class CutError(Exception):
    """The answer breaks off."""


class _Url(Protocol):
    """What is needed of an address, in whichever library it was written."""

    @property
    def scheme(self) -> str: ...
    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int | None: ...
    @property
    def netloc(self) -> bytes: ...
    @property
    def raw_path(self) -> bytes: ...
    @property
    def params(self) -> Mapping[str, str]: ...


class _Headers(Protocol):
    def multi_items(self) -> list[tuple[str, str]]: ...


class _Asked(Protocol):
    """What is needed of a request. httpx and its successor agree on it."""

    @property
    def method(self) -> str: ...
    @property
    def url(self) -> _Url: ...
    @property
    def headers(self) -> _Headers: ...
    @property
    def extensions(self) -> Mapping[str, Any]: ...


class Memory:
    """An emulator in memory, as a transport of any library holds it: requests in, replies out, all kept.

    It answers for the declared hosts of a plan. One may serve blocking and asynchronous clients; they see the same
    jobs.
    """

    def __init__(  # noqa: PLR0913  # each is a choice of its own, by name
        self,
        plan: Plan,
        options: Options | None = None,
        *,
        clock: VirtualClock | None = None,
        on_effect: Callable[[Note], None] | None = None,
        session: Session | None = None,
        receiver: Receiver | None = None,
    ) -> None:
        """Without a clock of the caller's it makes its own, `self.clock`.

        `receiver` is given the webhooks, whatever their address, while the clock moves; nothing leaves the process.
        Without one they are not sent. With a `session` that there is already, it is another way to the same emulator;
        `clock` has to be that session's.
        """
        self.clock: Final = clock or VirtualClock()
        self.session: Final = session or Session(Emulator(plan, options), on_effect, clock=self.clock)
        if receiver is not None:
            self.clock.alarms.append(Postman(self.session, receiver).ring)
        self.requests: Final[list[Request]] = []
        """Every request that arrived, in order."""
        self._hosts: Final[dict[_Origin, HostKey]] = {
            _declared(url): (provider.id, name)
            for provider in plan.providers
            for name, url in provider.table.hosts.items()
        }

    @property
    def state(self) -> State:
        """What the emulator remembers now."""
        return self.session.state

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """The deliveries of webhooks so far, and how each went."""
        return self.session.attempts

    @property
    def ledger(self) -> tuple[Charge, ...]:
        """The submissions that would have been charged."""
        return self.session.ledger

    def exchange(self, request: _Asked, body: bytes) -> Reply:
        """Answer a request, and let the time pass that this takes.

        UnknownHostError where no provider listens, LateError where the client's read time-out comes first.
        """
        url = request.url
        host = self._hosts.get((url.scheme, url.host, url.port))
        if host is None:
            raise UnknownHostError(f"the emulator does not know the host {url.host}")
        asked = Request(
            host=host,
            origin=f"{url.scheme}://{url.netloc.decode('ascii')}",
            method=request.method,
            path=unquote(url.raw_path.decode("ascii").partition("?")[0], errors="replace"),
            query=dict(url.params),
            headers=tuple(request.headers.multi_items()),
            body=body,
            number=self.session.number(),
        )
        self.requests.append(asked)
        reply = self.session.exchange(asked, self.clock.time())
        patience: float | None = request.extensions.get("timeout", {}).get("read")
        if patience is not None and reply.wait > patience:
            self.clock.advance(patience)
            raise LateError(f"no answer came in {patience:g} s")
        self.clock.advance(reply.wait)
        return reply

    def pieces(self, reply: Reply) -> Iterator[bytes]:
        """The body of an answer as it comes. Reading on in a stream lets the time pass until its next event.

        CutError where it breaks off.
        """
        if reply.cut:
            yield reply.body[: len(reply.body) // 2]
            raise CutError("the connection was closed in the middle of the answer")
        if reply.watch is None:
            yield reply.body
            return
        watch, again = reply.watch, self.clock.time()
        while True:
            self.clock.advance(again - self.clock.time())
            told = self.session.look(watch, self.clock.time())
            if told.chunk:
                yield told.chunk
            if told.again is None:
                return
            watch, again = told.watch, told.again


class MemoryTransport(Memory, httpx.BaseTransport, httpx.AsyncBaseTransport):
    """`Memory` for clients of httpx. A host that nobody declared refuses the connection."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a blocking client."""
        return self._answer(request, request.read())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer an asynchronous client."""
        return self._answer(request, await request.aread())

    def _answer(self, request: httpx.Request, body: bytes) -> httpx.Response:
        try:
            reply = self.exchange(request, body)
        except UnknownHostError as exc:
            raise httpx.ConnectError(str(exc), request=request) from exc
        except LateError as exc:
            raise httpx.ReadTimeout(str(exc), request=request) from exc
        headers = list(reply.headers)
        if reply.cut or reply.watch is not None:
            return httpx.Response(reply.status, headers=headers, stream=_Body(self.pieces(reply)), request=request)
        return httpx.Response(reply.status, headers=headers, content=reply.body, request=request)


class _Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that comes in pieces, to blocking and to asynchronous readers."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces: Final = pieces

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._pieces
        except CutError as exc:
            raise httpx.RemoteProtocolError(str(exc)) from exc

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece


def _declared(url: str) -> _Origin:
    """As the libraries have it: a port that goes without saying is None."""
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname or "", None if parts.port == usual else parts.port
