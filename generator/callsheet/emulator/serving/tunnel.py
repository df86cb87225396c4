"""A proxy for HTTPS that leads to the emulator and nowhere else.

Many clients have their hosts built in and still go through the proxy that the environment names.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Final

Address = tuple[str, int]
"""A host's name, or the IP address of a listener, and a port."""

_LONGEST_HEAD: Final = 16 * 1024
"""Bytes of the request that asks for a connection."""
_PORT_DIGITS: Final = 5
PATIENCE: Final = 60.0
"""Seconds of this machine that it may take to arrive."""
_PIECE: Final = 64 * 1024
_BAD, _FORBIDDEN, _NO_SUCH_METHOD, _TOO_LATE, _UNREACHABLE = 400, 403, 405, 408, 502


class _RefusedError(Exception):
    """Why no connection is made: the status and the words of the answer."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status: Final = status


@asynccontextmanager
async def tunnel(listener: socket.socket, leads: Mapping[Address, Address]) -> AsyncGenerator[None]:
    """Listen for as long as the block lasts. `leads` tells which listener stands for which host."""
    open_: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            open_.add(task)
            task.add_done_callback(open_.discard)
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await _serve(reader, writer, leads)
        writer.close()

    server = await asyncio.start_server(connected, sock=listener, limit=_LONGEST_HEAD)
    try:
        yield
    finally:
        server.close()
        for task in tuple(open_):
            task.cancel()
        await asyncio.gather(*open_, return_exceptions=True)


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, leads: Mapping[Address, Address]) -> None:
    try:
        host, port = leads[_wanted(await _head(reader), leads)]
        try:
            further, away = await asyncio.open_connection(host, port)
        except OSError as problem:
            raise _RefusedError(_UNREACHABLE, f"The emulator does not answer: {problem}") from problem
    except _RefusedError as refused:
        await _refuse(writer, refused)
        return
    try:
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await writer.drain()
        await asyncio.gather(_pump(reader, away), _pump(further, writer))
    finally:
        away.close()


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        async with asyncio.timeout(PATIENCE):
            return await reader.readuntil(b"\r\n\r\n")
    except TimeoutError as problem:
        raise _RefusedError(_TOO_LATE, "The request was not complete in time") from problem
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError) as problem:
        raise _RefusedError(_BAD, "This is no request for a connection") from problem


def _wanted(head: bytes, leads: Mapping[Address, Address]) -> Address:
    """Which of the known hosts is asked for."""
    words = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
    if words[0] != "CONNECT":
        raise _RefusedError(_NO_SUCH_METHOD, "This proxy takes CONNECT only: it is for HTTPS")
    name, _, port = words[1].rpartition(":") if len(words) > 1 else ("", "", "")
    if not (name and port.isdecimal() and len(port) <= _PORT_DIGITS):
        raise _RefusedError(_BAD, "CONNECT takes HOST:PORT")
    wanted = name.strip("[]").lower(), int(port)
    if wanted not in leads:
        raise _RefusedError(_FORBIDDEN, f"No spec declares {wanted[0]}:{wanted[1]}; nothing leaves this machine")
    return wanted


async def _refuse(writer: asyncio.StreamWriter, refused: _RefusedError) -> None:
    # Many clients show the reason and not the body.
    words = "".join(c if " " <= c <= "~" else "?" for c in str(refused))
    head = f"HTTP/1.1 {refused.status} {words}\r\nContent-Type: text/plain\r\nContent-Length: {len(words)}\r\n"
    allow = "Allow: CONNECT\r\n" if refused.status == _NO_SUCH_METHOD else ""
    writer.write(f"{head}{allow}Connection: close\r\n\r\n{words}".encode("ascii"))
    await writer.drain()


async def _pump(from_: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
    """Carry bytes one way until there are no more; what the other way carries goes on."""
    with contextlib.suppress(OSError):
        while piece := await from_.read(_PIECE):
            to.write(piece)
            await to.drain()
        if to.can_write_eof():
            to.write_eof()
