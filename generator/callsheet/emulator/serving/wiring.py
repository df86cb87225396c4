"""An answer whose bytes do not simply come, written straight to the connection."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import Final

from callsheet.emulator.messages import Reply, Wire
from callsheet.emulator.serving import travel

CONNECTION: Final = "callsheet.connection"
"""Where the server leaves the connection in the scope of a request, for who knows how to use it."""

SETTLED: Final = 0.05
"""Seconds until the other side has surely got what was written: a reset throws away what is still under way."""

_NO_LINGER: Final = struct.pack("ii", 1, 0)


class Connection(asyncio.Transport):
    """A connection that can hold back what is written: one call of the system for a whole answer is half the work."""

    def __init__(self, inner: asyncio.Transport) -> None:
        super().__init__()
        self._inner: Final = inner
        self._held: list[bytes] | None = None
        self.get_extra_info: Final = inner.get_extra_info
        self.is_closing: Final = inner.is_closing
        self.pause_reading: Final = inner.pause_reading
        self.resume_reading: Final = inner.resume_reading
        self.abort: Final = inner.abort

    def hold(self) -> None:
        """Hold back what is written until `flush`."""
        self._held = []

    def flush(self) -> None:
        """Let go of what is held."""
        held, self._held = self._held, None
        if held:
            self._inner.write(b"".join(held))

    def write(self, data: bytes) -> None:  # type: ignore[override]  # nobody here writes anything else
        """Send, or keep for later."""
        if self._held is None:
            self._inner.write(data)
        else:
            self._held.append(data)

    def close(self) -> None:
        """End it after all that was written."""
        self.flush()
        self._inner.close()


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
