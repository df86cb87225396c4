"""The emulator behind a transport of httpx2, which has to be installed: as `memory` is for httpx.

clock = VirtualClock()
emulated = MemoryTransport(plan, clock=clock)
http = httpx2.Client(transport=emulated)
"""

from __future__ import annotations

import httpx2

from callsheet.emulator.memory import Memory, UnknownHostError


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
        except UnknownHostError as exc:
            raise httpx2.ConnectError(str(exc), request=request) from exc
        return httpx2.Response(reply.status, headers=list(reply.headers), content=reply.body, request=request)
