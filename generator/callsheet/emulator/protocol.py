"""HTTP as uvicorn speaks it, with the connection handed on: what breaks an answer has to get at its bytes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

from callsheet.emulator import wiring
from callsheet.emulator.asgi import HostApp, Message, Receive, Send


class FaultyProtocol(H11Protocol):
    """Leaves the connection in the scope of each request, also behind TLS."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Note the connection, unless a scenario ends it."""
        host = self.config.app  # without what uvicorn wraps around it
        if isinstance(host, HostApp) and host.connected() is not None:
            transport.set_protocol(_Doomed(transport))
            return
        connection = wiring.Connection(transport)
        super().connection_made(connection)
        app: Any = self.app

        def serve(scope: Message, receive: Receive, send: Send) -> Awaitable[None]:
            scope[wiring.CONNECTION] = connection
            answered: Awaitable[None] = app(scope, receive, send)
            return answered

        self.app = serve


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
