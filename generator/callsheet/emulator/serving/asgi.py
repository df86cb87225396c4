"""One declared host as an ASGI application."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final
from urllib.parse import parse_qsl

from callsheet.emulator.messages import HostKey, Reply, Request, Watch, Wire, json_reply
from callsheet.emulator.serving import wiring
from callsheet.emulator.session import Session

_TICK: Final = 0.05
"""Seconds between two looks at the clock, and at a job that a stream is about."""

PREFIX: Final = "callsheet.prefix"
"""In a scope: what stands before the paths of the host, where one address serves several hosts."""

BASE: Final = "callsheet.base"
"""In a scope: the address under which all hosts are, each at `/PROVIDER/HOST`."""

_LEAP: Final = 0.002
"""Seconds of the machine that a leap takes: who reads an answer as it comes has to see the time pass."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class HostApp:
    """Turns requests to one declared host into requests to the core. Several share a session."""

    def __init__(self, session: Session, host: HostKey, origin: str, *, moves: bool = False) -> None:
        """`origin` stands in for a missing Host header. With `moves`, whoever waits moves the clock."""
        self._session: Final = session
        self._host: Final = host
        self._origin: Final = origin
        self._clock: Final = session.clock
        self._moves: Final = moves or session.emulator.options.per_poll > 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        body = await _body(receive, self._session.emulator.largest_body(self._host, scope["path"]))
        if body is None:
            return
        reply = self._session.exchange(self._request(scope, body), self._clock.time())
        if not reply.wait and reply.watch is None and reply.wire is None:
            await _send(reply, send, scope.get(wiring.CONNECTION))
            return
        gone = asyncio.create_task(_gone(receive))
        try:
            if await self._waited(gone, self._clock.time() + reply.wait):
                return
            if reply.wire is not None:
                await self._break(reply, reply.wire, scope, send, gone)
            else:
                await _send(reply, send)
                if reply.watch is not None:
                    await self._send_events(reply.watch, send, gone)
        finally:
            gone.cancel()

    async def _break(self, reply: Reply, wire: Wire, scope: Message, send: Send, gone: asyncio.Task[None]) -> None:
        """Send an answer whose bytes do not simply come, past the server, which has to have left the connection."""
        transport = scope.get(wiring.CONNECTION)
        if transport is None:
            await _send(json_reply(501, {"error": "This server cannot break an answer as the scenario wants it"}), send)
            return

        async def waited(seconds: float) -> bool:
            return await self._waited(gone, self._clock.time() + seconds)

        await wiring.send(reply, wire, transport, waited, bodiless=scope["method"] == "HEAD")
        await asyncio.wait({gone})

    def connected(self) -> Wire | None:
        """What becomes of a connection that has just been made; None where it is served."""
        return self._session.connect(self._host)

    async def _send_events(self, watch: Watch, send: Send, gone: asyncio.Task[None]) -> None:
        """Send events as they come. A job may be cancelled meanwhile, so the next one is not only waited for."""
        again: float | None = self._clock.time()
        while again is not None:
            told = self._session.look(watch, self._clock.time())
            watch, again = told.watch, told.again
            if told.chunk:
                await send({"type": "http.response.body", "body": told.chunk, "more_body": True})
            if again is not None and await self._waited(gone, again, patience=_TICK):
                return
        await send({"type": "http.response.body", "body": b""})

    async def _waited(self, gone: asyncio.Task[None], until: float, patience: float = math.inf) -> bool:
        """Wait for a time of the clock, and tell whether the client has left meanwhile.

        Somebody may move the clock, so it is asked again and again.
        """
        left = until - self._clock.time()
        if left > 0 and self._moves:
            self._clock.advance(left)
            await asyncio.sleep(_LEAP)
        while not gone.done() and patience > 0 and (left := until - self._clock.time()) > 0:
            pause = min(_TICK, patience, self._clock.wait(left))
            await asyncio.wait({gone}, timeout=pause)
            patience -= pause
        return gone.done()

    def _request(self, scope: Message, body: bytes) -> Request:
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
        named = next((value for name, value in headers if name.lower() == "host" and value), None)
        return Request(
            host=self._host,
            origin=f"{scope['scheme']}://{named}{scope.get(PREFIX, '')}" if named else self._origin,
            method=scope["method"],
            path=scope["path"],
            query=dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
            headers=headers,
            body=body,
            number=self._session.number(),
            # The server's own Date header is the machine's, and a clock that runs may have been moved, too.
            date=time.time(),
            base=scope.get(BASE, ""),
        )


async def _body(receive: Receive, largest: int) -> bytes | None:
    """The body; None where the client left. Of a body that is too large no more is kept than shows that it is."""
    kept = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        if len(kept) <= largest:
            kept += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(kept)


async def _gone(receive: Receive) -> None:
    """Return when the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(reply: Reply, send: Send, connection: wiring.Connection | None = None) -> None:
    """Send an answer; of a stream, its beginning. Over a connection that is known it is sent as one."""
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1", "replace")) for name, value in reply.headers]
    if reply.watch is not None:
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        return
    headers.append((b"content-length", b"%d" % len(reply.body)))
    if connection is not None:
        connection.hold()
    try:
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})
    finally:
        if connection is not None:
            connection.flush()
