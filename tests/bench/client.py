"""What the client adds to a call: submit, looks, result, against the emulator in memory, on a virtual clock."""

from __future__ import annotations

import asyncio
import json

import httpx
import measure

from callsheet.emulator import Options
from callsheet.emulator.memory import MemoryTransport, VirtualClock
from callsheet_clients.segmind import AsyncSegmind, Segmind

KEY = {"x-api-key": "test-key"}
HOST = "https://api.segmind.com"


def main() -> None:
    """The same requests, by hand and through the clients. A job takes 412.91 s of virtual time."""
    plan = measure.plan_of()
    payload = dict(plan.provider("segmind").model("wan-animate").samples["page"])
    looks: list[int] = []

    def through_client() -> None:
        clock = VirtualClock()
        transport = MemoryTransport(plan, Options(), clock=clock)
        with httpx.Client(transport=transport) as http, Segmind("test-key", http=http, clock=clock) as segmind:
            job = segmind.wan_animate.submit(**payload)
            job.wait(on_update=lambda update: looks.append(update.looks))

    def through_async_client() -> None:
        async def call() -> None:
            clock = VirtualClock()
            transport = MemoryTransport(plan, Options(), clock=clock)
            async with (
                httpx.AsyncClient(transport=transport) as http,
                AsyncSegmind("test-key", http=http, clock=clock) as segmind,
            ):
                job = await segmind.wan_animate.submit(**payload)
                await job.wait()

        asyncio.run(call())

    through_client()
    count = max(looks)

    def by_hand() -> None:
        clock = VirtualClock()
        transport = MemoryTransport(plan, Options(), clock=clock)
        with httpx.Client(transport=transport) as http:
            handle = http.post(f"{HOST}/v2/wan-animate", json=payload, headers=KEY).json()
            for _ in range(count):
                clock.sleep(450 / count)
                json.loads(http.get(handle["status_url"], headers=KEY).content)
            http.get(handle["response_url"], headers=KEY).json()

    measure.compare(
        f"one job of {count} looks, {count + 2} requests",
        {"httpx by hand": by_hand, "Segmind": through_client, "AsyncSegmind": through_async_client},
        rounds=9,
    )


if __name__ == "__main__":
    main()
