"""The emulator behind sockets: one listener for each declared host, all on one event loop and one session."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Final

import uvicorn

from callsheet.emulator.asgi import HostApp
from callsheet.emulator.core import Emulator
from callsheet.emulator.messages import Effect, HostKey
from callsheet.emulator.options import Options
from callsheet.emulator.posting import Reach, delivering
from callsheet.emulator.session import Session
from callsheet.plan.model import Plan

_STOP_WITHIN: Final = 1
"""Seconds that open connections get at the end."""


@dataclass(frozen=True, slots=True)
class Served:
    """A serving emulator: where each declared host is reached, and its session."""

    hosts: Mapping[HostKey, str]
    session: Session


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
    on_effect: Callable[[Effect], None] | None = None,
    webhooks: Reach = "loopback",
) -> AsyncGenerator[Served]:
    """Serve on the running event loop for as long as the block lasts.

    `port` 0 lets the system choose; any other is the port of the first host, and the next hosts take the next ports.
    `webhooks` says where these are posted: to this machine alone, unless it is told otherwise.
    Raises OSError where a port is taken.
    """
    keys = Emulator(plan, options).hosts
    with contextlib.ExitStack() as stack:
        sockets = {key: stack.enter_context(_listen(bind, port + n if port else 0)) for n, key in enumerate(keys)}
        hosts = {key: _origin(bind, listener) for key, listener in sockets.items()}
        session = Session(Emulator(plan, options, hosts), on_effect)
        clock = _epoch_clock()
        servers = [_Quiet(_config(HostApp(session, key, origin, clock))) for key, origin in hosts.items()]
        tasks = [
            asyncio.create_task(server.serve(sockets=[listener]))
            for server, listener in zip(servers, sockets.values(), strict=True)
        ]
        try:
            await _started(servers, tasks)
            async with delivering(session, clock, webhooks):
                yield Served(hosts, session)
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
    on_effect: Callable[[Effect], None] | None = None,
    webhooks: Reach = "loopback",
) -> Generator[Served]:
    """`serve` on a thread of its own, for code that blocks."""
    ready, stop = threading.Event(), threading.Event()
    box: list[Served | BaseException] = []

    async def main() -> None:
        async with serve(plan, options, bind=bind, port=port, on_effect=on_effect, webhooks=webhooks) as served:
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


def serve_until_stopped(  # noqa: PLR0913  # each is a switch of `callsheet emulate`
    plan: Plan,
    options: Options | None = None,
    *,
    bind: str = "127.0.0.1",
    port: int = 0,
    announce: Callable[[Mapping[HostKey, str]], None],
    on_effect: Callable[[Effect], None] | None = None,
    webhooks: Reach = "loopback",
) -> None:
    """Serve in the foreground until SIGINT or SIGTERM; `announce` is told the addresses once they answer."""

    async def main() -> None:
        stop = asyncio.Event()
        async with serve(plan, options, bind=bind, port=port, on_effect=on_effect, webhooks=webhooks) as served:
            loop = asyncio.get_running_loop()
            for name in (signal.SIGINT, signal.SIGTERM):
                # Windows loops have no signal handlers; Ctrl-C then arrives as KeyboardInterrupt.
                with contextlib.suppress(NotImplementedError):
                    loop.add_signal_handler(name, stop.set)
            announce(served.hosts)
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


def _origin(bind: str, listener: socket.socket) -> str:
    name = f"[{bind}]" if ":" in bind else bind
    return f"http://{name}:{listener.getsockname()[1]}"


def _config(app: HostApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="none",
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_STOP_WITHIN,
    )


async def _started(servers: list[_Quiet], tasks: list[asyncio.Task[None]]) -> None:
    while not all(server.started for server in servers):
        for task in tasks:
            if task.done():
                task.result()
                raise RuntimeError("the emulator's server ended before it had started")
        await asyncio.sleep(0.005)


def _epoch_clock() -> Callable[[], float]:
    """Seconds of the epoch that never go back: the date is read once, then a monotonic clock counts."""
    ahead = time.time() - time.monotonic()
    return lambda: ahead + time.monotonic()
