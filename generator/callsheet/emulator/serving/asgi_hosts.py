"""All declared hosts as one ASGI application, in place of one for each.

A request is for the host that its Host header names as the spec declares it, `queue.fal.run`; or, at any other address,
for the host that its path begins with: `/fal/queue/fal-ai/…`. The answers name the hosts in the same way.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from callsheet.emulator.control import PLACE
from callsheet.emulator.messages import HostKey, json_reply
from callsheet.emulator.requests.routes import host_path, known_as
from callsheet.emulator.serving.asgi import BASE, PREFIX, HostApp, Message, Receive, Send
from callsheet.emulator.session import Session


class HostsApp:
    """Several hosts behind one address; also mounted below a path of another application."""

    def __init__(self, session: Session, *, moves: bool = False) -> None:
        """With `moves`, whoever waits for an answer moves the clock."""
        self._apps: Final[dict[HostKey, HostApp]] = {}
        self._named: Final[dict[str, list[tuple[str, HostKey]]]] = {}
        for provider in session.emulator.plan.providers:
            for name, url in provider.table.hosts.items():
                key = (provider.id, name)
                parts = urlsplit(url)
                self._apps[key] = HostApp(session, key, f"{parts.scheme}://{parts.netloc}", moves=moves)
                for known in known_as(provider, name):
                    self._named.setdefault(urlsplit(known).netloc, []).append((host_path(provider, name), key))

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request; what begins and ends the server's life is taken note of."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        if scope["type"] != "http":
            return
        root = scope.get("root_path", "")
        path = scope["path"].removeprefix(root)
        named = next((value for name, value in scope["headers"] if name.lower() == b"host"), b"").decode("latin-1")
        declared = self._named.get(named)
        if declared:
            begins = [key for base, key in declared if path.startswith(f"{base}/") or path == base]
            await self._apps[(begins or [declared[0][1]])[0]]({**scope, "path": path}, receive, send)
            return
        _, provider, host, rest = (*path.split("/", 3), "", "", "")[:4]
        key = (provider, host)
        if key in self._apps:
            base = f"{scope['scheme']}://{named}{root}"
            more = {"path": f"/{rest}", PREFIX: f"{root}/{provider}/{host}", BASE: base}
            await self._apps[key]({**scope, **more}, receive, send)
        elif path.startswith(PLACE):
            await next(iter(self._apps.values()))({**scope, "path": path}, receive, send)
        else:
            await self._lost(path, send)

    async def _lost(self, path: str, send: Send) -> None:
        known = ", ".join(f"/{provider}/{host}" for provider, host in self._apps)
        body = json_reply(404, {"error": f"There is no host at {path[:200]}; there are {known}"}).body
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode("ascii"))]
        await send({"type": "http.response.start", "status": 404, "headers": headers})
        await send({"type": "http.response.body", "body": body})


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
