"""The emulator behind a transport of httpx2, which has to be installed: as `memory` is for httpx.

clock = VirtualClock()
emulated = MemoryTransport(plan, clock=clock)
http = httpx2.Client(transport=emulated)
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Final

import httpx2

from callsheet.emulator.serving import travel
from callsheet.emulator.serving.memory import BrokenError, Memory, Raised


class MemoryTransport(Memory, httpx2.BaseTransport, httpx2.AsyncBaseTransport):
    """`Memory` for clients of httpx2. A host that nobody declared refuses the connection."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer a blocking client."""
        return self._answer(request, request.read())

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer an asynchronous client."""
        return self._answer(request, await request.aread())

    def _answer(self, request: httpx2.Request, body: bytes) -> httpx2.Response:
        try:
            reply = self.exchange(request, body)
        except BrokenError as exc:
            raise _ERRORS[exc.raised](str(exc), request=request) from exc
        headers = list(reply.headers)
        if reply.wire is not None:
            headers.append(("content-length", str(travel.announced(reply, reply.wire))))
        if reply.wire is not None or reply.watch is not None:
            stream = _Body(self.pieces(reply, request))
            return httpx2.Response(reply.status, headers=headers, stream=stream, request=request)
        return httpx2.Response(reply.status, headers=headers, content=reply.body, request=request)


class _Body(httpx2.SyncByteStream, httpx2.AsyncByteStream):
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


_ERRORS: Final[Mapping[Raised, type[httpx2.TransportError]]] = {
    "ConnectError": httpx2.ConnectError,
    "ReadError": httpx2.ReadError,
    "ReadTimeout": httpx2.ReadTimeout,
    "RemoteProtocolError": httpx2.RemoteProtocolError,
}
