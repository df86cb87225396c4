"""HTTP as uvicorn speaks it, with the connection handed on: what breaks an answer has to get at its bytes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from callsheet.emulator import wiring
from callsheet.emulator.asgi import HostApp, Message, Receive, Send


class FaultyProtocol(H11Protocol):
    """Leaves the connection in the scope of each request, also behind TLS."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Note the connection. It may be over at once."""
        super().connection_made(transport)
        app: Any = self.app

        def serve(scope: Message, receive: Receive, send: Send) -> Awaitable[None]:
            scope[wiring.TRANSPORT] = transport
            answered: Awaitable[None] = app(scope, receive, send)
            return answered

        self.app = serve
        host = self.config.app  # without what uvicorn wraps around it
        if isinstance(host, HostApp) and host.connected() is not None:
            wiring.reset(transport)
