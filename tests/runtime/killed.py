"""A process that submits and waits until it is killed: by its parent after a while, or by itself at a system call.

It is told what to do on standard input, a JSON object a line, and forks a child for each, so that what is slow to
import is imported once. It is a program, not a test: see test_kill.py.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import ssl
import sys
import threading
import time
from itertools import count
from typing import Any

import httpx

from callsheet_clients._runtime import journal_file
from callsheet_clients.segmind import AsyncSegmind, Segmind

SPEED = 100.0
AT_ONCE = 4
TLS = ssl.create_default_context()


class Hasty:
    """A clock whose pauses are short; the date is right."""

    def monotonic(self) -> float:
        return time.monotonic() * SPEED

    def time(self) -> float:
        return time.time()

    def sleep(self, seconds: float, /) -> None:
        time.sleep(seconds / SPEED)

    async def asleep(self, seconds: float, /) -> None:
        await asyncio.sleep(seconds / SPEED)


class Deadly:
    """The module `os`, in which the nth call that changes a file is the last: before it takes effect, or after."""

    def __init__(self, at: int, *, late: bool) -> None:
        self.left, self.late = at, late

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        if name not in {"open", "write", "fsync", "close"}:
            return real

        def call(*args: Any) -> Any:
            self.left -= 1
            if self.left == 0:
                if self.late:
                    real(*args)
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args)

        return call


def blocking(order: dict[str, Any], client: Segmind, seeds: Any, returned: int) -> None:
    """Jobs one after another: submitted, waited for, saved."""
    for seed in seeds:
        job = client.wan_animate.submit(**{**order["payload"], "seed": seed})
        os.write(returned, f"{seed} {job.request_id}\n".encode())
        job.wait().save(f"{order['folder']}/{seed}.mp4")


def calling(order: dict[str, Any], client: Segmind, seeds: Any) -> None:
    """Calls that last until the job is done, which leave no id to come back with."""
    for seed in seeds:
        endpoint = client.wan_animate.sync.with_options(spool=order["folder"])
        endpoint.run(**{**order["payload"], "seed": seed}).save(f"{order['folder']}/{seed}.mp4")


async def awaiting(order: dict[str, Any], client: AsyncSegmind, seeds: Any, returned: int) -> None:
    """The same with asyncio."""
    for seed in seeds:
        job = await client.wan_animate.submit(**{**order["payload"], "seed": seed})
        os.write(returned, f"{seed} {job.request_id}\n".encode())
        await (await job.wait()).save(f"{order['folder']}/{seed}.mp4")


def batch(order: dict[str, Any]) -> None:
    """Several of them at the same time, or one alone; without an end, or as many as were asked for."""
    returned = os.open(order["returned"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    settings: dict[str, Any] = {
        "api_key": "test-key",
        "hosts": {"api": order["url"]},
        "clock": Hasty(),
        "journal": order["journal"],
    }
    if order["at"]:
        journal_file.os = Deadly(order["at"], late=order["late"])  # type: ignore[attr-defined]
        with httpx.Client(verify=TLS) as http, Segmind(**settings, http=http) as client:
            blocking(order, client, [order["first"]], returned)
        return
    seeds = count(order["first"])
    if order["calls"]:
        calling(order, Segmind(**settings, http=httpx.Client(verify=TLS)), seeds)
    elif order["asyncio"]:

        async def main() -> None:
            async with httpx.AsyncClient(verify=TLS) as http, AsyncSegmind(**settings, http=http) as client:
                await asyncio.gather(*(awaiting(order, client, seeds, returned) for _ in range(AT_ONCE)))

        asyncio.run(main())
    else:
        client = Segmind(**settings, http=httpx.Client(verify=TLS))
        threads = [threading.Thread(target=blocking, args=(order, client, seeds, returned)) for _ in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def main() -> None:
    """A child for each line; how it ended is said on standard output."""
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                batch(order)
            finally:
                os._exit(0)
        if order["after"] is not None:
            time.sleep(order["after"])
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        print(json.dumps({"killed": os.WIFSIGNALED(status)}), flush=True)  # noqa: T201 - a program's answer


if __name__ == "__main__":
    main()
