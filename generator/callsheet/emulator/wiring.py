"""An answer whose bytes do not simply come, written straight to the connection."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import Final

from callsheet.emulator import travel
from callsheet.emulator.messages import Reply, Wire

TRANSPORT: Final = "callsheet.transport"
"""Where the server leaves the connection in the scope of a request, for who knows how to use it."""

SETTLED: Final = 0.05
"""Seconds until the other side has surely got what was written: a reset throws away what is still under way."""

_NO_LINGER: Final = struct.pack("ii", 1, 0)


async def send(
    reply: Reply,
    wire: Wire,
    transport: asyncio.Transport,
    waited: Callable[[float], Awaitable[bool]],
    *,
    bodiless: bool,
) -> None:
    """Write an answer as its wire says. After that the connection is over, or silent.

    `waited` lets seconds of the emulator's clock pass and tells whether the client has left; `bodiless` is the answer
    to HEAD.
    """
    if wire.begins:
        transport.write(travel.head(reply, wire))
        for piece in () if bodiless else travel.body(reply, wire):
            if wire.pause and await waited(wire.pause):
                return
            transport.write(piece)
    if wire.ends == "closed":
        transport.close()
    elif wire.ends == "reset":
        if wire.begins:
            await asyncio.sleep(SETTLED)
        reset(transport)


def reset(transport: asyncio.Transport) -> None:
    """End a connection with RST in place of FIN."""
    connection: socket.socket | None = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()
