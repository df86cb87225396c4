"""HTTP as uvicorn speaks it, with the connection handed on: what breaks an answer has to get at its bytes.

And a request that never comes to its end is given up: uvicorn waits for it as long as the other side likes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from callsheet.emulator.serving import wiring
from callsheet.emulator.serving.asgi import HostApp, Message, Receive, Send

PATIENCE: Final = 60.0
"""Seconds of this machine that a request may take to arrive, from the connection or from its first byte on."""

_TOO_LATE: Final = b"The request was not complete after %g s"
_HEAD: Final = (
    b"HTTP/1.1 408 Request Timeout\r\ncontent-type: text/plain\r\ncontent-length: %d\r\nconnection: close\r\n\r\n"
)
_ARRIVING: Final = frozenset({h11.IDLE, h11.SEND_BODY})
"""How the other side stands while a request of it is under way."""
_SILENT: Final = frozenset({h11.IDLE, h11.SEND_RESPONSE})
"""How this side stands before it has said anything."""


class FaultyProtocol(H11Protocol):
    """Leaves the connection in the scope of each request, also behind TLS."""

    _given_up: asyncio.TimerHandle | None = None
    _connection: wiring.Connection | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Note the connection, unless a scenario ends it."""
        host = self.config.app  # without what uvicorn wraps around it
        if isinstance(host, HostApp) and host.connected() is not None:
            transport.set_protocol(_Doomed(transport))
            return
        self._connection = connection = wiring.Connection(transport)
        super().connection_made(connection)
        self._given_up = self.loop.call_later(PATIENCE, self._give_up)
        app: Any = self.app

        def serve(scope: Message, receive: Receive, send: Send) -> Awaitable[None]:
            scope[wiring.CONNECTION] = connection
            answered: Awaitable[None] = app(scope, receive, send)
            return answered

        self.app = serve

    def data_received(self, data: bytes) -> None:
        """Take more of a request, which has its time to come to an end."""
        super().data_received(data)
        begun = self.conn.their_state is h11.SEND_BODY or bool(self.conn.trailing_data[0])
        if not begun or self.conn.their_state not in _ARRIVING:
            self._stop_waiting()
        elif self._given_up is None:
            self._given_up = self.loop.call_later(PATIENCE, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing follows."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _stop_waiting(self) -> None:
        if self._given_up is not None:
            self._given_up.cancel()
            self._given_up = None

    def _give_up(self) -> None:
        """Answer with 408 what never came whole, and end the connection."""
        self._given_up = None
        connection = self._connection
        if connection is None or connection.is_closing():
            return
        if self.conn.our_state in _SILENT:
            words = _TOO_LATE % PATIENCE
            connection.write(_HEAD % len(words) + words)
        connection.close()


class _Doomed(asyncio.Protocol):
    """A connection that is reset when something is asked: at once, some clients would not see it made."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport: Final = transport
        self._asked = False

    def data_received(self, data: bytes) -> None:  # noqa: ARG002 - whatever it is
        # Whoever is still writing meets a broken pipe, and not a reset.
        if not self._asked:
            self._asked = True
            asyncio.get_running_loop().call_later(wiring.SETTLED, wiring.reset, self._transport)
