"""The emulator behind sockets: one listener for each declared host, all on one event loop and one session."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import ssl
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import uvicorn

from callsheet.emulator.clock import Clock, RunningClock, VirtualClock
from callsheet.emulator.core import Emulator
from callsheet.emulator.messages import HostKey, Note
from callsheet.emulator.options import Options
from callsheet.emulator.requests.routes import known_as
from callsheet.emulator.serving.asgi import HostApp
from callsheet.emulator.serving.doors import Doors
from callsheet.emulator.serving.posting import Reach, delivering
from callsheet.emulator.serving.protocol import FaultyProtocol
from callsheet.emulator.serving.tls import Authority, Secured, authority, names_of
from callsheet.emulator.serving.tunnel import Address, tunnel
from callsheet.emulator.session import Session
from callsheet.plan.model import Plan

_STOP_WITHIN: Final = 1
"""Seconds that open connections get at the end."""

_HTTPS_PORT: Final = 443


@dataclass(frozen=True, slots=True)
class Served:
    """A serving emulator: where each declared host is reached, and its session."""

    hosts: Mapping[HostKey, str]
    session: Session
    tls: Secured | None = None
    """What a client has to know, where TLS is served."""


class _Config(uvicorn.Config):
    """A configuration whose TLS context is made already, without a file for the key."""

    def __init__(self, app: HostApp, context: ssl.SSLContext | None) -> None:
        super().__init__(
            app,
            loop="none",
            http=FaultyProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_STOP_WITHIN,
        )
        self._context: Final = context

    def load(self) -> None:
        super().load()
        self.ssl = self._context


class _Quiet(uvicorn.Server):
    """A server that leaves signals to whoever started it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


@asynccontextmanager
async def serve(  # noqa: PLR0913  # each is a switch of `callsheet emulate`
    plan: Plan,
    options: Options | None = None,
    *,
    bind: str = "127.0.0.1",
    port: int = 0,
    tls: bool | Path = False,
    on_effect: Callable[[Note], None] | None = None,
    webhooks: Reach = "loopback",
) -> AsyncGenerator[Served]:
    """Serve on the running event loop for as long as the block lasts.

    `port` 0 lets the system choose; any other is the port of the first host, and the next hosts take the next ports.
    With `tls` all hosts speak HTTPS only, with certificates of a throw-away authority (its own is written to a
    temporary file, or to the path that `tls` is), and there is a proxy, on the port after the last host's.
    `webhooks` says where these are posted: to this machine alone, unless it is told otherwise.
    Raises OSError where a port is taken, TlsError (a ValueError) where TLS cannot be had.
    """
    keys = Emulator(plan, options, listens=True).hosts
    async with contextlib.AsyncExitStack() as stack:
        sockets = {key: stack.enter_context(_listen(bind, port + n if port else 0)) for n, key in enumerate(keys)}
        trusted: Authority | None = None
        secured: Secured | None = None
        if tls is not False:
            trusted = stack.enter_context(authority(names_of(plan, bind), None if tls is True else tls))
            door = stack.enter_context(_listen(bind, port + len(keys) if port else 0))
            await stack.enter_async_context(tunnel(door, _leads(plan, bind, sockets)))
            secured = Secured(trusted.file, _origin("http", bind, door))
        hosts = {key: _origin("https" if trusted else "http", bind, one) for key, one in sockets.items()}
        emulator = Emulator(plan, options, hosts, listens=True)
        session = Session(emulator, on_effect, clock=_clock(emulator.options))
        context = trusted.context if trusted is not None else None
        servers = [_Quiet(_Config(HostApp(session, key, origin), context)) for key, origin in hosts.items()]
        tasks = [
            asyncio.create_task(server.serve(sockets=[listener]))
            for server, listener in zip(servers, sockets.values(), strict=True)
        ]
        try:
            await _started(servers, tasks)
            doors = Doors(dict(zip(hosts, servers, strict=True)), lambda: emulator.doors(session.state))
            stack.callback(doors.close)
            doors.follow()
            session.on_scenario = doors.follow
            async with delivering(session, webhooks):
                yield Served(hosts, session, secured)
        finally:
            for server in servers:
                server.should_exit = True
            await asyncio.gather(*tasks, return_exceptions=True)


@contextmanager
def serving(  # noqa: PLR0913  # the same
    plan: Plan,
    options: Options | None = None,
    *,
    bind: str = "127.0.0.1",
    port: int = 0,
    tls: bool | Path = False,
    on_effect: Callable[[Note], None] | None = None,
    webhooks: Reach = "loopback",
) -> Generator[Served]:
    """`serve` on a thread of its own, for code that blocks."""
    ready, stop = threading.Event(), threading.Event()
    box: list[Served | BaseException] = []

    async def main() -> None:
        async with serve(
            plan, options, bind=bind, port=port, tls=tls, on_effect=on_effect, webhooks=webhooks
        ) as served:
            box.append(served)
            ready.set()
            await asyncio.to_thread(stop.wait)

    def run() -> None:
        try:
            asyncio.run(main())
        except BaseException as problem:  # noqa: BLE001  # it is raised again where it can be seen
            box.append(problem)
        finally:
            ready.set()

    thread = threading.Thread(target=run, name="callsheet-emulator", daemon=True)
    thread.start()
    ready.wait()
    try:
        if isinstance(box[0], BaseException):
            raise box[0]
        yield box[0]
    finally:
        stop.set()
        thread.join()


@contextmanager
def running(
    plan: Plan, options: Options | None = None, *, bind: str = "127.0.0.1", port: int = 0
) -> Generator[Mapping[HostKey, str]]:
    """`serving`, for who needs the addresses only: `{("fal", "queue"): "http://127.0.0.1:40123", …}`."""
    with serving(plan, options, bind=bind, port=port) as served:
        yield served.hosts


def serve_until_stopped(  # noqa: PLR0913  # the same
    plan: Plan,
    options: Options | None = None,
    *,
    bind: str = "127.0.0.1",
    port: int = 0,
    tls: bool | Path = False,
    announce: Callable[[Served], None],
    on_effect: Callable[[Note], None] | None = None,
    webhooks: Reach = "loopback",
) -> None:
    """Serve in the foreground until SIGINT or SIGTERM; `announce` is told where, once it answers."""

    async def main() -> None:
        stop = asyncio.Event()
        async with serve(
            plan, options, bind=bind, port=port, tls=tls, on_effect=on_effect, webhooks=webhooks
        ) as served:
            loop = asyncio.get_running_loop()
            for name in (signal.SIGINT, signal.SIGTERM):
                # Windows loops have no signal handlers; Ctrl-C then arrives as KeyboardInterrupt.
                with contextlib.suppress(NotImplementedError):
                    loop.add_signal_handler(name, stop.set)
            announce(served)
            await stop.wait()

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main())


def _listen(bind: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    # Its protocol is named, unlike by `create_server`: asyncio sets TCP_NODELAY only on sockets that say TCP.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((bind, port))
        listener.listen(256)
    except OSError:
        listener.close()
        raise
    return listener


def _origin(scheme: str, bind: str, listener: socket.socket) -> str:
    name = f"[{bind}]" if ":" in bind else bind
    return f"{scheme}://{name}:{listener.getsockname()[1]}"


def _leads(plan: Plan, bind: str, sockets: Mapping[HostKey, socket.socket]) -> Mapping[Address, Address]:
    """Where the proxy leads: declared hosts to who plays them, and the emulator's own addresses to themselves."""
    found: dict[Address, Address] = {}
    for (owner, name), listener in sockets.items():
        own: Address = (bind, listener.getsockname()[1])
        found |= {own: own, ("localhost", own[1]): own}
        for declared in map(urlsplit, known_as(plan.provider(owner), name)):
            found[declared.hostname or "", declared.port or _HTTPS_PORT] = own
    return found


async def _started(servers: list[_Quiet], tasks: list[asyncio.Task[None]]) -> None:
    while not all(server.started for server in servers):
        for task in tasks:
            if task.done():
                task.result()
                raise RuntimeError("the emulator's server ended before it had started")
        await asyncio.sleep(0.005)


def _clock(options: Options) -> Clock:
    return VirtualClock() if options.clock == "virtual" else RunningClock(options.speed)
