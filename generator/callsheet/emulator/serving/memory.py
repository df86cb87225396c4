"""The emulator behind an httpx transport, on a clock that only moves when it is told to: hours pass in no time.

clock = VirtualClock()
emulated = MemoryTransport(plan, clock=clock)
http = httpx.Client(transport=emulated)      # https://queue.fal.run and all other declared hosts answer
"""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any, Final, Literal, Never, Protocol
from urllib.parse import unquote, urlsplit

import httpx

from callsheet.emulator.clock import START, VirtualClock
from callsheet.emulator.core import Emulator
from callsheet.emulator.jobs.job import State
from callsheet.emulator.messages import Attempt, Charge, HostKey, Note, Reply, Request, Wire
from callsheet.emulator.options import Options
from callsheet.emulator.requests.routes import known_as
from callsheet.emulator.serving import travel
from callsheet.emulator.serving.receiving import Postman, Receiver
from callsheet.emulator.session import Session
from callsheet.plan.model import Plan

__all__ = ["START", "BrokenError", "Memory", "MemoryTransport", "Raised", "VirtualClock"]

Raised = Literal["ConnectError", "ReadError", "ReadTimeout", "RemoteProtocolError"]

_Origin = tuple[str, str, int | None]


class BrokenError(Exception):
    """An answer that does not come, or not whole. `raised` names what HTTP libraries raise then."""

    def __init__(self, raised: Raised, words: str) -> None:
        super().__init__(words)
        self.raised: Final = raised


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
            for name in provider.table.hosts
            for url in known_as(provider, name)
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

        BrokenError where no provider listens, where the client's read time-out comes first, or where a fault ends the
        exchange before there is anything of an answer.
        """
        url = request.url
        host = self._hosts.get((url.scheme, url.host, url.port))
        if host is None:
            raise BrokenError("ConnectError", f"the emulator does not know the host {url.host}")
        wire = self.session.connect(host)
        if wire is not None:
            raise BrokenError("ConnectError", "Connection refused") if wire.refused else _reset()
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
        patience = _patience(request)
        self._pass(reply.wait, patience)
        if reply.wire is not None:
            # The client has been waiting for the first byte ever since it asked.
            self._begin(reply, reply.wire, None if patience is None else patience - reply.wait)
        return reply

    def pieces(self, reply: Reply, request: _Asked) -> Iterator[bytes]:
        """The body of an answer as it comes. Reading on in a stream lets the time pass until its next event.

        BrokenError where it breaks off, or comes more slowly than the client has patience.
        """
        if reply.wire is not None:
            yield from self._broken(reply, reply.wire, _patience(request))
            return
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

    def _begin(self, reply: Reply, wire: Wire, patience: float | None) -> None:
        """What a client meets before it has status and headers."""
        if not wire.begins:
            self._end(wire, patience, "Server disconnected without sending a response.")
        if wire.garbled or len(travel.head(reply, wire)) > travel.LONGEST_HEAD:
            raise BrokenError(
                "RemoteProtocolError", "illegal status line" if wire.garbled else "Receive buffer too long"
            )

    def _broken(self, reply: Reply, wire: Wire, patience: float | None) -> Iterator[bytes]:
        left = length = travel.announced(reply, wire)
        for piece in travel.body(reply, wire):
            self._pass(wire.pause, patience)
            if piece[:left]:
                yield piece[:left]
            left -= len(piece)
        if left > 0:
            words = "peer closed connection without sending complete message body"
            self._end(wire, patience, f"{words} (received {length - left} bytes, expected {length})")

    def _end(self, wire: Wire, patience: float | None, words: str) -> Never:
        """How a connection ends on which more was expected."""
        if wire.ends == "closed":
            raise BrokenError("RemoteProtocolError", words)
        if wire.ends == "reset":
            raise _reset()
        self._pass(math.inf, patience)
        raise BrokenError("ReadTimeout", "no answer will ever come, and the client has no time-out")

    def _pass(self, seconds: float, patience: float | None) -> None:
        """Let the time pass that a client waits for bytes."""
        if patience is not None and seconds > patience:
            self.clock.advance(patience)
            raise BrokenError("ReadTimeout", f"no answer came in {patience:g} s")
        self.clock.advance(seconds if seconds < math.inf else 0.0)


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
        except BrokenError as exc:
            raise _ERRORS[exc.raised](str(exc), request=request) from exc
        headers = list(reply.headers)
        if reply.wire is not None:
            headers.append(("content-length", str(travel.announced(reply, reply.wire))))
        if reply.wire is not None or reply.watch is not None:
            stream = _Body(self.pieces(reply, request))
            return httpx.Response(reply.status, headers=headers, stream=stream, request=request)
        return httpx.Response(reply.status, headers=headers, content=reply.body, request=request)


class _Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that comes in pieces, to blocking and to asynchronous readers."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces: Final = pieces

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._pieces
        except BrokenError as exc:
            raise _ERRORS[exc.raised](str(exc)) from exc

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece


_ERRORS: Final[Mapping[Raised, type[httpx.TransportError]]] = {
    "ConnectError": httpx.ConnectError,
    "ReadError": httpx.ReadError,
    "ReadTimeout": httpx.ReadTimeout,
    "RemoteProtocolError": httpx.RemoteProtocolError,
}


def _reset() -> BrokenError:
    return BrokenError("ReadError", "Connection reset by peer")


def _patience(request: _Asked) -> float | None:
    patience: float | None = request.extensions.get("timeout", {}).get("read")
    return patience


def _declared(url: str) -> _Origin:
    """As the libraries have it: a port that goes without saying is None."""
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname or "", None if parts.port == usual else parts.port
