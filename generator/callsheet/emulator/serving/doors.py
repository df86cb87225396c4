"""The listeners of an emulator's hosts: shut while a scenario says that nobody listens, and open again after it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Mapping
from typing import Final

import uvicorn

from callsheet.emulator.faults.scripts import Door
from callsheet.emulator.messages import HostKey
from callsheet.emulator.serving.protocol import FaultyProtocol

_BACKLOG: Final = 256
_WITHIN: Final = 5.0
"""Seconds that a thread waits for the event loop."""


class Doors:
    """All listeners of one event loop. A port that is shut stays taken, so that nobody else gets it meanwhile."""

    def __init__(self, servers: Mapping[HostKey, uvicorn.Server], wanted: Callable[[], Mapping[str, Door]]) -> None:
        """`wanted` tells how the hosts of each provider are to be entered."""
        self._servers: Final = servers
        self._wanted: Final = wanted
        self._held: Final[dict[HostKey, socket.socket]] = {}
        self._opening: Final[set[asyncio.Task[None]]] = set()
        self._loop: Final = asyncio.get_running_loop()
        self._thread: Final = threading.get_ident()

    def follow(self) -> None:
        """Shut and open what is to be; when this returns, it is done. It may be called from any thread."""
        if threading.get_ident() == self._thread:
            self._follow()
            return
        done = threading.Event()

        def act() -> None:
            self._follow()
            self._loop.call_soon(done.set)  # after the connections that end

        with contextlib.suppress(RuntimeError):  # the loop is closed, and all doors with it
            self._loop.call_soon_threadsafe(act)
            done.wait(_WITHIN)

    def close(self) -> None:
        """Let go of the ports that are shut."""
        for task in self._opening:
            task.cancel()
        for held in self._held.values():
            held.close()

    def _follow(self) -> None:
        wanted = self._wanted()
        for key, server in self._servers.items():
            door = wanted[key[0]]
            if door != "shut" and key in self._held:
                held = self._held.pop(key)
                held.listen(_BACKLOG)  # at once, whenever the loop gets to it
                task = self._loop.create_task(_open(server, held))
                self._opening.add(task)
                task.add_done_callback(self._opening.discard)
            elif door == "shut" and key not in self._held:
                self._held[key] = _shut(server)
            if door != "open":
                _part(server)


def _part(server: uvicorn.Server) -> None:
    """Part with who is connected: at once where nothing is asked, else with the answer."""
    for connection in tuple(server.server_state.connections):
        connection.shutdown()


def _shut(server: uvicorn.Server) -> socket.socket:
    """Stop listening. What is returned keeps the port."""
    listener = server.servers[0].sockets[0]
    family, address = listener.family, listener.getsockname()
    for one in server.servers:
        one.close()
    server.servers = []
    held = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(address)
    return held


async def _open(server: uvicorn.Server, held: socket.socket) -> None:
    """Listen again, on the same port."""
    config = server.config

    def protocol() -> asyncio.Protocol:
        return FaultyProtocol(config, server.server_state, server.lifespan.state)

    server.servers = [await asyncio.get_running_loop().create_server(protocol, sock=held, ssl=config.ssl)]
