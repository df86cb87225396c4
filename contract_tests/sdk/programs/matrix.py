"""One call after another, as lines ask for them: of which SDK, through which protocol. What came of it is a line, too.

Pauses are shortened a hundredfold, and time-outs of single requests to half a second; nothing else is changed.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

import fal_client
import httpx
from fal_client import client as fal_inside
from segmind import SegmindClient
from segmind.pixelflows import PixelFlows

HOSTS = json.loads(os.environ["HOSTS"])
PATIENCE = 0.5
WAIT = float(os.environ["WAIT"])
SHORTER = 100.0

FAL = ("fal-ai/scail-2", {"prompt": "a dancer", "image_url": "https://e.org/a.png", "video_url": "https://e.org/a.mp4"})
VIDEO = {"input_video": "https://e.org/a.mp4", "reference_image": "https://e.org/a.png"}
SEGMIND = {"prompt": "a selfie", "resolution": "480p", "mode": "replace", **VIDEO}

known: list[str] = []


def shorten() -> None:
    """Let pauses take a hundredth of their time."""
    sleep, asleep = time.sleep, asyncio.sleep
    time.sleep = lambda seconds: sleep(seconds / SHORTER)

    async def short(delay: float, result: Any = None) -> Any:
        return await asleep(delay / SHORTER, result)

    asyncio.sleep = short  # type: ignore[assignment]


def lead() -> None:
    """Send everything to the emulator, over plain HTTP."""
    fal_inside.QUEUE_URL_FORMAT = HOSTS["queue"] + "/"
    fal_inside.RUN_URL_FORMAT = HOSTS["run"] + "/"
    fal_inside.QUEUE_POLL_TIMEOUT = httpx.Timeout(PATIENCE)
    PixelFlows.workflows_base = f"{HOSTS['api']}/workflows"


def segmind() -> SegmindClient:
    """A client of its own for each call."""
    return SegmindClient(base_url=f"{HOSTS['api']}/v1", timeout=PATIENCE)


def fal_queue() -> None:
    """`subscribe`, by a caller who notes the id."""
    fal_client.SyncClient(default_timeout=PATIENCE).subscribe(*FAL, on_enqueue=known.append)


def fal_queue_deadline() -> None:
    """The same, with a deadline of the caller's."""
    fal_client.SyncClient(default_timeout=PATIENCE).subscribe(*FAL, client_timeout=WAIT, on_enqueue=known.append)


def fal_direct() -> None:
    """`run`, which has no time-out of its own: the caller's is given."""
    fal_client.SyncClient(default_timeout=PATIENCE).run(*FAL, timeout=PATIENCE + 0.5)


async def fal_queue_async() -> None:
    """The same."""
    client = fal_client.AsyncClient(default_timeout=PATIENCE)
    await client.subscribe(*FAL, on_enqueue=known.append)


async def fal_direct_async() -> None:
    """The same."""
    await fal_client.AsyncClient(default_timeout=PATIENCE).run(*FAL, timeout=PATIENCE + 0.5)


def segmind_queue() -> None:
    """`submit_async` and `wait`, by a caller who keeps the job."""
    job = segmind().submit_async("wan-animate", **SEGMIND)
    known.append(job.request_id)
    job.wait(timeout=WAIT)


def segmind_sync() -> None:
    """`run_sync`."""
    answer = segmind().run_sync("scail", prompt="a cat", **VIDEO)
    assert answer.content[4:8] == b"ftyp", f"the file is {answer.content[:40]!r}"


CASES: dict[str, Callable[[], Awaitable[None] | None]] = {
    case.__name__: case
    for case in (
        fal_queue,
        fal_queue_deadline,
        fal_direct,
        fal_queue_async,
        fal_direct_async,
        segmind_queue,
        segmind_sync,
    )
}


def play(case: Callable[[], Awaitable[None] | None]) -> dict[str, Any]:
    """Carry out a call, and tell what the caller is left with."""
    known.clear()
    error: BaseException | None = None
    began = time.monotonic()
    try:
        found = case()
        if found is not None:
            asyncio.run(found)  # type: ignore[arg-type]
    except Exception as problem:  # noqa: BLE001 - whatever comes is what is asked about
        error = problem
    told: dict[str, Any] = {"took": time.monotonic() - began, "job": known[0] if known else None}
    if error is not None:
        job = getattr(error, "request_id", None)
        told |= {"error": f"{type(error).__module__}.{type(error).__qualname__}", "words": str(error)[:300]}
        told |= {"job": told["job"] or job, "written": "".join(traceback.format_exception(error))}
    return told


if __name__ == "__main__":
    shorten()
    lead()
    for line in sys.stdin:
        print(json.dumps(play(CASES[line.strip()])), flush=True)
