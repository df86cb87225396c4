"""One declared host as an ASGI application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final
from urllib.parse import parse_qsl

from callsheet.emulator.messages import HostKey, Reply, Request
from callsheet.emulator.session import Session
from callsheet.emulator.submission import MAX_BODY

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class HostApp:
    """Turns requests to one declared host into requests to the core. Several share a session."""

    def __init__(self, session: Session, host: HostKey, origin: str, clock: Callable[[], float]) -> None:
        """`origin` stands in for a missing Host header; `clock` gives seconds of the epoch."""
        self._session: Final = session
        self._host: Final = host
        self._origin: Final = origin
        self._clock: Final = clock

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        body = await _body(receive)
        if body is None:
            return
        reply = self._session.exchange(self._request(scope, body), self._clock())
        await _send(reply, send)

    def _request(self, scope: Message, body: bytes) -> Request:
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
        named = next((value for name, value in headers if name.lower() == "host" and value), None)
        return Request(
            host=self._host,
            origin=f"{scope['scheme']}://{named}" if named else self._origin,
            method=scope["method"],
            path=scope["path"],
            query=dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
            headers=headers,
            body=body,
        )


async def _body(receive: Receive) -> bytes | None:
    """The body; None where the client left. Of a body that is too large no more is kept than shows that it is."""
    kept = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        if len(kept) <= MAX_BODY:
            kept += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(kept)


async def _send(reply: Reply, send: Send) -> None:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1", "replace")) for name, value in reply.headers]
    headers.append((b"content-length", str(len(reply.body)).encode("ascii")))
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
