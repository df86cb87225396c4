"""The emulator in memory is the same behind either HTTP library."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import httpx2
import pytest

from callsheet.emulator import Options
from callsheet.emulator.serving import memory, memory_httpx2
from callsheet.plan.model import Plan

BOTH: list[Any] = [(httpx, memory.MemoryTransport), (httpx2, memory_httpx2.MemoryTransport)]
ASKED = [
    ("POST", "https://queue.fal.run/fal-ai/scail-2", b"{"),
    ("POST", "https://queue.fal.run:443/fal-ai/scail-2?fal_webhook=x%20y", b'{"prompt": "\xc3\xa9"}'),
    ("GET", "https://queue.fal.run/fal-ai/scail-2/requests/a%2Fb/status?logs=1", b""),
    ("DELETE", "https://api.segmind.com/v2/wan-animate", b""),
]


@pytest.mark.parametrize(("method", "url", "body"), ASKED)
def test_one_request_is_one_request(plan: Plan, method: str, url: str, body: bytes) -> None:
    """What arrives at the core and what comes back do not depend on the library, nor on the kind of client."""
    seen: list[Any] = []
    for library, transport in BOTH:
        emulated = transport(plan, Options(keys=frozenset({"k"})))

        async def later(library: Any = library, emulated: Any = emulated) -> Any:
            async with library.AsyncClient(transport=emulated) as http:
                return await http.request(method, url, content=body, headers={"authorization": "Key k"})

        with library.Client(transport=emulated) as http:
            now = http.request(method, url, content=body, headers={"authorization": "Key k"})
        for answer in (now, asyncio.run(later())):
            asked = emulated.requests[-1]
            seen.append((answer.status_code, answer.headers["content-type"], asked.host, asked.origin, asked.path))
            seen[-1] += (asked.query, asked.body, asked.header("authorization"))

    assert all(each == seen[0] for each in seen), seen


@pytest.mark.parametrize(("library", "transport"), BOTH)
@pytest.mark.parametrize("url", ["https://example.com/", "http://queue.fal.run/", "https://queue.fal.run:8443/"])
def test_a_host_that_nobody_declared_refuses_the_connection(plan: Plan, library: Any, transport: Any, url: str) -> None:
    """As the library itself says it. Also a declared host under another scheme or port."""
    with library.Client(transport=transport(plan)) as http, pytest.raises(library.ConnectError):
        http.get(url)
