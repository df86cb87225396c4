"""An answer whose bytes do not simply come, written straight to the connection."""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any, Final

from callsheet.emulator import travel
from callsheet.emulator.messages import Reply, Wire

TRANSPORT: Final = "callsheet.transport"
"""Where the server leaves the connection in the scope of a request, for who knows how to use it."""

_SETTLED: Final = 0.05
"""Seconds until the other side has surely got what was written: a reset throws away what is still under way."""

_NO_LINGER: Final = struct.pack("ii", 1, 0)


async def send(  # noqa: PLR0913 - a request's answer, and where it goes
    reply: Reply, wire: Wire, transport: asyncio.Transport, gone: asyncio.Future[Any], *, speed: float, bodiless: bool
) -> None:
    """Write an answer as its wire says, and return when the connection is over.

    `gone` is done when the client has left; `speed` divides pauses; `bodiless` is the answer to HEAD.
    """
    if wire.begins:
        transport.write(travel.head(reply, wire))
        for piece in () if bodiless else travel.body(reply, wire):
            if wire.pause and await _done(gone, wire.pause / speed):
                return
            transport.write(piece)
    match wire.ends:
        case "silence":
            pass
        case "closed":
            transport.close()
        case "reset":
            if wire.begins:
                await _done(gone, _SETTLED)
            reset(transport)
    await asyncio.wait({gone})


def reset(transport: asyncio.Transport) -> None:
    """End a connection with RST in place of FIN."""
    connection: socket.socket | None = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()


async def _done(gone: asyncio.Future[Any], seconds: float) -> bool:
    await asyncio.wait({gone}, timeout=seconds)
    return gone.done()
