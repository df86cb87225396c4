"""An answer as bytes that do not simply come: what is sent, in which pieces. Pure; sockets and memory both go by it."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from callsheet.emulator.messages import Reply, Wire

LONGEST_HEAD: Final = 100 * 2**10
"""Bytes of status line and headers that httpx and its successor read at most."""

_GARBLED: Final = b"SSH-2.0-OpenSSH_9.9\r\n\r\n"


def head(reply: Reply, wire: Wire) -> bytes:
    """Status line and headers; of an answer that is not HTTP, what comes in their place."""
    if wire.garbled:
        return _GARBLED
    try:
        phrase = HTTPStatus(reply.status).phrase
    except ValueError:
        phrase = ""
    lines = [f"HTTP/1.1 {reply.status} {phrase}", *(f"{name.lower()}: {value}" for name, value in reply.headers)]
    # Nobody is to send a second request where the first was answered so.
    lines += [f"content-length: {announced(reply, wire)}", "connection: close", "", ""]
    return "\r\n".join(lines).encode("latin-1", "replace")


def announced(reply: Reply, wire: Wire) -> int:
    """The length that the headers say. An answer that breaks off always says more than comes."""
    return max(len(reply.body) + wire.announced, 1 if wire.part < 1 else 0)


def body(reply: Reply, wire: Wire) -> Iterator[bytes]:
    """The pieces of the body that come."""
    if wire.garbled:
        return
    content = reply.body[: int(len(reply.body) * wire.part)] if wire.part < 1 else reply.body
    size = max(1, -(-len(content) // wire.pieces)) if wire.pieces else 1
    for begins in range(0, len(content), size):
        yield content[begins : begins + size]
