"""Webhooks over sockets: a worker on the server's event loop that posts what is due.

It posts to this machine alone unless it is told otherwise: an emulator that is given a customer's address by mistake
must not call it. No proxy of the environment is used, and no redirect is followed, for the same reason.
"""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from itertools import groupby
from typing import Final, Literal

import httpx

from callsheet.emulator.messages import Delivery, Outcome
from callsheet.emulator.session import Session

Reach = Literal["loopback", "anywhere", "nowhere"]
"""Where webhooks are posted."""

_AT_ONCE: Final = 8
"""Posts at one time; further ones wait."""

_TICK: Final = 0.25
"""Seconds, at most, between two looks while a webhook is owed: whoever moves the clock need not tell."""

_LARGEST_ANSWER: Final = 64 * 1024
"""Bytes of an answer that are read; what it says is of no interest."""


@asynccontextmanager
async def delivering(session: Session, reach: Reach = "loopback") -> AsyncGenerator[None]:
    """Deliver the webhooks of a session for as long as the block lasts."""
    loop, wake = asyncio.get_running_loop(), asyncio.Event()

    def changed() -> None:
        loop.call_soon_threadsafe(wake.set)

    session.on_webhooks = changed
    limits = httpx.Limits(max_connections=_AT_ONCE, max_keepalive_connections=0)
    async with httpx.AsyncClient(trust_env=False, follow_redirects=False, limits=limits) as http:
        worker = asyncio.create_task(_Worker(session, http, reach).run(wake))
        try:
            yield
        finally:
            session.on_webhooks = None
            worker.cancel()
            with suppress(asyncio.CancelledError):
                await worker


class _Worker:
    def __init__(self, session: Session, http: httpx.AsyncClient, reach: Reach) -> None:
        self._session: Final = session
        self._http: Final = http
        self._reach: Final[Reach] = reach
        self._turn: Final = asyncio.Semaphore(_AT_ONCE)

    async def run(self, wake: asyncio.Event) -> None:
        """Deliver until it is cancelled, and take what is under way along."""
        async with asyncio.TaskGroup() as posts:
            while True:
                wake.clear()
                deliveries, again = self._session.due(time.time())
                for _, copies in groupby(deliveries, key=lambda delivery: delivery.request_id):
                    posts.create_task(self._deliver(tuple(copies)))
                owed = bool(self._session.state.hooks)
                clock = self._session.clock
                ahead = clock.wait(max(0.0, again - clock.time())) if again is not None else _TICK
                pause = min(_TICK, ahead) if owed else None
                with suppress(TimeoutError):
                    # Not `wait_for`: before Python 3.12 it loses a cancellation that comes together with its event.
                    async with asyncio.timeout(pause):
                        await wake.wait()

    async def _deliver(self, copies: tuple[Delivery, ...]) -> None:
        for delivery in copies:
            async with self._turn:
                went = await self._posted(delivery)
            self._session.delivered(delivery, went)

    async def _posted(self, delivery: Delivery) -> Outcome:
        try:
            url = httpx.URL(delivery.url)
            host = url.host
        except (httpx.InvalidURL, ValueError) as problem:  # the latter from a host such as `xn--a`
            return Outcome(None, f"not sent: {problem}", final=True)
        if self._reach == "nowhere":
            return Outcome(None, "not sent: webhooks are switched off", final=True)
        if self._reach == "loopback" and not is_loopback(host):
            words = f"not sent: {host} is not this machine (127.0.0.1, ::1 or localhost); see --webhooks"
            return Outcome(None, words, final=True)
        try:
            async with asyncio.timeout(delivery.timeout):
                return await self._answered(url, delivery)
        except TimeoutError:
            return Outcome(None, f"no answer within {delivery.timeout:g} s")
        except Exception as problem:  # noqa: BLE001 - whatever one address does to the library, the others get theirs
            return Outcome(None, f"no answer: {str(problem) or type(problem).__name__}")

    async def _answered(self, url: httpx.URL, delivery: Delivery) -> Outcome:
        headers = list(delivery.headers)
        async with self._http.stream("POST", url, headers=headers, content=delivery.body, timeout=None) as answer:
            size = 0
            async for piece in answer.aiter_raw():
                size += len(piece)
                if size > _LARGEST_ANSWER:
                    break
            return Outcome(answer.status_code)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine for sure: `localhost`, or an address of the loopback. No name is looked up."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback
