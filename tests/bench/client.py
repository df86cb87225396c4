"""What the client adds to a call, over what httpx takes for the same: a submission, a look, a whole job.

Over a real socket on loopback, and in CPU time of this process, so that neither the server nor a busy machine counts.
By hand means what one writes without a client: `post(…).json()`, `get(…).json()`, nothing judged and nothing bounded.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import measure

from callsheet_clients.segmind import AsyncSegmind, Segmind

KEY = {"x-api-key": "test-key"}
CALLS = 40
"""In a row, before the next way has its turn."""
ROUNDS = 30
LOOKS = 81
"""Of one job of typical length."""


def main() -> None:
    """Each way against its own baseline."""
    payload = dict(measure.plan_of().provider("segmind").model("wan-animate").samples["page"])
    with _server() as base:
        _blocking(base, payload)
        asyncio.run(_asynchronous(base, payload))
        _journal(base, payload)


def _blocking(base: str, payload: dict[str, Any]) -> None:
    with httpx.Client() as http, Segmind("test-key", base_url=base) as segmind:
        job = segmind.wan_animate.submit(**payload)
        status = job.handle.urls["status_url"]

        def post() -> object:
            return http.post(f"{base}/v2/wan-animate", json=payload, headers=KEY).json()

        def look() -> object:
            return http.get(status, headers=KEY).json()

        def by_hand() -> None:
            post()
            for _ in range(LOOKS):
                look()

        def through_client() -> None:
            submitted = segmind.wan_animate.submit(**payload)
            for _ in range(LOOKS):
                submitted.status()

        def submit() -> object:
            return segmind.wan_animate.submit(**payload)

        for title, ways, calls in (
            ("a submission, CPU", {"httpx: post().json()": post, "Segmind: submit()": submit}, CALLS),
            ("a look, CPU", {"httpx: get().json()": look, "Segmind: status()": job.status}, CALLS),
            (f"a job of {LOOKS} looks, CPU", {"httpx by hand": by_hand, "Segmind": through_client}, 1),
        ):
            measure.compare(title, ways, rounds=ROUNDS, per_round=calls, clock=time.process_time)


async def _asynchronous(base: str, payload: dict[str, Any]) -> None:
    async with httpx.AsyncClient() as http, AsyncSegmind("test-key", base_url=base) as segmind:
        job = await segmind.wan_animate.submit(**payload)
        status = job.handle.urls["status_url"]

        async def post() -> object:
            return (await http.post(f"{base}/v2/wan-animate", json=payload, headers=KEY)).json()

        async def look() -> object:
            return (await http.get(status, headers=KEY)).json()

        async def submit() -> object:
            return await segmind.wan_animate.submit(**payload)

        await _compare("a submission, asyncio, CPU", {"httpx: post().json()": post, "AsyncSegmind: submit()": submit})
        await _compare("a look, asyncio, CPU", {"httpx: get().json()": look, "AsyncSegmind: status()": job.status})


async def _compare(title: str, ways: Mapping[str, Callable[[], Awaitable[object]]]) -> None:
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            begun = time.process_time()
            for _ in range(CALLS):
                await way()
            taken[name].append((time.process_time() - begun) / CALLS)
    measure.report(title, taken)


def _journal(base: str, payload: dict[str, Any]) -> None:
    """Two lines on the disk for each submission: what that costs is the disk's to say."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Segmind("test-key", base_url=base) as plain,
        Segmind("test-key", base_url=base, journal=Path(folder) / "jobs.journal") as kept,
    ):
        ways = {
            "submit()": lambda: plain.wan_animate.submit(**payload),
            "with a journal": lambda: kept.wan_animate.submit(**payload),
        }
        measure.compare("a submission, wall clock", ways, rounds=ROUNDS, per_round=5)


@contextmanager
def _server() -> Generator[str]:
    """Where a process answers that does nothing else."""
    program = [sys.executable, str(Path(__file__).with_name("answering.py"))]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - our own
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.stdin.close()


if __name__ == "__main__":
    main()
